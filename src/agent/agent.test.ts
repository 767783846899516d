import { afterEach, beforeEach, expect, test } from 'vitest';
import { metricNamesOn } from '../runtime/metric-names.ts';
import { TestCluster } from '../testing/test-cluster.ts';
import type { Reply, Send, SentRequest } from '../testing/test-server.ts';

let cluster: TestCluster;

beforeEach(() => {
  cluster = new TestCluster();
});

afterEach(() => cluster.stop());

/** Asks, and lets time pass until the answer is there. */
const ask = (send: Send, call: string, request?: SentRequest): Promise<Reply> => cluster.until(send(call, request));

const register = (send: Send, ID: string, more: object = {}): Promise<Reply> =>
  ask(send, 'PUT /v1/agent/service/register', { body: { Name: 'web', ID, ...more } });

const ids = (reply: Reply): string[] => reply.json<{ Service: { ID: string } }[]>().map(({ Service }) => Service.ID);

test('Every metric of an agent has its instrument, and no other', async () => {
  const { agent } = await cluster.startAgent('a1');
  expect(agent.metrics.families().map(({ name }) => name)).toEqual(metricNamesOn('agent'));
});

test('A registration is read back through the same agent at once, and through another one', async () => {
  await cluster.startServer();
  const one = await cluster.joinAgent('a1');
  const two = await cluster.joinAgent('a2');
  expect(ids(await ask(two.send, 'GET /v1/health/service/web'))).toEqual([]);
  for (let round = 0; round < 50; round++) {
    await register(one.send, `web-${round}`);
    expect(ids(await ask(one.send, 'GET /v1/health/service/web'))).toContain(`web-${round}`);
  }
  await cluster.advance(10);
  expect(ids(await ask(two.send, 'GET /v1/health/service/web'))).toHaveLength(50);
});

test('A read of what is held is answered at once, as a hit; the first one was a miss', async () => {
  await cluster.startServer();
  const { send } = await cluster.joinAgent('a1');
  const headers = async (): Promise<unknown> => (await ask(send, 'GET /v1/catalog/services')).headers;
  expect(await headers()).toMatchObject({ 'X-Cache': 'MISS', Age: '0', 'X-Konsul-Freshness': 'live' });
  expect(await headers()).toMatchObject({ 'X-Cache': 'HIT', Age: '0', 'X-Konsul-Freshness': 'live' });
});

test('Without a server an agent starts, registers and answers what it registered; the rest says why not', async () => {
  const { send } = await cluster.startAgent('a1');
  expect((await register(send, 'web-1')).status).toBe(200);
  expect(Object.keys((await ask(send, 'GET /v1/agent/services')).json<object>())).toEqual(['web-1']);
  const reply = await ask(send, 'GET /v1/catalog/services');
  expect([reply.status, reply.text]).toEqual([500, 'No known Consul servers']);
  const { send: server } = await cluster.startServer();
  await cluster.advance(60_000);
  expect(ids(await server('GET /v1/health/service/web'))).toEqual(['web-1']);
});

test('A half-open link is noticed after three silent heartbeats: answers go on, with their age', async () => {
  await cluster.startServer();
  const { send } = await cluster.joinAgent('a1');
  await register(send, 'web-1');
  await ask(send, 'GET /v1/health/service/web');
  cluster.network.cut('a1', 's1');
  await cluster.advance(40_000);
  const stale = await ask(send, 'GET /v1/health/service/web');
  expect(ids(stale)).toEqual(['web-1']);
  expect(stale.headers['X-Konsul-Freshness']).toMatch(/^stale; since=.*; reason=link-down$/);
  const age = Number(stale.headers.Age);
  expect(age).toBeGreaterThanOrEqual(10);
  await cluster.advance(10_000);
  expect(Number((await ask(send, 'GET /v1/health/service/web')).headers.Age)).toBeGreaterThanOrEqual(age + 10);
  cluster.network.heal('a1', 's1');
  await cluster.advance(60_000);
  expect((await ask(send, 'GET /v1/health/service/web')).headers).toMatchObject({ 'X-Konsul-Freshness': 'live', Age: '0' });
});

test('A silent agent turns critical after the grace time, passing when it is heard again, and nothing else moves', async () => {
  const { send: server } = await cluster.startServer();
  const { send } = await cluster.joinAgent('a1');
  await register(send, 'web-1', { Check: { TTL: '1h', Status: 'passing' } });
  const statuses = async (): Promise<unknown> =>
    (await server('GET /v1/health/node/a1')).json<{ CheckID: string; Status: string }[]>().map(({ CheckID, Status }) => [CheckID, Status]);
  const before = [
    ['serfHealth', 'passing'],
    ['service:web-1', 'passing'],
  ];
  expect(await statuses()).toEqual(before);
  cluster.network.cut('a1', 's1');
  await cluster.advance(45_000);
  expect(await statuses()).toEqual([['serfHealth', 'critical'], before[1]]);
  cluster.network.heal('a1', 's1');
  await cluster.advance(60_000);
  expect(await statuses()).toEqual(before);
});

test('An agent that leaves is out of the catalog before it is answered; one without a server gives up after two seconds', async () => {
  const { send: server } = await cluster.startServer();
  const one = await cluster.joinAgent('a1');
  await register(one.send, 'web-1');
  await cluster.until(one.agent.leave());
  expect(ids(await server('GET /v1/health/service/web'))).toEqual([]);
  const two = await cluster.joinAgent('a2');
  cluster.network.cut('a2', 's1');
  const startMs = cluster.clock.nowMs();
  await cluster.until(two.agent.leave());
  expect(cluster.clock.nowMs() - startMs).toBeLessThanOrEqual(2_000 + 5_000 + 10);
});

test('A check that changes after the agent left does not bring its node back', async () => {
  const { send: server } = await cluster.startServer();
  const { send } = await cluster.joinAgent('a1');
  await register(send, 'web-1', { Check: { TTL: '1h', Status: 'passing' } });
  const leaving = send('PUT /v1/agent/leave');
  await cluster.advance(500);
  expect((await ask(send, 'PUT /v1/agent/check/fail/service:web-1')).status).toBe(200);
  expect((await register(send, 'web-2')).status).toBe(200);
  await cluster.until(leaving);
  await cluster.advance(10_000);
  expect((await server('GET /v1/catalog/nodes')).json<{ Node: string }[]>().map(({ Node }) => Node)).toEqual(['s1']);
  expect(Object.keys((await ask(send, 'GET /v1/agent/services')).json<object>())).toEqual(['web-1', 'web-2']);
});

test('What an agent is, is in agent/self: its link and its cache too', async () => {
  await cluster.startServer();
  const { send } = await cluster.joinAgent('a1');
  await ask(send, 'GET /v1/catalog/nodes');
  const self = (await ask(send, 'GET /v1/agent/self')).json<{ Stats: Record<string, Record<string, string>> }>();
  expect(self).toMatchObject({ Config: { NodeName: 'a1', Server: false }, Member: { Name: 'a1', Tags: { role: 'node' } } });
  expect(self.Stats).toMatchObject({
    consul: { server: 'false', known_servers: '1' },
    link: { state: 'up', server: 's1 (127.0.0.1:8300)' },
  });
  expect(self.Stats.cache).toMatchObject({ 'byTopic.nodes.entries': '1' });
});

test('A reload changes the metadata of the node in the catalog', async () => {
  const { send: server } = await cluster.startServer();
  const { agent } = await cluster.joinAgent('a1');
  const { loadConfig } = await import('../config/load.ts');
  const { agentConfig } = await import('../config/agent-config.ts');
  const flags = new Map(
    Object.entries({ node: 'a1', bind: '10.0.0.9', 'data-dir': '/data', 'http-port': '-1', 'node-meta': 'rack:b' }).map(([k, v]) => [
      k,
      [v],
    ]),
  );
  const config = agentConfig(loadConfig({ files: [], environment: {}, flags }), { hostName: 'host', address: '10.0.0.9' });
  await cluster.until(agent.reload(config));
  const nodes = (await server('GET /v1/catalog/nodes')).json<{ Node: string; Meta: Record<string, string> }[]>();
  expect(nodes.find(({ Node }) => Node === 'a1')?.Meta).toMatchObject({ rack: 'b' });
});
