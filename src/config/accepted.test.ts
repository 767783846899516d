import { expect, test } from 'vitest';
import { accepted, acceptedKey } from './accepted.ts';
import { configFlags } from './flags.ts';
import { knownKeys, meaningOf } from './known-keys.ts';
import { loadConfig } from './load.ts';
import { renamed, renamedKey } from './renamed.ts';
import { options } from './schema.ts';

const nested = (key: string, value: unknown): string =>
  JSON.stringify(key.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value));

const warningsOf = (text: string, flags: Record<string, readonly string[]> = {}): readonly string[] =>
  loadConfig({ files: [{ path: 'f.hcl', text }], environment: {}, flags: new Map(Object.entries(flags)) }).warnings;

test('No key has two meanings', () => {
  const keys = [...options.map(({ key }) => key), ...accepted.map(({ key }) => key), ...renamed.map(({ old }) => old)];
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
});

test('No flag has two meanings', () => {
  const names = configFlags.map(({ name }) => name);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

test.each(accepted.map((entry) => [entry.key, entry] as const))(
  '%s is taken whatever its value, with what happens instead',
  (key, entry) => {
    const written = key.replace('*', 'x');
    for (const value of ['x', 7, ['x'], { inner: { deep: 'x' } }])
      expect(warningsOf(nested(written, value))).toEqual([`f.hcl:1: ${written} has no effect: ${entry.instead}`]);
  },
);

test.each(accepted.flatMap(({ flags = [], instead }) => flags.map((flag) => [flag, instead] as const)))(
  'The flag -%s is taken, with what happens instead',
  (flag, instead) => {
    const [warning = ''] = warningsOf('', { [flag]: ['17'] });
    expect(warning).toContain(`flag -${flag}`);
    expect(warning).toContain(`has no effect: ${instead}`);
  },
);

test('Each group is warned about once, with the place of the first and all keys', () => {
  const text = 'node_name = "a"\ngossip_lan { gossip_nodes = 4 }\nserf_lan = "10.0.0.1"\nraft_protocol = 3\nports { serf_wan = 8302 }';
  expect(warningsOf(text, { protocol: ['3'] })).toEqual([
    expect.stringMatching(/^f\.hcl:2: gossip_lan, also serf_lan, ports\.serf_wan, protocol, has no effect: Konsul has no gossip/),
    expect.stringMatching(/^f\.hcl:4: raft_protocol has no effect: Konsul runs no Raft/),
  ]);
});

test.each([
  'connect { enabled = false }',
  'ports { grpc = -1 grpc_tls = -1 }',
  'disable_update_check = true',
  'disable_keyring_file = true',
  'peering { enabled = false }',
  'enable_debug = false',
  'auto_encrypt { tls = false allow_tls = false }',
  'disable_remote_exec = true',
  'domain = "consul"',
  'segments = []',
])('What is not here and is switched off needs no warning: %s', (text) => {
  expect(warningsOf(text)).toEqual([]);
});

test.each([
  'connect { enabled = true }',
  'disable_update_check = false',
  'domain = "else"',
  'enable_syslog = true',
  'recursors = ["9.9.9.9"]',
])('What changes nothing is told: %s', (text) => {
  expect(warningsOf(text)).toEqual([expect.stringContaining('has no effect: ')]);
});

test.each([
  [['-1'], 0],
  [['8502'], 1],
])('-grpc-port=%s gives %d warnings', (given, count) => {
  expect(warningsOf('', { 'grpc-port': given })).toHaveLength(count);
});

test.each(renamed.map((entry) => [entry.old, entry] as const))('%s is read as its new name, with a warning', (old, { now }) => {
  expect(['option', 'accepted']).toContain(meaningOf(now).kind);
  expect(renamedKey(old)?.now).toBe(now);
  const option = options.find(({ key }) => key === now);
  const values = loadConfig({
    files: [{ path: 'f.json', text: nested(old, option?.example ?? ['x']) }],
    environment: {},
    flags: new Map(),
  });
  expect(values.warnings).toContain(`f.json:1: ${old}: is the old name of ${now}`);
  if (option !== undefined) expect(values.isSet(option)).toBe(true);
});

test.each(['retry_join = ["b"]\nstart_join = ["a"]', 'start_join = ["a"]\nretry_join = ["b"]'])(
  'Old lists are added to new ones: %j',
  (text) => {
    const values = loadConfig({ files: [{ path: 'f.hcl', text }], environment: {}, flags: new Map([['join', ['c']]]) });
    expect(values.warnings.filter((warning) => warning.includes('old name'))).toEqual([
      `f.hcl:${text.startsWith('start') ? 1 : 2}: start_join: is the old name of retry_join`,
      'flag -join: is the old name of -retry-join',
    ]);
    const option = options.find(({ key }) => key === 'retry_join');
    expect(option && values.get(option)).toEqual(['c', 'b', 'a']);
  },
);

test.each(['acl_ttl = "1s"\nacl { token_ttl = "2s" }', 'acl { token_ttl = "2s" }\nacl_ttl = "1s"'])(
  'Where a file has the old and the new name, the new one holds: %j',
  (text) => {
    const option = options.find(({ key }) => key === 'acl.token_ttl');
    const values = loadConfig({ files: [{ path: 'f.hcl', text }], environment: {}, flags: new Map() });
    expect(option && values.get(option)).toBe(2_000);
  },
);

test('acl_datacenter switches access rules on, as in Consul', () => {
  const option = options.find(({ key }) => key === 'acl.enabled');
  const values = loadConfig({ files: [{ path: 'f.hcl', text: 'acl_datacenter = "east"' }], environment: {}, flags: new Map() });
  expect(option && values.get(option)).toBe(true);
});

test('A key that begins like a group is no key of it', () => {
  expect(acceptedKey('telemetry.circonus_api_app')?.key).toBe('telemetry.circonus_*');
  expect(['telemetry.circonu', 'gossip', 'gossip_lan2', ''].map(acceptedKey)).toEqual([undefined, undefined, undefined, undefined]);
  expect(knownKeys.some((key) => key.includes('*'))).toBe(false);
});
