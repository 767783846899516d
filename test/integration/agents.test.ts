/** One server and three client agents, all real processes: what programs on several nodes see of each other. */
import { Agent } from 'node:http';
import { expect } from 'vitest';
import { healthOf, idsOf, register, startCluster, untilIds } from './cluster.ts';
import type { KonsulProcess } from './konsul-process.ts';
import { test } from './konsul-test.ts';
import { waitUntil } from './wait-until.ts';

const ROUNDS = 10_000;
const WRITERS = 4;
const SECOND_MS = 1_000;

const names = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${prefix}-${i}`);

async function metricOf(process: KonsulProcess, name: string): Promise<number> {
  const text = (await process.call('/v1/agent/metrics?format=prometheus')).text;
  return Number(new RegExp(`^${name}(?:{[^}]*})? (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
}

test('agents are members and nodes, and say what they are', async ({ start }) => {
  const { server, agents } = await startCluster(start, 3);
  const members = (await server.call('/v1/agent/members')).json<{ Name: string; Status: number; Tags: { role: string } }[]>();
  expect(members.map(({ Name, Status, Tags }) => [Name, Status, Tags.role]).sort()).toEqual([
    ['a1', 1, 'node'],
    ['a2', 1, 'node'],
    ['a3', 1, 'node'],
    ['n0', 1, 'consul'],
  ]);
  const [one] = agents as [KonsulProcess];
  expect((await one.call('/v1/agent/members')).json<unknown[]>()).toHaveLength(4);
  expect((await one.call('/v1/agent/self')).json()).toMatchObject({ Config: { NodeName: 'a1', Server: false }, Member: { Status: 1 } });
  const nodes = (await one.call('/v1/catalog/nodes')).json<{ Node: string }[]>();
  expect(nodes.map(({ Node }) => Node)).toEqual(['a1', 'a2', 'a3', 'n0']);
  const checks = (await server.call('/v1/health/node/a2')).json<{ CheckID: string; Status: string }[]>();
  expect(checks).toEqual([expect.objectContaining({ CheckID: 'serfHealth', Status: 'passing' })]);
});

test('99 registrations and no hundredth are all in the catalog within a second', async ({ start }) => {
  const { server, agents } = await startCluster(start, 1);
  const [agent] = agents as [KonsulProcess];
  const ids = names('job', 99);
  await Promise.all(ids.map((ID) => register(agent, { Name: 'job', ID })));
  await untilIds(server, 'job', ids, SECOND_MS);
});

test('1,500 registrations in one burst are all there, once each', async ({ start }) => {
  const { server, agents } = await startCluster(start, 1);
  const [agent] = agents as [KonsulProcess];
  const ids = names('job', 1_500);
  await Promise.all(ids.map((ID) => register(agent, { Name: 'job', ID })));
  await untilIds(server, 'job', ids, 30_000);
  await untilIds(agent, 'job', ids);
  expect(Object.keys((await agent.call('/v1/agent/services')).json<object>())).toHaveLength(1_500);
});

test('what is registered is found through the same agent at once, ten thousand times', { timeout: 300_000 }, async ({ start }) => {
  const { agents } = await startCluster(start, 1);
  const [agent] = agents as [KonsulProcess];
  const http = new Agent({ keepAlive: true, maxSockets: WRITERS });
  let absent = 0;
  const writer = async (name: string): Promise<void> => {
    for (let round = 0; round < ROUNDS / WRITERS; round++) {
      const body = { Name: `svc-${name}-${round % 20}`, ID: `id-${name}-${round % 50}`, Port: 1 + (round % 60_000) };
      const put = await agent.call('/v1/agent/service/register', { method: 'PUT', body, agent: http });
      const found = await agent.call(`/v1/health/service/${body.Name}`, { agent: http });
      const entry = found.json<{ Service: { ID: string; Port: number } }[]>().find(({ Service }) => Service.ID === body.ID);
      if (put.status !== 200 || entry?.Service.Port !== body.Port) absent += 1;
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, i) => writer(String(i))));
  http.destroy();
  expect(absent).toBe(0);
});

test('a key that was put is read back from the same agent at once, while others write', { timeout: 300_000 }, async ({ start }) => {
  const { server, agents } = await startCluster(start, 3);
  const http = new Agent({ keepAlive: true });
  let isOver = false;
  const noise = (async () => {
    for (let n = 0; !isOver; n++) await server.call(`/v1/kv/app/${n % 20}`, { method: 'PUT', body: `noise ${n}`, agent: http });
  })();
  const wrong: string[] = [];
  const writer = async (agent: KonsulProcess, name: string): Promise<void> => {
    for (let n = 0; n < 1_000; n++) {
      await agent.call(`/v1/kv/app/own-${name}`, { method: 'PUT', body: `${n}`, agent: http });
      const { text } = await agent.call(`/v1/kv/app/own-${name}?raw`, { agent: http });
      const { text: tree } = await agent.call(`/v1/kv/app/?recurse`, { agent: http });
      if (text !== `${n}` || !tree.includes(Buffer.from(`${n}`).toString('base64'))) wrong.push(`${name} ${n}: ${text}`);
    }
  };
  await Promise.all(agents.map((agent, i) => writer(agent, String(i))));
  isOver = true;
  await noise;
  http.destroy();
  expect(wrong).toEqual([]);
});

test('of two instances of one name, deregistering one leaves the other, on every agent within a second', async ({ start }) => {
  const { server, agents } = await startCluster(start, 3);
  const [one, two] = agents as [KonsulProcess, KonsulProcess];
  await register(one, { Name: 'web', ID: 'web-1' });
  await register(two, { Name: 'web', ID: 'web-2' });
  await register(one, { Name: 'web', ID: 'web-3' });
  for (const each of [server, ...agents]) await untilIds(each, 'web', ['web-1', 'web-2', 'web-3'], SECOND_MS);
  expect((await one.put('/v1/agent/service/deregister/web-1')).status).toBe(200);
  expect(await idsOf(one, 'web')).toEqual(['web-2', 'web-3']);
  for (const each of [server, ...agents]) await untilIds(each, 'web', ['web-2', 'web-3'], SECOND_MS);
});

test('a hundred concurrent misses of one key are one fetch', async ({ start }) => {
  const { agents } = await startCluster(start, 2);
  const [one, two] = agents as [KonsulProcess, KonsulProcess];
  await register(two, { Name: 'web', ID: 'web-1' });
  const fetches = async (): Promise<number> =>
    (await metricOf(one, 'konsul_cache_misses_total')) - (await metricOf(one, 'konsul_cache_coalesced_total'));
  const before = await fetches();
  const replies = await Promise.all(Array.from({ length: 100 }, () => healthOf(one, 'web')));
  expect(replies.every((entries) => entries.length === 1)).toBe(true);
  expect((await fetches()) - before).toBe(1);
});

test('a blocking query on one agent wakes for a change on another, and only for what it asked', async ({ start }) => {
  const { agents } = await startCluster(start, 2);
  const [one, two] = agents as [KonsulProcess, KonsulProcess];
  await register(two, { Name: 'web', ID: 'web-1' });
  await untilIds(one, 'web', ['web-1']);
  const { headers } = await one.call('/v1/health/service/web');
  const waiting = one.call(`/v1/health/service/web?index=${headers['x-consul-index']}&wait=20s`);
  await register(two, { Name: 'other', ID: 'other-1' });
  await register(two, { Name: 'web', ID: 'web-2' });
  const woken = await waiting;
  expect(woken.json<unknown[]>()).toHaveLength(2);
  expect(Number(woken.headers['x-consul-index'])).toBeGreaterThan(Number(headers['x-consul-index']));
  expect(woken.headers['x-konsul-freshness']).toBe('live');
});

test('sessions, locks, transactions, events, queries and snapshots work through an agent', async ({ start }) => {
  const { server, agents } = await startCluster(start, 2);
  const [one, two] = agents as [KonsulProcess, KonsulProcess];
  const { ID } = (await one.put('/v1/session/create', { TTL: '30s' })).json<{ ID: string }>();
  expect((await one.call(`/v1/session/info/${ID}`)).json()).toEqual([expect.objectContaining({ ID, Node: 'a1' })]);
  expect((await one.put(`/v1/kv/lock?acquire=${ID}`, 'x')).text).toBe('true');
  expect((await two.call('/v1/kv/lock')).json()).toEqual([expect.objectContaining({ Session: ID, LockIndex: 1 })]);
  expect((await two.put(`/v1/session/destroy/${ID}`)).text).toBe('true');
  expect((await one.call('/v1/kv/lock?consistent')).json<{ Session?: string }[]>()[0]?.Session).toBeUndefined();
  const txn = await one.put('/v1/txn', [{ KV: { Verb: 'set', Key: 'k', Value: 'dg==' } }, { KV: { Verb: 'get', Key: 'k' } }]);
  expect(txn.status).toBe(200);
  expect((await two.put('/v1/event/fire/deploy', 'now')).json()).toMatchObject({ Name: 'deploy' });
  await waitUntil(async () => (await one.call('/v1/event/list')).json<unknown[]>().length === 1, { what: 'the event on the other agent' });
  await register(one, { Name: 'web', ID: 'web-1' });
  const query = await one.call('/v1/query', { method: 'POST', body: { Name: 'find', Service: { Service: 'web' } } });
  expect(query.status).toBe(200);
  expect((await two.call('/v1/query/find/execute')).json()).toMatchObject({ Service: 'web', Nodes: [{ Service: { ID: 'web-1' } }] });
  const snapshot = await two.call('/v1/snapshot');
  expect([snapshot.status, snapshot.body.length > 100]).toEqual([200, true]);
  expect((await one.call('/v1/snapshot', { method: 'PUT', body: snapshot.body })).status).toBe(200);
  for (const each of [server, one, two]) await untilIds(each, 'web', ['web-1']);
});
