/** What `konsul agent` prints at its start: who it is, where it listens, and what to try next. */
import type { AgentConfig } from '../config/agent-config.ts';
import { API_LEVEL } from '../model/api-level.ts';
import { KONSUL_VERSION } from '../model/version.ts';

export function banner(config: AgentConfig, nodeId: string): string {
  const rows = [
    ['Version', `'${KONSUL_VERSION}' (Consul API ${API_LEVEL})`],
    ['Node ID', `'${nodeId}'`],
    ['Node name', `'${config.nodeName}'`],
    ['Datacenter', `'${config.datacenter}'`],
    ['Server', config.isServer ? `true (Store: ${config.engine})` : 'false'],
    ['Client Addr', `[${config.http.addresses.join(', ')}] (HTTP: ${config.http.port < 0 ? 'off' : config.http.port}, DNS: off)`],
    ['Cluster Addr', config.advertiseAddress],
    ['Links', linksText(config)],
  ];
  const lines = rows.map(([name = '', value]) => `${name.padStart(16)}: ${value}`);
  return `==> Starting Konsul agent...\n${lines.join('\n')}\n\n==> Log data will now stream in as it occurs:\n\n`;
}

/** Where links are taken or made, and what protects them. */
function linksText({ isServer, link }: AgentConfig): string {
  const { encryptKey, tls, listen, servers } = link;
  const protection = `Encrypt: ${encryptKey !== undefined}, TLS: ${tls !== undefined}`;
  if (isServer) return `${listen.length === 0 ? 'off' : `on [${listen.join(', ')}]`} (${protection})`;
  return `${servers.length === 0 ? 'none: it waits to be joined' : `to [${servers.join(', ')}]`} (${protection})`;
}

/** Where it listens, and three commands to try next. */
export function readyText(config: AgentConfig, addresses: readonly string[]): string {
  const [first] = addresses;
  if (first === undefined) return '\n==> Konsul agent running! (HTTP is switched off)\n';
  const lines = ['', '==> Konsul agent running!', `    HTTP API: ${addresses.map(shownAddress).join(', ')}`];
  if (config.isDev)
    lines.push('    Try next:', ...commandsToTry(first.replace(/^(?:0\.0\.0\.0|\[::\])/, '127.0.0.1')).map((line) => `      ${line}`));
  return `${lines.join('\n')}\n\n`;
}

const shownAddress = (address: string): string => (address.startsWith('unix://') ? address : `http://${address}`);

/** A key, a service that is really there (this server), and the way to find it. */
function commandsToTry(address: string): readonly string[] {
  const port = address.slice(address.lastIndexOf(':') + 1);
  const service = `{"Name":"web","Port":${port},"Check":{"TCP":"${address}","Interval":"10s","Status":"passing"}}`;
  return [
    `curl -X PUT -d hello http://${address}/v1/kv/greeting`,
    `curl -X PUT http://${address}/v1/agent/service/register -d '${service}'`,
    `curl 'http://${address}/v1/health/service/web?passing'`,
  ];
}
