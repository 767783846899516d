import { expect, test } from 'vitest';
import { queryId, queryRecord } from '../../test/fixtures/queries.ts';
import {
  checkDefinition,
  checkRecord,
  kvRecord,
  nodeDefinition,
  nodeRecord,
  put,
  serviceDefinition,
  serviceRecord,
  sessionRecord,
} from '../../test/fixtures/records.ts';
import type { PreparedQuery } from '../model/prepared-query.ts';
import type { Change } from '../model/record.ts';
import { State } from '../state/state.ts';
import { Draft } from './draft.ts';

function committed(): State {
  const state = new State('dc1');
  const records = [
    put.node(nodeRecord('n', { id: 'id-1' })),
    put.service(serviceRecord('n', 'web')),
    put.check(checkRecord('n', 'c')),
    put.session(sessionRecord('s', 'n')),
    put.kv(kvRecord('a', 'one', { session: 's' })),
    put.kv(kvRecord('b')),
  ];
  state.apply(records, 5);
  return state;
}

const keys = (records: readonly { readonly key: string }[]): string[] => records.map(({ key }) => key);

test('A draft shows the committed state with its own changes on top, and leaves the state alone', () => {
  const state = committed();
  const draft = new Draft(state);
  draft.putKv({ key: 'b', value: Buffer.from('new'), flags: 0, session: '', lockIndex: 0 });
  draft.removeKv(state.kv.get('a') ?? kvRecord('a'));
  draft.putKv({ key: 'c', value: Buffer.from(''), flags: 0, session: '', lockIndex: 0 });
  expect([draft.kv('a'), Buffer.from(draft.kv('b')?.value ?? []).toString(), keys(draft.kvUnder(''))]).toEqual([
    undefined,
    'new',
    ['b', 'c'],
  ]);
  expect(keys(state.kv.under(''))).toEqual(['a', 'b']);
  expect(draft.changes().map(({ key, value }) => [key, value !== undefined])).toEqual([
    ['kv/b', true],
    ['kv/a', false],
    ['kv/c', true],
  ]);
});

test('A record that is put as it is changes nothing, unless forced', () => {
  const draft = new Draft(committed());
  const same = { key: 'b', value: Buffer.from(''), flags: 0, session: '', lockIndex: 0 };
  expect(draft.putKv(same)).toBe(draft.kv('b'));
  draft.putNode(nodeDefinition('n', { id: 'id-1' }));
  draft.putService({ ...serviceDefinition('web'), node: 'n', owner: '' });
  draft.putCheck({ ...checkDefinition('c'), node: 'n', serviceName: '', serviceTags: [], owner: '' });
  expect(draft.changes()).toEqual([]);
  draft.putKv(same, true);
  expect(keys(draft.changes())).toEqual(['kv/b']);
});

test('A changed record keeps its createIndex; one that was removed before does not', () => {
  const draft = new Draft(committed());
  const entry = draft.kv('b');
  expect(draft.putKv({ ...kvRecord('b'), flags: 7 })).toMatchObject({ createIndex: 5, modifyIndex: 0 });
  if (entry !== undefined) draft.removeKv(entry);
  expect(draft.putKv({ ...kvRecord('b'), flags: 7 })).toMatchObject({ createIndex: 0, modifyIndex: 0 });
});

test('A fork starts where the draft is, and is seen only once it is adopted', () => {
  const draft = new Draft(committed());
  draft.putKv({ ...kvRecord('c') });
  const fork = draft.fork();
  fork.putKv({ ...kvRecord('d') });
  expect([keys(fork.kvUnder('')), keys(draft.kvUnder(''))]).toEqual([
    ['a', 'b', 'c', 'd'],
    ['a', 'b', 'c'],
  ]);
  draft.adopt(fork);
  expect(keys(draft.kvUnder(''))).toEqual(['a', 'b', 'c', 'd']);
  expect(fork.footprint).toBe(draft.footprint);
});

test('A node is found by the id that it has in the draft, not by the one it had', () => {
  const draft = new Draft(committed());
  draft.putNode({ ...nodeRecord('n'), id: 'id-2' });
  expect([draft.nodeById('id-1'), draft.nodeById('id-2')?.name]).toEqual([undefined, 'n']);
});

test('What a node has, and what a session holds, follows the draft', () => {
  const draft = new Draft(committed());
  draft.putService(serviceRecord('N', 'api'));
  draft.removeCheck(checkRecord('n', 'c'));
  draft.putKv({ ...kvRecord('b'), session: 's' });
  draft.putKv({ ...kvRecord('a', 'one') });
  expect(draft.services('n').map(({ id }) => id)).toEqual(['web', 'api']);
  expect([draft.checks('N'), keys(draft.heldBy('s')), draft.heldBy('none')]).toEqual([[], ['b'], []]);
  expect(draft.sessionsOn('N').map(({ id }) => id)).toEqual(['s']);
  draft.removeSession(sessionRecord('s', 'n'));
  expect([draft.sessionsOn('n'), draft.session('s')]).toEqual([[], undefined]);
});

test('The queries of a name or a session are those of the draft', () => {
  const state = new State('dc1');
  const query = (number: number, name: string, session: string = ''): PreparedQuery => queryRecord({ id: queryId(number), name, session });
  const put = (value: PreparedQuery): Change => ({ table: 'query', key: `query/${value.id}`, value });
  state.apply([query(1, 'a', 's'), query(2, 'b', 's'), query(3, '', 's')].map(put), 5);
  const draft = new Draft(state);
  draft.putQuery(query(1, 'c', 't'));
  draft.removeQuery(query(2, 'b', 's'));
  draft.putQuery(query(4, 'B'));
  const ids = (queries: readonly PreparedQuery[]): number[] => queries.map(({ id }) => Number(id.slice(-1)));
  for (const each of [draft, draft.fork()]) {
    expect(['A', 'b', 'C', ''].map((name) => ids(each.queriesNamed(name)))).toEqual([[], [4], [1], []]);
    expect(['s', 't', 'u'].map((session) => ids(each.queriesOf(session)))).toEqual([[3], [1], []]);
  }
  expect([...draft.footprint.marks]).toEqual(['query-name/c', 'query-session/t', 'query-name/a', 'query-session/s', 'query-name/b']);
});

test('Everything that was looked at or written is noted, with the names of its look-ups', () => {
  const { reads, ranges, marks } = (() => {
    const draft = new Draft(committed());
    draft.kv('x');
    draft.kvUnder('k/');
    draft.nodeById('id-9');
    draft.heldBy('t');
    draft.sessionsOn('N');
    draft.checks('N');
    draft.putKv({ ...kvRecord('a', 'one'), session: 't' });
    draft.putNode({ ...nodeRecord('n'), id: 'id-2' });
    draft.putSession(sessionRecord('u', 'N'));
    return draft.footprint;
  })();
  expect([...reads]).toEqual(expect.arrayContaining(['kv/x', 'node-id/id-9', 'held/t', 'session-node/n', 'kv/a', 'node/n', 'session/u']));
  expect([...ranges]).toEqual(['kv/k/', 'node/n/check/']);
  expect([...marks].toSorted()).toEqual(['held/s', 'held/t', 'node-id/id-2', 'session-node/n']);
});
