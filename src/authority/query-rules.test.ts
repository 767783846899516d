import { beforeEach, expect, test } from 'vitest';
import { queryDefinition, queryId, queryService } from '../../test/fixtures/queries.ts';
import { checkDefinition, register, sessionRecord } from '../../test/fixtures/records.ts';
import { World } from '../../test/fixtures/world.ts';
import type { PreparedQuery, QueryDefinition } from '../model/prepared-query.ts';

const SESSION = queryId(77);
const template = { type: 'name_prefix_match', regexp: '', removeEmptyTags: false };
let world: World;

beforeEach(() => {
  world = new World();
  world.run(register('n', { checks: [checkDefinition('disk')] }));
  world.run({ kind: 'session.create', session: sessionRecord(SESSION, 'n', { nodeChecks: ['disk'] }) });
});

const create = (change: Partial<QueryDefinition> = {}): string => world.run({ kind: 'query.create', query: queryDefinition(change) });
const update = (change: Partial<QueryDefinition> = {}): true => world.run({ kind: 'query.update', query: queryDefinition(change) });
const query = (number: number): PreparedQuery | undefined => world.state.tables.query.get(queryId(number));

test('A query is created under its id, and what is sent again changes nothing', () => {
  expect(create()).toBe(queryId(1));
  const { index } = world.state;
  expect(query(1)).toEqual({ ...queryDefinition(), createIndex: index, modifyIndex: index });
  update({ dnsTtl: '1s' });
  expect([create(), world.changes, query(1)?.dnsTtl]).toEqual([queryId(1), [], '1s']);
});

test('A query is replaced as a whole, by its id in any case; the same again moves no index', () => {
  create({ id: 'abcdef00-0000-4000-8000-000000000000', dnsTtl: '1s' });
  const created = world.state.index;
  const change = { id: 'ABCDEF00-0000-4000-8000-000000000000', name: 'Q', service: queryService({ tags: [] }) };
  expect(update(change)).toBe(true);
  expect([...world.state.tables.query.all()]).toEqual([
    { ...queryDefinition(), ...change, id: change.id.toLowerCase(), createIndex: created, modifyIndex: created + 1 },
  ]);
  update(change);
  expect(world.changes).toEqual([]);
});

test('A query is removed by its id in any case', () => {
  create({ id: 'abcdef00-0000-4000-8000-000000000000' });
  expect(world.run({ kind: 'query.delete', id: 'ABCDEF00-0000-4000-8000-000000000000' })).toBe(true);
  expect([...world.state.tables.query.all()]).toEqual([]);
});

test.each([
  ['foo', 'Prepared Query lookup failed: failed prepared query lookup: index error: UUID must be 36 characters'],
  ['', 'Prepared Query lookup failed: failed prepared query lookup: index error: UUID must be 36 characters'],
  ['x'.repeat(36), `Prepared Query lookup failed: failed prepared query lookup: index error: Invalid UUID: ${'x'.repeat(36)}`],
  [queryId(9), `Cannot modify non-existent prepared query: '${queryId(9)}'`],
])('There is no query %j to change or remove', (id, text) => {
  expect(() => update({ id })).toThrow(text);
  expect(() => world.run({ kind: 'query.delete', id })).toThrow(text);
});

test('What is not there is said before what is wrong', () => {
  expect(() => update({ id: queryId(9), name: '' })).toThrow('non-existent');
});

test.each<[change: Partial<QueryDefinition>, text: string]>([
  [{ name: '' }, 'Invalid prepared query: Must be bound to a session'],
  [{ name: 'Taken' }, "raft apply failed: name 'Taken' aliases an existing query name"],
  [{ name: 'tAKEN', template }, "raft apply failed: name 'tAKEN' aliases an existing query name"],
  [{ name: queryId(2) }, `raft apply failed: name '${queryId(2)}' aliases an existing query ID`],
  [{ name: '', template }, 'raft apply failed: a query template with an empty name already exists'],
  [{ session: 'foo' }, 'raft apply failed: invalid session: index error: UUID must be 36 characters'],
  [{ session: queryId(8) }, `raft apply failed: invalid session "${queryId(8)}"`],
  [{ template: { ...template, type: 'x' } }, "raft apply failed: failed compiling template: Bad Template.Type 'x'"],
  [
    { template: { ...template, regexp: '(' } },
    'raft apply failed: failed compiling template: Bad Regexp: error parsing regexp: missing closing ): `(`',
  ],
  [{ template, service: queryService({ service: '${x}' }) }, "raft apply failed: failed compiling template: Bad evaluation for '${x}'"],
])('%j is refused: %s', (change, text) => {
  create({ id: queryId(2), name: 'taken' });
  create({ id: queryId(3), name: '', template });
  const before = [...world.state.tables.query.all()];
  expect(() => create(change)).toThrow(text);
  expect([...world.state.tables.query.all()]).toEqual(before);
});

test('A query may keep its name, and change to one that was given up', () => {
  create({ id: queryId(1), name: 'one' });
  create({ id: queryId(2), name: '', template });
  update({ id: queryId(1), name: 'ONE', dnsTtl: '1s' });
  update({ id: queryId(2), name: '', template, dnsTtl: '1s' });
  update({ id: queryId(1), name: 'two' });
  update({ id: queryId(2), name: 'one' });
  expect([query(1)?.name, query(2)?.name]).toEqual(['two', 'one']);
});

test('Queries without a name are many, and none of them may be named as itself', () => {
  create({ id: queryId(1), name: '', session: SESSION });
  create({ id: queryId(2), name: '', session: SESSION });
  expect([query(1)?.session, query(2)?.session]).toEqual([SESSION, SESSION]);
  expect(() => update({ id: queryId(1), name: queryId(1) })).toThrow('aliases an existing query ID');
});

test.each<[what: string, end: () => void]>([
  ['it is destroyed', () => world.run({ kind: 'session.destroy', id: SESSION })],
  ['its node goes', () => world.run({ kind: 'catalog.deregister', node: 'n', serviceId: '', checkId: '' })],
  ['its check goes', () => world.run({ kind: 'catalog.deregister', node: 'n', serviceId: '', checkId: 'disk' })],
  ['its check fails', () => world.run(register('n', { checks: [checkDefinition('disk', { status: 'critical' })] }))],
])('The queries of a session go with it when %s', (_what, end) => {
  create({ id: queryId(1), session: SESSION });
  create({ id: queryId(2), name: '', session: SESSION });
  create({ id: queryId(3), name: 'other' });
  const { index } = world.state;
  end();
  expect([...world.state.tables.query.all()].map(({ id }) => id)).toEqual([queryId(3)]);
  expect(world.state.tables.query.index).toBe(index + 1);
});

test('A name, and what goes with a session, is looked up without going through all queries', () => {
  const { state } = world;
  let looks = 0;
  const all = state.queries.all.bind(state.queries);
  state.queries.all = () => {
    looks++;
    return all();
  };
  create({ id: queryId(1), name: 'one', session: SESSION });
  update({ id: queryId(1), name: 'two', session: SESSION });
  expect(() => create({ id: queryId(2), name: 'TWO' })).toThrow('aliases an existing query name');
  world.run({ kind: 'session.destroy', id: SESSION });
  expect([query(1), looks]).toEqual([undefined, 0]);
});

test('The end of a session without queries leaves the index of queries', () => {
  create();
  const { index } = world.state.tables.query;
  world.run({ kind: 'session.destroy', id: SESSION });
  expect(world.state.tables.query.index).toBe(index);
});
