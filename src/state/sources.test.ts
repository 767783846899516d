import { expect, test } from 'vitest';
import { queryRecord } from '../../test/fixtures/queries.ts';
import { checkRecord, kvRecord, nodeRecord, put, removed, serviceRecord, sessionRecord } from '../../test/fixtures/records.ts';
import type { Change } from '../model/record.ts';
import { servicesKey } from '../topics/services.ts';
import { topics } from '../topics/topics.ts';
import { State } from './state.ts';

const NODE_ID = 'ab12';

/** Two nodes; `web` and its check on the first, `Api` on the second; a key, a session and two queries. All at index 10. */
function world(): State {
  const state = new State('dc1');
  const records = [
    put.node(nodeRecord('A', { id: NODE_ID, meta: { rack: 'r1' } })),
    put.node(nodeRecord('b')),
    put.service(serviceRecord('A', 'web-1', { name: 'web', tags: ['v2', 'v1'] })),
    put.service(serviceRecord('b', 'api-1', { name: 'Api', connectNative: true })),
    put.check(checkRecord('A', 'alive', { serviceId: 'web-1', serviceName: 'web' })),
    put.check(checkRecord('A', 'disk', { status: 'warning' })),
    put.kv(kvRecord('k/1')),
    put.session(sessionRecord('s1', 'b')),
    put.query(queryRecord({ id: 'q2' })),
    put.query(queryRecord({ id: 'q1' })),
  ];
  state.apply(records, 10);
  return state;
}

const CHANGES = {
  node: put.node(nodeRecord('A', { id: NODE_ID, address: '10.0.0.9' })),
  service: put.service(serviceRecord('A', 'web-1', { name: 'web', port: 81 })),
  check: put.check(checkRecord('A', 'alive', { serviceId: 'web-1', serviceName: 'web', status: 'critical' })),
  nodeCheck: put.check(checkRecord('A', 'disk', { status: 'passing' })),
  kv: put.kv(kvRecord('k/1', 'new')),
  newKv: put.kv(kvRecord('k/2')),
  session: removed(put.session(sessionRecord('s1', 'b'))),
  query: put.query(queryRecord({ id: 'q1', name: 'new' })),
} satisfies Record<string, Change>;

type ChangeName = keyof typeof CHANGES;

const NODE_FILTER = servicesKey({ filter: '', nodeMeta: ['rack:r1'] });
const FILTER = servicesKey({ filter: 'ServicePort == 80', nodeMeta: [] });

/** A topic and key, and the changes that wake who waits for it. Each of them also moves its index. */
const WAKES: readonly (readonly [topic: string, key: string, by: readonly ChangeName[]])[] = [
  ['nodes', '', ['node', 'service']],
  ['node', 'a', ['node', 'service']],
  ['node', NODE_ID, ['node', 'service']],
  ['node', 'ab', ['node', 'service']],
  ['node', 'b', []],
  ['services', NODE_FILTER, ['node', 'service']],
  ['services', FILTER, ['node', 'service']],
  ['service-nodes', 'web', ['node', 'service', 'check', 'nodeCheck']],
  ['service-nodes', 'api', []],
  ['service-health', 'web', ['node', 'service', 'check', 'nodeCheck']],
  ['service-health', 'api', []],
  ['service-checks', 'web', ['node', 'service', 'check', 'nodeCheck']],
  ['connect-health', 'api', ['node', 'service', 'check', 'nodeCheck']],
  ['node-checks', 'a', ['check', 'nodeCheck']],
  ['node-checks', 'b', []],
  ['state-checks', 'any', ['check', 'nodeCheck']],
  ['state-checks', 'critical', ['check']],
  ['state-checks', 'warning', ['nodeCheck']],
  ['state-checks', 'other', []],
  ['kv-entry', 'k/1', ['kv']],
  ['kv-entry', 'k/2', ['newKv']],
  ['kv-entry', 'none', []],
  ['kv-prefix', '', ['kv', 'newKv']],
  ['kv-prefix', 'k/', ['kv', 'newKv']],
  ['kv-prefix', 'k/2', ['newKv']],
  ['kv-prefix', 'x', []],
  ['session', 's1', ['session']],
  ['sessions', '', ['session']],
  ['node-sessions', 'b', ['session']],
  ['node-sessions', 'a', []],
  ['queries', '', ['query']],
  ['query', 'q1', ['query']],
  ['query', 'q2', []],
];

const topicOf = (name: string): (typeof topics)[number] => {
  const topic = topics.find((candidate) => candidate.name === name);
  if (topic === undefined) throw new Error(`no topic ${name}`);
  return topic;
};

test.each(WAKES)('Who waits for %s %j is woken by %j and by nothing else', (name, key, by) => {
  for (const [change, record] of Object.entries(CHANGES)) {
    const state = world();
    let woken = false;
    state.wait(topicOf(name), key, () => {
      woken = true;
    });
    state.apply([record], 20);
    expect([change, woken]).toEqual([change, by.includes(change as ChangeName)]);
    if (woken) expect([change, state.read(topicOf(name), key).index]).toEqual([change, 20]);
  }
});

test('The list of services sleeps through a change of a node only in its index', () => {
  const state = world();
  state.apply([CHANGES.node], 20);
  expect(state.read(topicOf('services'), '').index).toBe(10);
  state.apply([CHANGES.service], 21);
  expect(state.read(topicOf('services'), '').index).toBe(21);
});

/** What each topic shows, in its order. */
test.each<[string, string, readonly unknown[]]>([
  ['nodes', '', [{ name: 'A' }, { name: 'b' }]],
  ['node', 'ab', [{ node: { name: 'A' }, services: [{ id: 'web-1' }] }]],
  ['node', 'none', []],
  [
    'services',
    '',
    [
      { name: 'Api', tags: [] },
      { name: 'web', tags: ['v1', 'v2'] },
    ],
  ],
  ['services', NODE_FILTER, [{ name: 'web', tags: ['v1', 'v2'] }]],
  ['services', servicesKey({ filter: 'ServiceName == "Api"', nodeMeta: [] }), [{ name: 'Api', tags: [] }]],
  ['service-nodes', 'web', [{ node: { name: 'A' }, service: { id: 'web-1' } }]],
  ['service-health', 'web', [{ node: { name: 'A' }, service: { id: 'web-1' }, checks: [{ id: 'disk' }, { id: 'alive' }] }]],
  ['service-health', 'api', [{ service: { id: 'api-1' }, checks: [] }]],
  ['connect-health', 'api', [{ service: { id: 'api-1' } }]],
  ['connect-health', 'web', []],
  ['service-checks', 'web', [{ id: 'alive' }]],
  ['node-checks', 'a', [{ id: 'alive' }, { id: 'disk' }]],
  ['state-checks', 'any', [{ id: 'alive' }, { id: 'disk' }]],
  ['state-checks', 'warning', [{ id: 'disk' }]],
  ['state-checks', 'other', []],
  ['kv-entry', 'k/1', [{ key: 'k/1' }]],
  ['kv-prefix', 'k', [{ key: 'k/1' }]],
  ['session', 's1', [{ id: 's1' }]],
  ['sessions', '', [{ id: 's1' }]],
  ['node-sessions', 'b', [{ id: 's1' }]],
  ['node-sessions', 'a', []],
  ['queries', '', [{ id: 'q1' }, { id: 'q2' }]],
  ['query', 'q2', [{ id: 'q2' }]],
  ['query', 'q3', []],
])('%s %j shows %j', (name, key, items) => {
  expect(world().read(topicOf(name), key).items).toMatchObject(items);
});

test('One query has the index of all, and sleeps through the changes of others', () => {
  const state = world();
  state.apply([CHANGES.query], 20);
  expect(['q1', 'q2', 'q3'].map((id) => state.read(topicOf('query'), id).index)).toEqual([20, 20, 20]);
});

test('An instance whose node is not there yet is not shown', () => {
  const state = new State('dc1');
  state.apply([put.service(serviceRecord('n', 'web'))], 2);
  expect(state.read(topicOf('service-health'), 'web').items).toEqual([]);
});

test('Instances stand in the order of their nodes, then of their ids', () => {
  const state = world();
  const add = (node: string, id: string): Change => put.service(serviceRecord(node, id, { name: 'web' }));
  state.apply([add('b', '2'), add('b', '1'), add('A', 'z')], 20);
  const items = state.read(topicOf('service-nodes'), 'web').items as readonly { node: { name: string }; service: { id: string } }[];
  expect(items.map(({ node, service }) => `${node.name}/${service.id}`)).toEqual(['A/web-1', 'A/z', 'b/1', 'b/2']);
});

test('An id prefix that two nodes share shows none, and its index moves when that changes', () => {
  const state = world();
  const other = put.node(nodeRecord('c', { id: 'ab99' }));
  state.apply([other], 20);
  expect(state.read(topicOf('node'), 'ab')).toMatchObject({ index: 20, items: [] });
  state.apply([removed(other)], 21);
  expect(state.read(topicOf('node'), 'ab')).toMatchObject({ index: 21, items: [{ node: { name: 'A' } }] });
});
