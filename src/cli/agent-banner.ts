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
    ['Server', `true (Store: ${config.engine})`],
    ['Client Addr', `[${config.clientAddresses.join(', ')}] (HTTP: ${config.httpPort < 0 ? 'off' : config.httpPort}, DNS: off)`],
    ['Cluster Addr', config.advertiseAddress],
  ];
  const lines = rows.map(([name = '', value]) => `${name.padStart(16)}: ${value}`);
  return `==> Starting Konsul agent...\n${lines.join('\n')}\n\n==> Log data will now stream in as it occurs:\n\n`;
}

/** Where it listens, and three commands to try next. */
export function readyText(config: AgentConfig, addresses: readonly string[]): string {
  const [first] = addresses;
  if (first === undefined) return '\n==> Konsul agent running! (HTTP is switched off)\n';
  const url = `http://${first.replace(/^(?:0\.0\.0\.0|\[::\])/, '127.0.0.1')}`;
  const lines = ['', '==> Konsul agent running!', `    HTTP API: ${addresses.map((address) => `http://${address}`).join(', ')}`];
  if (!config.isDev) return `${lines.join('\n')}\n\n`;
  const register = `curl -X PUT ${url}/v1/agent/service/register -d '{"Name":"web","Port":8080,"Check":{"TCP":"127.0.0.1:8080","Interval":"10s"}}'`;
  return `${[...lines, '    Try next:', `      curl -X PUT -d hello ${url}/v1/kv/greeting`, `      ${register}`, `      curl ${url}/v1/health/service/web`].join('\n')}\n\n`;
}
