import { expect, test } from 'vitest';
import { agentConfig } from './agent-config.ts';
import { loadConfig } from './load.ts';
import { options } from './schema.ts';
import { shownConfig } from './shown-config.ts';

const shown = (file: object): ReturnType<typeof shownConfig> =>
  shownConfig(
    agentConfig(loadConfig({ files: [{ path: 'f.json', text: JSON.stringify(file) }], environment: {}, flags: new Map() }), {
      hostName: 'h',
      address: '10.0.0.7',
    }),
  );

const SERVER = { server: true, data_dir: '/d' };

test('What tools read has Consul’s names', () => {
  expect(
    shown({ ...SERVER, client_addr: '127.0.0.1 ::1', addresses: { http: '127.0.0.1 ::1 unix:///s' }, datacenter: 'East' }),
  ).toMatchObject({
    ACLsEnabled: false,
    AdvertiseAddrLAN: '10.0.0.7',
    Bootstrap: true,
    BootstrapExpect: 0,
    CheckUpdateInterval: '5m0s',
    ClientAddrs: ['127.0.0.1', '::1'],
    DNSPort: -1,
    DNSSOA: { Expire: 86_400, Minttl: 0, Refresh: 3_600, Retry: 600 },
    Datacenter: 'east',
    DefaultQueryTime: '5m0s',
    EnableUI: false,
    HTTPAddrs: ['tcp://127.0.0.1:8500', 'tcp://[::1]:8500', 'unix:///s'],
    HTTPPort: 8500,
    Logging: { LogLevel: 'info', LogJSON: false, LogRotateDuration: '24h0m0s' },
    NodeName: 'h',
    ServerMode: true,
    Telemetry: { MetricsPrefix: 'consul', FilterDefault: true, AllowedPrefixes: [], BlockedPrefixes: [] },
    UIConfig: { Enabled: false, ContentPath: '/ui/' },
  });
});

test('Filters are shown apart, and no address where HTTP is off', () => {
  const config = shown({ ...SERVER, ports: { http: -1 }, telemetry: { prefix_filter: ['+a', '-b', '+c'] } });
  expect(config).toMatchObject({ HTTPAddrs: [], Telemetry: { AllowedPrefixes: ['a', 'c'], BlockedPrefixes: ['b'] } });
});

test('The role shows, and what follows from it', () => {
  expect(shown({ data_dir: '/d' })).toMatchObject({
    ServerMode: false,
    Bootstrap: false,
    LeaveOnTerm: true,
    SkipLeaveOnInt: false,
    StoreEngine: '',
  });
  expect(shown(SERVER)).toMatchObject({ ServerMode: true, Bootstrap: true, LeaveOnTerm: false, SkipLeaveOnInt: true });
  expect(shown({ ...SERVER, leave_on_terminate: true })).toMatchObject({ LeaveOnTerm: true });
  expect(shown({ data_dir: '/d', retry_join: ['a'] })).toMatchObject({ RetryJoinLAN: ['a'], RetryJoinIntervalLAN: '30s' });
});

test.each<[object, string | undefined]>([
  [{ server: true, ports: { serf_lan: 8301 } }, 'tcp://10.0.0.7:8301'],
  [{ server: true, ports: { serf_lan: 8301 }, advertise_addr: 'fd00::7' }, 'tcp://[fd00::7]:8301'],
  [{ server: true }, undefined],
  [{ server: true, ports: { serf_lan: -1 } }, undefined],
  [{ server: false, ports: { serf_lan: 8301 } }, undefined],
])('With %j others are told to join %s', (file, address) => {
  expect(shown({ data_dir: '/d', ...file }).SerfAdvertiseAddrLAN).toBe(address);
});

test('Konsul’s own options are shown by their keys', () => {
  expect(shown(SERVER)).toMatchObject({ Konsul: { 'sync.register_wait': '500ms', 'cache.max_entries': 10_000 }, StoreEngine: 'lmdb' });
});

test('Secrets are never shown', () => {
  const secrets = options.filter(({ isSecret }) => isSecret);
  const key = 'pUqJrVyVRj5jsiYEkM/tFQYfWyJIv4s3XkvDwy7Cu5s=';
  const file = { ...SERVER, encrypt: key, acl: { tokens: { agent: 's3cret', default: 's3cret', initial_management: 's3cret' } } };
  const text = JSON.stringify(shown(file));
  expect(text).not.toContain('s3cret');
  expect(text).not.toContain(key);
  expect(text.split('"hidden"').length - 1).toBe(secrets.length);
});
