import { expect, test } from 'vitest';
import { type AgentConfig, agentConfig } from '../agent-config.ts';
import { loadConfig } from '../load.ts';

function configOf(file: object, flags: Readonly<Record<string, string>> = {}): AgentConfig {
  const sources = { files: [{ path: 'f', text: JSON.stringify({ data_dir: '/d', ...file }) }], environment: {} };
  const given = new Map(Object.entries(flags).map(([name, value]) => [name, [value]]));
  return agentConfig(loadConfig({ ...sources, flags: given }), { hostName: 'h', address: '10.0.0.7' });
}

const KEY = 'pUqJrVyVRj5jsiYEkM/tFQYfWyJIv4s3XkvDwy7Cu5s=';
const FILES = { ca_file: '/ca', cert_file: '/cert', key_file: '/key' };

test('An agent links to the servers of retry_join, start_join and both flags, each once', () => {
  const file = { retry_join: ['a', 'b:9', '[::1]'], start_join: ['a:8300', 'tcp://c:1'] };
  expect(configOf(file).link.servers).toEqual(['a:8300', 'b:9', '[::1]:8300', 'c:1']);
  expect(configOf(file, { join: 'd', 'retry-join': 'e' }).link.servers.slice(0, 2)).toEqual(['d:8300', 'e:8300']);
  expect(configOf({}).link.servers).toEqual([]);
});

test('A server takes retry_join and says that it joins nobody', () => {
  const { link, warnings } = configOf({ server: true, bind_addr: '127.0.0.1', retry_join: ['a'] });
  expect(link.servers).toEqual([]);
  expect(warnings).toEqual(['f:1: retry_join: a server of this version is alone and joins nobody']);
});

test('The options of links arrive in the units of the code', () => {
  const sync = { mode: 'Interval', interval: '3s', heartbeat: '2s', batch_size: 7, flush_interval: '5ms' };
  expect(configOf({ sync, retry_interval: '4s', retry_max: 3, encrypt: KEY }).link).toMatchObject({
    ...{ mode: 'interval', intervalMs: 3_000, heartbeatMs: 2_000, batchSize: 7, flushIntervalMs: 5 },
    ...{ retryIntervalMs: 4_000, retryMax: 3, encryptKey: Buffer.from(KEY, 'base64') },
  });
});

test.each<[object, readonly string[]]>([
  [{}, ['0.0.0.0:8300']],
  [{ bind_addr: '10.1.1.1', ports: { server: 0 } }, ['10.1.1.1:0']],
  [{ bind_addr: '::1' }, ['[::1]:8300']],
  [{ ports: { serf_lan: 8301 } }, ['0.0.0.0:8300', '0.0.0.0:8301']],
  [{ ports: { server: 8301, serf_lan: 8301 } }, ['0.0.0.0:8301']],
  [{ ports: { server: -1, serf_lan: 8301 } }, ['0.0.0.0:8301']],
  [{ ports: { server: -1 } }, []],
])('A server with %j takes links on %j', (file, listen) => {
  expect(configOf({ server: true, ...file }).link.listen).toEqual(listen);
});

test('A development server takes links on the loopback address, an agent on none', () => {
  expect(configOf({ dev_mode: true }).link.listen).toEqual(['127.0.0.1:8300']);
  expect(configOf({ dev_mode: true, bind_addr: '10.1.1.1' }).link.listen).toEqual(['10.1.1.1:8300']);
  expect(configOf({ ports: { serf_lan: 8301 } }).link.listen).toEqual([]);
});

const REFUSED = 'bind_addr: links from other machines are refused: set encrypt';

test.each<[object, boolean, readonly string[]]>([
  [{ server: true }, false, [REFUSED]],
  [{ server: true, bind_addr: '10.1.1.1' }, false, [`f:1: ${REFUSED}`]],
  [{ server: true, bind_addr: '127.0.0.2' }, false, []],
  [{ server: true, bind_addr: '::1' }, false, []],
  [{ server: true, ports: { server: -1 } }, false, []],
  [{ dev_mode: true }, false, []],
  [{ server: true, encrypt: KEY }, true, ['f:1: encrypt: it proves who belongs together and hides nothing']],
  [{ server: true, encrypt: KEY, tls: { defaults: FILES } }, true, []],
  [{ server: true, tls: { defaults: FILES } }, false, [REFUSED]],
  [{ server: true, tls: { internal_rpc: { ...FILES, verify_incoming: true } } }, true, []],
  [{ server: true, verify_incoming_rpc: true, tls: { defaults: FILES } }, true, ['f:1: verify_incoming_rpc: is the old name']],
  [{}, false, []],
  [{ encrypt: KEY }, true, ['f:1: encrypt: it proves who belongs together and hides nothing']],
])('With %j peers of other machines are let in: %s, and %j is said', (file, allowsRemotePeers, warnings) => {
  const config = configOf(file);
  expect(config.link.allowsRemotePeers).toBe(allowsRemotePeers);
  expect(config.warnings).toEqual(warnings.map((warning) => expect.stringContaining(warning)));
});

test.each<[object, object | undefined]>([
  [{}, undefined],
  [{ tls: { https: { ca_file: '/ca' } } }, undefined],
  [
    { tls: { defaults: { ca_file: '/ca' } } },
    { caFile: '/ca', certFile: '', verifyOutgoing: false, serverName: undefined, minVersion: 'TLSv1.2' },
  ],
  [
    { ca_path: '/cas', verify_outgoing: true },
    { caPath: '/cas', verifyOutgoing: true },
  ],
  [
    { tls: { defaults: FILES, internal_rpc: { ca_file: '/own', verify_outgoing: true } } },
    { caFile: '/own', certFile: '/cert', keyFile: '/key' },
  ],
  [
    { datacenter: 'East', tls: { internal_rpc: { ca_file: '/ca', verify_server_hostname: true, tls_min_version: 'TLSv1_3' } } },
    { serverName: 'server.east.consul', minVersion: 'TLSv1.3' },
  ],
  [{ tls: { defaults: { ca_file: '/ca', tls_min_version: 'tls10' } } }, { minVersion: 'TLSv1.2' }],
])('An agent with %j has %j on its links', (file, tls) => {
  if (tls === undefined) expect(configOf(file).link.tls).toBeUndefined();
  else expect(configOf(file).link.tls).toMatchObject(tls);
});

test('A server speaks TLS once it has a certificate and its key; authorities alone are for whom it asks', () => {
  expect(configOf({ server: true, tls: { defaults: { ca_file: '/ca' } } }).link.tls).toBeUndefined();
  expect(configOf({ server: true, tls: { defaults: FILES } }).link.tls).toMatchObject({ certFile: '/cert', verifyIncoming: false });
});

test.each<[object, string]>([
  [{ tls: { defaults: { cert_file: '/c' } } }, 'f:1: tls.defaults.cert_file: needs its key: set key_file too'],
  [{ server: true, tls: { defaults: { cert_file: '/c' } } }, 'f:1: tls.defaults.cert_file: needs its key: set key_file too'],
  [{ server: true, tls: { internal_rpc: { key_file: '/k' } } }, 'f:1: tls.internal_rpc.key_file: needs its certificate: set cert_file too'],
  [{ tls: { internal_rpc: { key_file: '/k' } } }, 'f:1: tls.internal_rpc.key_file: needs its certificate: set cert_file too'],
  [
    { server: true, tls: { internal_rpc: { cert_file: '/c', key_file: '/k', verify_incoming: true } } },
    'f:1: tls.internal_rpc.verify_incoming: needs ca_file or ca_path to verify agents by',
  ],
  [
    { server: true, verify_incoming: true, ca_file: '/ca' },
    'f:1: verify_incoming: links then speak TLS, which needs cert_file and key_file',
  ],
  [{ verify_outgoing: true }, 'f:1: verify_outgoing: needs ca_file or ca_path to verify servers by'],
])('%j is refused: %s', (file, message) => {
  expect(() => configOf(file)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message }));
});

test('What only servers do is nothing to an agent: a file may be shared', () => {
  expect(configOf({ verify_incoming: true, tls: { defaults: FILES } }).link.tls).toMatchObject({ verifyIncoming: true });
  expect(configOf({ server: true, verify_outgoing: true }).link.tls).toBeUndefined();
});
