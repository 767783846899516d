import { expect, test } from 'vitest';
import { type AgentConfig, agentConfig } from './agent-config.ts';
import { ConfigValues } from './config-values.ts';
import { loadConfig } from './load.ts';
import type { OptionDefinition, OptionValue } from './option.ts';
import { tls } from './options/tls.ts';
import { options } from './schema.ts';

const MACHINE = { hostName: 'host', address: '10.0.0.7' };

function configOf(file: object): AgentConfig {
  return agentConfig(loadConfig({ files: [{ path: 'f', text: JSON.stringify(file) }], environment: {}, flags: new Map() }), MACHINE);
}

/** Without links, about which there would be a warning. */
const SERVER = { server: true, data_dir: '/data', ports: { server: -1 } };

test('A server has the defaults of Consul', () => {
  const { values, ...config } = configOf(SERVER);
  expect(config).toEqual({
    isDev: false,
    isServer: true,
    datacenter: 'dc1',
    nodeName: 'host',
    nodeId: '',
    nodeMeta: {},
    advertiseAddress: '10.0.0.7',
    serverPort: -1,
    serfLanPort: 8301,
    dataDir: '/data',
    engine: 'lmdb',
    pidFile: '',
    sessionTtlMinMs: 10_000,
    autoReload: false,
    coordinatesEnabled: true,
    http: {
      addresses: ['127.0.0.1'],
      port: 8500,
      socket: { user: '', group: '', mode: '' },
      blockedEndpoints: [],
      writeNetworks: [],
      responseHeaders: {},
      maxHeaderBytes: 0,
      maxConnectionsPerClient: 200,
      defaultQueryTimeMs: 300_000,
      maxQueryTimeMs: 600_000,
      usesCache: true,
      kvMaxValueBytes: 524_288,
      txnMaxBytes: 524_288,
    },
    log: { level: 'info', isJson: false, file: '', rotateAfterMs: 86_400_000, rotateBytes: 0, maxFiles: 0 },
    checks: {
      scriptsFromApi: false,
      scriptsFromFiles: false,
      updateIntervalMs: 300_000,
      outputMaxBytes: 4_096,
      discardsOutput: false,
      followsRedirects: true,
      minDeregisterAfterMs: 60_000,
      flap: { isEnabled: false, halfLifeMs: 300_000, penalty: 1_000, suppress: 5_000, reuse: 2_500 },
    },
    leave: { onTerminate: false, onInterrupt: false, drainMs: 5_000 },
    telemetry: {
      prefix: 'consul',
      prometheusRetentionMs: 0,
      rules: [],
      isShownByDefault: true,
      statsdAddress: '',
      dogstatsdAddress: '',
      dogstatsdTags: [],
    },
    sync: { registerWaitMs: 500, fullSyncIntervalMs: 300_000, adoptGraceMs: 300_000 },
    link: {
      servers: [],
      retryIntervalMs: 30_000,
      retryMax: 0,
      encryptKey: undefined,
      heartbeatMs: 10_000,
      mode: 'push',
      intervalMs: 10_000,
      batchSize: 100,
      flushIntervalMs: 100,
      listen: [],
      tls: undefined,
      allowsRemotePeers: false,
    },
    cache: {
      serviceTtlMs: 60_000,
      kvTtlMs: 300_000,
      healthTtlMs: 30_000,
      maxEntries: 10_000,
      maxBytes: 33_554_432,
      maxViewBytes: 2_097_152,
      maxStaleMs: 259_200_000,
      guardMs: 30_000,
      refreshDeadlineMs: 50,
      negativeTtlMs: 5_000,
      prefetch: [],
    },
    liveness: { graceMs: 30_000, reapAfterMs: 3_600_000, selfPreservationPercent: 15, selfPreservationMaxMs: 600_000 },
    reads: { discovery: 'live', kv: 'live' },
    definitions: [],
    warnings: [],
  });
});

test('Without -server and -dev it is the agent of a node: no store, and signals make it leave', () => {
  expect(configOf({ data_dir: '/data' })).toMatchObject({
    ...{ isDev: false, isServer: false, engine: '', dataDir: '/data', warnings: [] },
    leave: { onTerminate: true, onInterrupt: true },
  });
  expect(configOf({ data_dir: '/data', leave_on_terminate: false, skip_leave_on_interrupt: true })).toMatchObject({
    leave: { onTerminate: false, onInterrupt: false },
  });
  expect(configOf({ dev_mode: true, server: false })).toMatchObject({ isServer: true, leave: { onTerminate: false, onInterrupt: false } });
});

test('A development agent needs nothing, is in memory and on the loopback address', () => {
  expect(configOf({ dev_mode: true })).toMatchObject({ isDev: true, engine: 'memory', advertiseAddress: '127.0.0.1', dataDir: '' });
  expect(configOf({ dev_mode: true, data_dir: '/d', store: { engine: 'LMDB' } }).engine).toBe('lmdb');
});

test.each<[object, object]>([
  [{ bind_addr: '10.1.1.1' }, { advertiseAddress: '10.1.1.1' }],
  [{ bind_addr: '10.1.1.1', advertise_addr: '10.2.2.2' }, { advertiseAddress: '10.2.2.2' }],
  [{ bind_addr: '::' }, { advertiseAddress: '10.0.0.7' }],
  [
    { bind_addr: '[::]', client_addr: '[::1] 127.0.0.1' },
    { advertiseAddress: '10.0.0.7', http: { addresses: ['::1', '127.0.0.1'] } },
  ],
  [{ bind_addr: '[fd00::7]' }, { advertiseAddress: 'fd00::7' }],
  [{ client_addr: ' 127.0.0.1  10.0.0.1 ' }, { http: { addresses: ['127.0.0.1', '10.0.0.1'] } }],
  [{ client_addr: 'localhost ::1' }, { http: { addresses: ['localhost', '::1'] } }],
  [
    { client_addr: '10.0.0.1', addresses: { http: '127.0.0.1 unix:///run/k.sock' }, unix_sockets: { mode: '0660', group: 'k' } },
    { http: { addresses: ['127.0.0.1', 'unix:///run/k.sock'], socket: { user: '', group: 'k', mode: '0660' } } },
  ],
  [{ bind_addr: '10.1.1.1', advertise_addr: 'fd00::7' }, { advertiseAddress: 'fd00::7' }],
  [{ datacenter: 'East' }, { datacenter: 'east' }],
  [{ node_id: '7E1C4A52-0B3F-4BB8-9D2C-1F7A3C5E9D10' }, { nodeId: '7e1c4a52-0b3f-4bb8-9d2c-1f7a3c5e9d10' }],
  [{ log_level: 'WARN' }, { log: { level: 'warn' } }],
  [{ log_level: 'ERR' }, { log: { level: 'error' } }],
  [
    { log_json: true, log_file: '/l/', log_rotate_duration: '1h', log_rotate_bytes: 9, log_rotate_max_files: -1 },
    { log: { isJson: true, file: '/l/', rotateAfterMs: 3_600_000, rotateBytes: 9, maxFiles: -1 } },
  ],
  [{ ports: { http: -1, server: 0 } }, { serverPort: 0, http: { port: -1 } }],
  [{ bootstrap_expect: 1, bootstrap: true }, {}],
  [{ limits: { http_max_conns_per_client: 0 } }, { http: { maxConnectionsPerClient: 0 } }],
  [
    { http_config: { block_endpoints: ['/v1/kv'], allow_write_http_from: ['10.0.0.0/8'], response_headers: { 'X-A': 'b' } } },
    { http: { blockedEndpoints: ['/v1/kv'], writeNetworks: ['10.0.0.0/8'], responseHeaders: { 'X-A': 'b' } } },
  ],
  [{ enable_script_checks: true }, { checks: { scriptsFromApi: true, scriptsFromFiles: true } }],
  [{ enable_local_script_checks: true }, { checks: { scriptsFromApi: false, scriptsFromFiles: true } }],
  [{ discard_check_output: true, checks: { follow_redirects: false } }, { checks: { discardsOutput: true, followsRedirects: false } }],
  [
    { leave_on_terminate: true, skip_leave_on_interrupt: false, performance: { leave_drain_time: '1s' } },
    { leave: { onTerminate: true, onInterrupt: true, drainMs: 1_000 } },
  ],
  [
    { telemetry: { prometheus_retention_time: '60s', prefix_filter: ['-a'], filter_default: false } },
    { telemetry: { prometheusRetentionMs: 60_000, rules: ['-a'], isShownByDefault: false } },
  ],
  [
    { auto_reload_config: true, disable_coordinates: true },
    { autoReload: true, coordinatesEnabled: false },
  ],
  [{ services: [{ name: 'web' }] }, { definitions: [{ kind: 'service', path: 'f' }] }],
  [{ ui: true }, { warnings: ['f:1: ui: is the old name of ui_config.enabled', expect.stringContaining('this version has no web UI')] }],
  [
    { acl: { enabled: true } },
    { warnings: ['f:1: acl.enabled has no effect: this version has no access rules: every request is allowed, whatever its token'] },
  ],
  [{ acl: { enabled: false, default_policy: 'deny' } }, { warnings: [expect.stringContaining('no access rules')] }],
  [{ ports: { https: -1, server: -1 }, tls: { defaults: { verify_incoming: false } } }, { warnings: [] }],
])('%j becomes %j', (file, config) => {
  expect(configOf({ ...SERVER, ...file })).toMatchObject(config);
});

test('The configuration and its parts cannot be changed', () => {
  const config = configOf(SERVER);
  for (const part of [
    ...[config, config.http, config.log, config.checks, config.leave, config.telemetry, config.sync],
    ...[config.link, config.cache, config.liveness, config.reads],
  ])
    expect(Object.isFrozen(part)).toBe(true);
});

test.each<[object, string]>([
  [{ server: false, data_dir: '' }, 'f:1: data_dir cannot be empty: name a folder with -data-dir, or use -dev to try it out'],
  [{ server: false, bootstrap: true }, 'f:1: bootstrap: is for servers: add -server, or remove it'],
  [{ server: false, bootstrap_expect: 1 }, 'f:1: bootstrap_expect: is for servers: add -server, or remove it'],
  [{ data_dir: '' }, 'f:1: data_dir cannot be empty: name a folder with -data-dir, or use -dev to try it out'],
  [{ data_dir: null }, 'data_dir cannot be empty: name a folder with -data-dir, or use -dev to try it out'],
  [{ bootstrap_expect: 3 }, 'f:1: bootstrap_expect: several servers need a shared store, which this version does not have; use 1'],
  [{ bootstrap_expect: -1 }, 'f:1: bootstrap_expect: must not be negative (for example -bootstrap-expect=1)'],
  [{ datacenter: 'a b' }, 'f:1: datacenter: may hold letters, digits, - and _ only (for example -datacenter=east)'],
  [{ datacenter: '' }, 'f:1: datacenter: may hold letters, digits, - and _ only (for example -datacenter=east)'],
  [{ log_level: 'loud' }, 'f:1: log_level: must be one of trace, debug, info, warn, error (for example -log-level=debug)'],
  [{ store: { engine: 'etcd' } }, 'f:1: store.engine: must be one of lmdb, memory (for example store { engine = "lmdb" })'],
  [{ ports: { http: 65_536 } }, 'f:1: ports.http: must be a port from 0 to 65535, or -1 for off (for example -http-port=8500)'],
  [{ ports: { dns: -2 } }, 'f:1: ports.dns: must be a port from 0 to 65535, or -1 for off (for example -dns-port=-1)'],
  [{ node_id: 'x' }, 'f:1: node_id: must be a UUID, not "x" (for example -node-id=7e1c4a52-0b3f-4bb8-9d2c-1f7a3c5e9d10)'],
  [{ bind_addr: 'foo' }, 'f:1: bind_addr: must be an IP address, not "foo" (for example -bind=10.0.0.1)'],
  [{ bind_addr: '' }, 'f:1: bind_addr: must be an IP address, not "" (for example -bind=10.0.0.1)'],
  [{ advertise_addr: '10.0.0.1:80' }, 'f:1: advertise_addr: must be an IP address, not "10.0.0.1:80" (for example -advertise=10.0.0.1)'],
  [
    { client_addr: '127.0.0.1 foo 10.0.0.999 unix:///x' },
    'f:1: client_addr: must be IP addresses or localhost, not "foo", "10.0.0.999", "unix:///x" (for example -client="127.0.0.1 10.0.0.1")',
  ],
  [
    { addresses: { http: 'unix:// host' } },
    'f:1: addresses.http: must be IP addresses, localhost or unix:///path, not "unix://", "host" (for example addresses { http = "127.0.0.1 unix:///run/konsul/http.sock" })',
  ],
  [
    { node_meta: { 'a b': '1' } },
    "f:1: node_meta: Couldn't load metadata pair ('a b', '1'): Key contains invalid characters (for example -node-meta=rack:a7)",
  ],
  [{ check_output_max_size: 0 }, 'f:1: check_output_max_size: must be at least 1 (for example -check_output_max_size=4096)'],
  [
    { limits: { http_max_conns_per_client: -1 } },
    'f:1: limits.http_max_conns_per_client: must not be negative; 0 means no limit (for example limits { http_max_conns_per_client = 200 })',
  ],
  [{ client_addr: ' ' }, 'f:1: client_addr: must name an address; -http-port=-1 switches the HTTP API off'],
  [
    { http_config: { allow_write_http_from: ['10.0.0.1', '10.0.0.0/33', 'x/8'] } },
    'f:1: http_config.allow_write_http_from: must be networks such as "10.0.0.0/8", not "10.0.0.1", "10.0.0.0/33", "x/8" (for example -allow-write-http-from=127.0.0.0/8)',
  ],
  [
    { http_config: { response_headers: { ok: 'x', 'a b': 'x' } } },
    'f:1: http_config.response_headers: must hold names and values of headers; "a b" is none (for example http_config { response_headers { "Access-Control-Allow-Origin" = "*" } })',
  ],
  [{ http_config: { response_headers: { a: 'x\r\nSet-Cookie: y' } } }, expect.stringContaining('"a" is none')],
  [{ telemetry: { prefix_filter: ['+a', 'b'] } }, expect.stringContaining('must be texts that begin with + or -, not "b"')],
  [{ dns_config: { service_ttl: { web: '5' } } }, expect.stringContaining('must hold durations such as "10s"; that of "web" is none')],
  [{ unix_sockets: { mode: '999' } }, expect.stringContaining('must be octal, such as "0660"')],
  [{ encrypt: 'c2hvcnQ=' }, expect.stringMatching(/^f:1: encrypt: must be 16, 24 or 32 bytes in base64/)],
  [{ liveness: { self_preservation: 101 } }, expect.stringContaining('must be from 0 to 100')],
  [{ cache: { max_entries: 0 } }, expect.stringContaining('must be at least 1')],
  [
    { acl: { enabled: true, default_policy: 'deny' } },
    expect.stringMatching(/^f:1: acl\.default_policy: this version has no access rules.*set acl\.enabled = false/),
  ],
  [
    { acl_datacenter: 'dc1', acl_default_policy: 'deny' },
    expect.stringMatching(/^f:1: acl_default_policy: this version has no access rules/),
  ],
  [{ ports: { https: 8501 } }, expect.stringMatching(/^f:1: ports\.https: this version has no TLS: use -1/)],
  [
    { verify_incoming_https: true },
    expect.stringMatching(
      /^f:1: verify_incoming_https: there is no TLS there in this version, which would answer clients without a certificate/,
    ),
  ],
  [
    { retry_join: ['a', 'b c'] },
    expect.stringMatching(/^f:1: retry_join: must be servers as host or host:port, not "b c" \(for example -retry/),
  ],
  [{ tls: { grpc: { verify_incoming: true } } }, expect.stringContaining('f:1: tls.grpc.verify_incoming: ')],
])('%j is refused: %s', (file, message) => {
  expect(() => configOf({ ...SERVER, ...file })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message }));
});

const INTERFACES = [{ name: 'eth1', address: '192.168.1.7' }];

const onMachine = (file: object): AgentConfig =>
  agentConfig(loadConfig({ files: [{ path: 'f', text: JSON.stringify({ ...SERVER, ...file }) }], environment: {}, flags: new Map() }), {
    ...MACHINE,
    interfaces: INTERFACES,
  });

test('Addresses may be looked up on the machine', () => {
  const config = onMachine({
    advertise_addr: '{{ GetPrivateIP }}',
    client_addr: '127.0.0.1 {{ GetInterfaceIP "eth1" }}',
    addresses: { http: '{{ GetPrivateIP }} unix:///s' },
  });
  expect(config).toMatchObject({
    advertiseAddress: '192.168.1.7',
    http: { addresses: ['192.168.1.7', 'unix:///s'] },
  });
});

test.each<[object, string]>([
  [{ bind_addr: '{{ GetInterfaceIP "eth0" }}' }, 'f:1: bind_addr: this machine has no address for {{ GetInterfaceIP "eth0" }}'],
  [{ bind_addr: '{{ GetAllInterfaces }}' }, expect.stringContaining('f:1: bind_addr: may look up an address by {{ GetPrivateIP }}')],
  [{ client_addr: 'x {{ GetPrivateIP }}' }, expect.stringContaining('f:1: client_addr: must be IP addresses or localhost, not "x"')],
])('%j is refused: %s', (file, message) => {
  expect(() => onMachine(file)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message }));
});

test('All problems are told at once, a line each', () => {
  expect(() => configOf({ bootstrap_expect: 3 })).toThrow(/f:1: bootstrap_expect: is for.*\ndata_dir.*\nf:1: bootstrap_expect: several/);
  expect(() => configOf({ datacenter: ' ', log_level: 'x' })).toThrow(/datacenter.*\nf:1: log_level/);
});

/** Notes which options are asked for. */
class WatchedValues extends ConfigValues {
  readonly asked: Set<string> = new Set();

  override get<T extends OptionValue>(option: OptionDefinition<T>): T {
    this.asked.add(option.key);
    return super.get(option);
  }

  override with(): this {
    return this;
  }
}

/** All that the readers of a configuration ask for, with everything given that makes them ask for more. */
function askedBy(given: Readonly<Record<string, OptionValue>>): ReadonlySet<string> {
  const all = { data_dir: '/d', leave_on_terminate: true, skip_leave_on_interrupt: true, ...given };
  const found = new Map(Object.entries(all).map(([key, value]) => [key, { value, where: key }]));
  const values = new WatchedValues({ found, definitions: [], warnings: [] });
  agentConfig(values, MACHINE);
  return values.asked;
}

/** Says in its help that nothing is there for it yet. */
const LATER: readonly string[] = ['ports.dns'];

test('LESSONS 27: nothing can be configured that nothing reads', () => {
  const own = Object.values(tls.internal_rpc).filter(({ type }) => type === 'string');
  const asked = new Set([
    ...askedBy({ server: true }),
    ...askedBy({ 'tls.internal_rpc.verify_server_hostname': true }),
    ...askedBy({
      ...Object.fromEntries(own.map(({ key }) => [key, '/x'])),
      'tls.internal_rpc.verify_incoming': false,
      'tls.internal_rpc.verify_outgoing': true,
    }),
  ]);
  const unread = options.filter(({ key, noEffect }) => noEffect === undefined && !asked.has(key) && !LATER.includes(key));
  expect(unread.map(({ key }) => key)).toEqual([]);
  expect(asked.size).toBeGreaterThan(80);
});
