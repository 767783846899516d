import { afterEach, beforeEach, expect, test } from 'vitest';
import { metricNamesOn } from '../runtime/metric-names.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';

interface Shown {
  readonly Timestamp: string;
  readonly Gauges: readonly { readonly Name: string; readonly Value: number; readonly Labels: Readonly<Record<string, string>> }[];
  readonly Counters: readonly { readonly Name: string; readonly Sum: number }[];
  readonly Samples: readonly { readonly Name: string; readonly Count: number; readonly Labels: Readonly<Record<string, string>> }[];
}

let api: TestServer;

beforeEach(async () => {
  api = await startTestServer();
});

afterEach(() => api.stop());

const shown = async (): Promise<Shown> => (await api.send('GET /v1/agent/metrics')).json<Shown>();

async function gauge(name: string, label?: string): Promise<number | undefined> {
  const { Gauges } = await shown();
  return Gauges.find(({ Name, Labels }) => Name === name && (label === undefined || Object.values(Labels).includes(label)))?.Value;
}

/** Name to how often something was recorded in the interval shown. */
async function recorded(): Promise<Readonly<Record<string, number>>> {
  const { Counters, Samples } = await shown();
  return Object.fromEntries([...Counters.map(({ Name, Sum }) => [Name, Sum]), ...Samples.map(({ Name, Count }) => [Name, Count])]);
}

const put = async (path: string, body?: unknown): Promise<void> =>
  void expect((await api.send(`PUT ${path}`, { body })).status, path).toBe(200);

test('Every metric of the list has its instrument in a server', () => {
  const names = api.server.metrics.families().map(({ name }) => name);
  expect(names).toEqual(metricNamesOn('server'));
});

test('What is in the state is counted, by datacenter', async () => {
  const before = await Promise.all(['nodes', 'services', 'service_instances', 'kv_entries'].map((name) => gauge(`consul.state.${name}`)));
  for (const id of ['a', 'b'])
    await put('/v1/catalog/register', { Node: `n-${id}`, Address: '10.0.0.9', Service: { ID: `web-${id}`, Service: 'web' } });
  await put('/v1/kv/x', 'y');
  const after = await Promise.all(
    ['nodes', 'services', 'service_instances', 'kv_entries'].map((name) => gauge(`consul.state.${name}`, 'dc1')),
  );
  expect(after.map((value, i) => (value ?? 0) - (before[i] ?? 0))).toEqual([2, 1, 2, 1]);
  await put('/v1/catalog/deregister', { Node: 'n-a' });
  expect(await gauge('consul.state.service_instances')).toBe((before[2] ?? 0) + 1);
});

test('Writes are measured under the name of Consul, and by commit', async () => {
  await api.clock.advance(20_000);
  await put('/v1/kv/x', 'y');
  await put('/v1/txn', [{ KV: { Verb: 'set', Key: 'z', Value: '' } }]);
  await put('/v1/session/create', { TTL: '10s' });
  await put('/v1/catalog/register', { Node: 'n', Address: '10.0.0.9' });
  await put('/v1/catalog/deregister', { Node: 'n' });
  await api.clock.advance(10_000);
  expect(await recorded()).toMatchObject({
    'consul.kvs.apply': 1,
    'consul.txn.apply': 1,
    'consul.session.apply': 1,
    'consul.catalog.register': 1,
    'consul.catalog.deregister': 1,
    'consul.raft.apply': 5,
    'consul.raft.commitTime': 5,
    'consul.raft.fsm.apply': 5,
    'konsul.authority.commit_commands': 5,
    'konsul.store.commit_records': 5,
  });
});

test('Sessions are counted while they live, and when their TTL runs out', async () => {
  await put('/v1/session/create', { TTL: '10s' });
  await put('/v1/session/create', {});
  expect([await gauge('consul.session_ttl.active'), await gauge('konsul.state.sessions')]).toEqual([1, 2]);
  await api.clock.advance(20_100);
  expect([await gauge('consul.session_ttl.active'), await gauge('konsul.state.sessions')]).toEqual([0, 1]);
  await api.clock.advance(10_000);
  expect(await recorded()).toMatchObject({ 'konsul.session_ttl.expired_total': 1 });
});

test('A blocking query is counted while it waits, a consistent read when the lead was confirmed', async () => {
  await put('/v1/kv/x', 'y');
  // This process follows its user events in the same way.
  const own = (await gauge('consul.rpc.queries_blocking')) ?? 0;
  const leaving = new AbortController();
  const { index } = await api.send('GET /v1/kv/x?consistent');
  const waiting = api.send(`GET /v1/kv/x?index=${index}`, { signal: leaving.signal });
  await api.clock.settle();
  expect([await gauge('consul.rpc.queries_blocking'), await gauge('konsul.state.views')]).toEqual([own + 1, expect.any(Number)]);
  expect(await gauge('konsul.state.view_bytes')).toBeGreaterThan(0);
  leaving.abort();
  await waiting;
  expect(await gauge('consul.rpc.queries_blocking')).toBe(own);
  expect(await recorded()).toMatchObject({ 'consul.raft.verify_leader': 1 });
});

test('What this node has registered is counted, and attempts of its checks are timed', async () => {
  await put('/v1/agent/service/register', { Name: 'web', Check: { HTTP: 'http://10.0.0.1/', Interval: '1s' } });
  await put('/v1/agent/check/register', { Name: 'beat', TTL: '1h', Status: 'warning' });
  await api.clock.advance(10_000);
  await api.clock.advance(10_000);
  expect(await gauge('konsul.local.services')).toBe(1);
  expect(await gauge('konsul.local.pending_uploads')).toBe(0);
  expect([await gauge('konsul.checks.registered', 'warning'), await gauge('konsul.checks.registered', 'passing')]).toEqual([1, 1]);
  const { Samples } = await shown();
  expect(Samples.find(({ Name }) => Name === 'konsul.checks.attempt_seconds')).toMatchObject({ Count: 10, Labels: { type: 'http' } });
});

test('A server that leads is healthy, alone, and says what it is', async () => {
  expect(await gauge('consul.server.isLeader')).toBe(1);
  expect(await gauge('consul.autopilot.healthy')).toBe(1);
  expect([await gauge('consul.members.servers'), await gauge('consul.members.clients')]).toEqual([1, 0]);
  expect(await gauge('consul.version', '1.21.0')).toBe(1);
  expect(await gauge('consul.raft.applied_index')).toBe(await gauge('consul.raft.last_index'));
  expect(await recorded()).toMatchObject({ 'consul.raft.state.leader': 1 });
});

test('Snapshots are counted, saved and restored', async () => {
  const { bytes } = await api.send('GET /v1/snapshot');
  await put('/v1/snapshot', bytes);
  expect(await recorded()).toMatchObject({ 'konsul.snapshot.saved_total': 1, 'konsul.snapshot.restored_total': 1 });
});

test('Metrics go to statsd and to DogStatsD where the configuration says so, until the server stops', async () => {
  const sent: string[] = [];
  const closed: string[] = [];
  const openUdp = (address: string) => ({
    send: async (packet: Uint8Array) => void sent.push(`${address} ${Buffer.from(packet)}`),
    close: () => void closed.push(address),
  });
  const file = { telemetry: { statsd_address: '127.0.0.1:1', dogstatsd_addr: '127.0.0.1:2', dogstatsd_tags: ['env:prod'] } };
  const pushing = await startTestServer({ file, openUdp });
  await pushing.clock.advance(10_000);
  expect(sent.join('\n')).toMatch(/^127\.0\.0\.1:1 (?:.*\n)*.*consul\.server\.isLeader:1\|g$/m);
  expect(sent.join('\n')).toMatch(/^consul\.server\.isLeader:1\|g\|#env:prod$/m);
  await pushing.stop();
  expect(closed).toEqual(['127.0.0.1:1', '127.0.0.1:2']);
});

test('Prefix, filter and retention come from the configuration', async () => {
  const file = {
    telemetry: { metrics_prefix: 'edge', prefix_filter: ['+edge.kvs'], filter_default: false, prometheus_retention_time: '1h' },
  };
  const { send, stop } = await startTestServer({ file });
  expect((await send('GET /v1/agent/metrics?format=prometheus')).text).toMatch(
    /^# HELP edge_kvs_apply .*\n# TYPE edge_kvs_apply summary\n/,
  );
  await stop();
});
