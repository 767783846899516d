import { expect, test } from 'vitest';
import { type AgentConfig, agentConfig } from './agent-config.ts';
import { loadConfig } from './load.ts';

const MACHINE = { hostName: 'host', address: '10.0.0.7' };

function configOf(file: object): AgentConfig {
  return agentConfig(loadConfig({ files: [{ path: 'f', text: JSON.stringify(file) }], environment: {}, flags: new Map() }), MACHINE);
}

const SERVER = { server: true, data_dir: '/data' };

test('A server has the defaults of Consul', () => {
  expect(configOf(SERVER)).toEqual({
    isDev: false,
    datacenter: 'dc1',
    nodeName: 'host',
    nodeId: '',
    nodeMeta: {},
    advertiseAddress: '10.0.0.7',
    clientAddresses: ['127.0.0.1'],
    httpPort: 8500,
    serverPort: 8300,
    dataDir: '/data',
    engine: 'lmdb',
    logLevel: 'info',
    isLogJson: false,
    pidFile: '',
    defaultQueryTimeMs: 300_000,
    maxQueryTimeMs: 600_000,
    sessionTtlMinMs: 10_000,
    enableScriptChecks: false,
    checkUpdateIntervalMs: 300_000,
    checkOutputMaxBytes: 4_096,
    registerWaitMs: 500,
    fullSyncIntervalMs: 300_000,
    maxConnectionsPerClient: 200,
    kvMaxValueBytes: 524_288,
    txnMaxBytes: 524_288,
  });
});

test('A development agent needs nothing, is in memory and on the loopback address', () => {
  expect(configOf({ dev_mode: true })).toMatchObject({ isDev: true, engine: 'memory', advertiseAddress: '127.0.0.1', dataDir: '' });
  expect(configOf({ dev_mode: true, data_dir: '/d', store: { engine: 'lmdb' } }).engine).toBe('lmdb');
});

test.each<[object, Partial<AgentConfig>]>([
  [{ bind_addr: '10.1.1.1' }, { advertiseAddress: '10.1.1.1' }],
  [{ bind_addr: '10.1.1.1', advertise_addr: '10.2.2.2' }, { advertiseAddress: '10.2.2.2' }],
  [{ bind_addr: '::' }, { advertiseAddress: '10.0.0.7' }],
  [{ client_addr: ' 127.0.0.1  10.0.0.1 ' }, { clientAddresses: ['127.0.0.1', '10.0.0.1'] }],
  [{ client_addr: 'localhost ::1' }, { clientAddresses: ['localhost', '::1'] }],
  [{ bind_addr: '10.1.1.1', advertise_addr: 'fd00::7' }, { advertiseAddress: 'fd00::7' }],
  [{ datacenter: 'East' }, { datacenter: 'east' }],
  [{ node_id: '7E1C4A52-0B3F-4BB8-9D2C-1F7A3C5E9D10' }, { nodeId: '7e1c4a52-0b3f-4bb8-9d2c-1f7a3c5e9d10' }],
  [{ log_level: 'WARN' }, { logLevel: 'warn' }],
  [{ log_level: 'ERR' }, { logLevel: 'error' }],
  [{ ports: { http: -1, server: 0 } }, { httpPort: -1, serverPort: 0 }],
  [{ bootstrap_expect: 1, bootstrap: true }, {}],
  [{ limits: { http_max_conns_per_client: 0 } }, { maxConnectionsPerClient: 0 }],
])('%j becomes %j', (file, config) => {
  expect(configOf({ ...SERVER, ...file })).toMatchObject(config);
});

test('The configuration cannot be changed', () => {
  expect(Object.isFrozen(configOf(SERVER))).toBe(true);
});

test.each<[object, string]>([
  [{ server: false }, 'this version runs servers only: add -server (with -data-dir), or -dev to try it out'],
  [{ data_dir: '' }, 'data_dir cannot be empty: name a folder with -data-dir, or use -dev to try it out'],
  [{ bootstrap_expect: 3 }, 'bootstrap_expect: several servers need a shared store, which this version does not have; use 1'],
  [{ bootstrap_expect: -1 }, 'bootstrap_expect: must not be negative'],
  [{ datacenter: 'a b' }, 'datacenter: may hold letters, digits, - and _ only'],
  [{ datacenter: '' }, 'datacenter: may hold letters, digits, - and _ only'],
  [{ log_level: 'loud' }, 'log_level: must be one of trace, debug, info, warn, error'],
  [{ store: { engine: 'etcd' } }, 'store.engine: must be lmdb or memory'],
  [{ ports: { http: 65_536 } }, 'ports.http: must be a port from 0 to 65535, or -1 for off'],
  [{ ports: { dns: -2 } }, 'ports.dns: must be a port from 0 to 65535, or -1 for off'],
  [{ ports: { server: 99_999 } }, 'ports.server: must be a port from 0 to 65535, or -1 for off'],
  [{ node_id: 'x' }, 'node_id: must be a UUID, not "x" (for example -node-id=7e1c4a52-0b3f-4bb8-9d2c-1f7a3c5e9d10)'],
  [{ bind_addr: 'foo' }, 'bind_addr: must be an IP address, not "foo" (for example -bind=10.0.0.1)'],
  [{ bind_addr: '' }, 'bind_addr: must be an IP address, not "" (for example -bind=10.0.0.1)'],
  [{ advertise_addr: '10.0.0.1:80' }, 'advertise_addr: must be an IP address, not "10.0.0.1:80" (for example -advertise=10.0.0.1)'],
  [
    { client_addr: '127.0.0.1 foo 10.0.0.999' },
    'client_addr: must be IP addresses or localhost, not "foo", "10.0.0.999" (for example -client="127.0.0.1 10.0.0.1")',
  ],
  [{ node_meta: { 'a b': '1' } }, "node_meta: Couldn't load metadata pair ('a b', '1'): Key contains invalid characters"],
  [{ check_output_max_size: 0 }, 'check_output_max_size: must be at least 1'],
  [{ limits: { kv_max_value_size: 0 } }, 'limits.kv_max_value_size: must be at least 1'],
  [{ limits: { txn_max_req_len: -5 } }, 'limits.txn_max_req_len: must be at least 1'],
  [{ limits: { http_max_conns_per_client: -1 } }, 'limits.http_max_conns_per_client: must not be negative; 0 means no limit'],
  [{ client_addr: ' ' }, 'client_addr: must name an address; -http-port=-1 switches the HTTP API off'],
])('%j is refused: %s', (file, message) => {
  expect(() => configOf({ ...SERVER, ...file })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message }));
});

test('All problems are told at once, a line each', () => {
  expect(() => configOf({ datacenter: ' ', log_level: 'x' })).toThrow(/servers only.*\ndata_dir.*\ndatacenter.*\nlog_level/);
});
