import { expect, test } from 'vitest';
import { type AgentConfig, agentConfig } from '../config/agent-config.ts';
import { loadConfig } from '../config/load.ts';
import { KONSUL_VERSION } from '../model/version.ts';
import { banner, readyText } from './agent-banner.ts';

const configOf = (flags: Readonly<Record<string, string>>): AgentConfig =>
  agentConfig(loadConfig({ files: [], environment: {}, flags: new Map(Object.entries(flags).map(([name, value]) => [name, [value]])) }), {
    hostName: 'host',
    address: '10.0.0.7',
  });

const DEV = configOf({ dev: 'true' });
const SERVER = configOf({ server: 'true', 'data-dir': '/d', client: '0.0.0.0' });

test('The banner names node, store and addresses', () => {
  expect(banner(SERVER, 'the-id')).toBe(
    [
      '==> Starting Konsul agent...',
      `         Version: '${KONSUL_VERSION}' (Consul API 1.21.0)`,
      "         Node ID: 'the-id'",
      "       Node name: 'host'",
      "      Datacenter: 'dc1'",
      '          Server: true (Store: lmdb)',
      '     Client Addr: [0.0.0.0] (HTTP: 8500, DNS: off)',
      '    Cluster Addr: 10.0.0.7',
      '           Links: on [0.0.0.0:8300] (Encrypt: false, TLS: false)',
      '',
      '==> Log data will now stream in as it occurs:',
      '',
      '',
    ].join('\n'),
  );
});

const KEY = 'pUqJrVyVRj5jsiYEkM/tFQYfWyJIv4s3XkvDwy7Cu5s=';

test.each<[Readonly<Record<string, string>>, string]>([
  [{ 'retry-join': '10.0.0.1', encrypt: KEY }, 'to [10.0.0.1:8300] (Encrypt: true, TLS: false)'],
  [{}, 'none: it waits to be joined (Encrypt: false, TLS: false)'],
  [{ hcl: 'tls { internal_rpc { ca_file = "/ca" } }' }, 'none: it waits to be joined (Encrypt: false, TLS: true)'],
  [{ dev: 'true', 'server-port': '-1' }, 'off (Encrypt: false, TLS: false)'],
])('With %j the banner says of links: %s', (flags, links) => {
  const text = banner(configOf({ 'data-dir': '/d', ...flags }), 'the-id');
  expect(text).toContain(`           Links: ${links}\n`);
  expect(text).toContain(flags.dev === undefined ? '          Server: false\n' : '          Server: true (Store: memory)\n');
});

test('The banner says that HTTP is off', () => {
  expect(banner(configOf({ dev: 'true', 'http-port': '-1' }), 'the-id')).toContain('[127.0.0.1] (HTTP: off, DNS: off)\n');
});

test('A development agent shows commands that work where it listens', () => {
  const text = readyText(DEV, ['127.0.0.1:8500']);
  expect(text).toContain('curl -X PUT -d hello http://127.0.0.1:8500/v1/kv/greeting\n');
  expect(text).toMatch(/curl 'http:\/\/127\.0\.0\.1:8500\/v1\/health\/service\/web\?passing'\n\n$/);
});

test.each(['0.0.0.0:1', '[::]:1'])('The address %s is reached through the loopback address', (address) => {
  expect(readyText(DEV, [address])).toContain(`HTTP API: http://${address}\n`);
  expect(readyText(DEV, [address])).toContain("curl 'http://127.0.0.1:1/v1");
});

test('A server names all its addresses and no commands', () => {
  expect(readyText(SERVER, ['10.0.0.1:8500', '[::1]:8500'])).toBe(
    '\n==> Konsul agent running!\n    HTTP API: http://10.0.0.1:8500, http://[::1]:8500\n\n',
  );
});

test('Without HTTP it says so', () => {
  expect(readyText(DEV, [])).toBe('\n==> Konsul agent running! (HTTP is switched off)\n');
});
