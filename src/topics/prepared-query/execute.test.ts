import { expect, test } from 'vitest';
import { queryId, queryRecord, queryService, templateRecord } from '../../../test/fixtures/queries.ts';
import { checkRecord, nodeRecord, serviceRecord } from '../../../test/fixtures/records.ts';
import { type Coordinate, ORIGIN } from '../../model/coordinate.ts';
import type { PreparedQuery } from '../../model/prepared-query.ts';
import { SeededRandom } from '../../runtime/random.ts';
import type { Backend } from '../backend.ts';
import type { ServiceEntry } from '../entries.ts';
import { createView } from '../view.ts';
import { executeQuery, findQuery, type QueryAnswer, type QueryRequest } from './execute.ts';

const NODES = ['a', 'b', 'c', 'd'];
const node = (name: string): ServiceEntry['node'] => nodeRecord(name, { address: `10.0.0.${NODES.indexOf(name) + 1}` });
const entry = (name: string, id: string, status: 'passing' | 'critical' = 'passing'): ServiceEntry => ({
  node: node(name),
  service: serviceRecord(name, id, { name: 'web' }),
  checks: [checkRecord(name, 'alive', { status })],
});
const standing = (name: string, at: number): Coordinate => ({
  ...ORIGIN,
  node: name,
  segment: '',
  vec: [at, 0, 0, 0, 0, 0, 0, 0],
  createIndex: 1,
  modifyIndex: 1,
});

const TOPICS: Readonly<Record<string, readonly unknown[]>> = {
  'service-health/web': NODES.map((name) => entry(name, 'w')),
  'service-health/sick': [entry('a', 's', 'critical')],
  'connect-health/web': [entry('d', 'proxy')],
  'nodes/': NODES.map(node),
  // `d` stands nowhere.
  'coordinates/': [standing('A', 0), standing('b', 3), standing('c', 1)],
};

function world(...queries: readonly PreparedQuery[]): { backend: Backend; reads: string[] } {
  const reads: string[] = [];
  const read: Backend['read'] = (topic, key) => {
    reads.push(`${topic.name}/${key}`);
    const items = topic.name === 'queries' ? queries : (TOPICS[`${topic.name}/${key}`] ?? []);
    return createView(1, items as never[]);
  };
  return { backend: { read } as Backend, reads };
}

const asking: QueryRequest = {
  nameOrId: 'q',
  agentNode: 'b',
  sourceAddress: '10.0.0.3',
  near: '',
  limit: 0,
  wantsConnect: false,
  usesCoordinates: true,
};

const execute = (query: PreparedQuery, request: Partial<QueryRequest> = {}, seed = 1): Promise<QueryAnswer | undefined> =>
  executeQuery({ ...asking, ...request }, { backend: world(query).backend, random: new SeededRandom(seed) });

const namesOf = (answer: QueryAnswer | undefined): string => (answer?.entries ?? []).map((one) => one.node.name).join('');
const q = (service: Parameters<typeof queryService>[0] = {}): PreparedQuery =>
  queryRecord({ service: queryService(service), dnsTtl: '10s' });

test('A query finds the instances of its service, and says how long that holds', async () => {
  const answer = await execute(q());
  expect([answer?.service, [...namesOf(answer)].sort().join(''), answer?.dnsTtl, answer?.failovers]).toEqual(['web', 'abcd', '10s', 0]);
});

test('An unknown query is undefined, an unknown service has no instances', async () => {
  expect(await execute(q(), { nameOrId: 'x' })).toBeUndefined();
  expect(await execute(q({ service: 'none' }))).toEqual({ service: 'none', entries: [], dnsTtl: '10s', failovers: 0 });
});

test('Instances are in any order, each of them as often', async () => {
  const orders = new Map<string, number>();
  for (let seed = 0; seed < 2_400; seed += 1) {
    const order = namesOf(await execute(q(), {}, seed));
    orders.set(order, (orders.get(order) ?? 0) + 1);
  }
  expect(orders.size).toBe(24);
  expect(Math.min(...orders.values())).toBeGreaterThan(50);
});

/** Nodes by distance from `a`: a, c, b, and d of which nothing is known. */
test.each<[own: string, asked: string, usesCoordinates: boolean, order: RegExp]>([
  ['', 'a', true, /^acbd$/],
  ['', 'A', true, /^acbd$/],
  ['a', '', true, /^acbd$/],
  ['a', 'b', true, /^bcad$/],
  ['_agent', '', true, /^bcad$/],
  ['_ip', '', true, /^cabd$/],
  ['', '_agent', true, /^bcad$/],
  ['', 'd', true, /^d/],
  ['', 'a', false, /^a/],
])('With Near %j, ?near=%s and coordinates %j the order fits %s', async (near, asked, usesCoordinates, order) => {
  for (let seed = 0; seed < 10; seed += 1) {
    const answer = await execute(q({ near }), { near: asked, usesCoordinates }, seed);
    expect(namesOf(answer)).toMatch(order);
    expect(answer?.entries).toHaveLength(4);
  }
});

test.each([
  ['_ip', '10.9.9.9'],
  ['_ip', ''],
  ['unknown', '10.0.0.1'],
])('Near %s from %j leaves the order to chance', async (near, sourceAddress) => {
  const firsts = new Set<string>();
  for (let seed = 0; seed < 40; seed += 1) firsts.add(namesOf(await execute(q({ near }), { sourceAddress }, seed)).slice(0, 1));
  expect(firsts.size).toBe(4);
});

test('A limit takes the first ones, which are the nearest', async () => {
  expect(namesOf(await execute(q({ near: 'a' }), { limit: 2 }))).toBe('ac');
  expect((await execute(q(), { limit: -1 }))?.entries).toHaveLength(4);
  expect((await execute(q(), { limit: 9 }))?.entries).toHaveLength(4);
});

test('Instances of the mesh come by the query or by the request', async () => {
  expect([namesOf(await execute(q({ connect: true }))), namesOf(await execute(q(), { wantsConnect: true }))]).toEqual(['d', 'd']);
});

test.each<[what: string, failovers: number, failover: Partial<PreparedQuery['service']['failover']>]>([
  ['datacenters, which are unknown', 0, { nearestN: 3, datacenters: ['dc1', 'dc2'] }],
  ['peers, of which nothing is known', 2, { targets: ['p1', '', 'p2'].map((peer) => ({ peer, datacenter: 'dc2' })) }],
])('With nothing found here, failover to %s finds nothing in %d tries', async (_what, failovers, change) => {
  const failover = { nearestN: 0, datacenters: undefined, targets: undefined, ...change };
  expect(await execute(q({ service: 'sick', failover }))).toMatchObject({ entries: [], failovers });
  expect(await execute(q({ failover }))).toMatchObject({ failovers: 0 });
});

test('Only what is needed is read', async () => {
  const { backend, reads } = world(q({ service: 'WEB' }));
  await executeQuery(asking, { backend, random: new SeededRandom(1) });
  expect(reads).toEqual(['queries/', 'service-health/web']);
});

test('A template is made into a query for the name', async () => {
  const { backend } = world({ ...templateRecord('t-', { service: '${name.suffix}' }), id: queryId(5) });
  expect((await executeQuery({ ...asking, nameOrId: 't-web' }, { backend, random: new SeededRandom(1) }))?.entries).toHaveLength(4);
  expect((await findQuery('T-x', backend))?.service.service).toBe('T-x');
});
