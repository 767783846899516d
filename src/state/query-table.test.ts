import { expect, test } from 'vitest';
import { queryId, queryRecord } from '../../test/fixtures/queries.ts';
import type { PreparedQuery } from '../model/prepared-query.ts';
import { QueryTable } from './query-table.ts';

const template = { type: 'name_prefix_match', regexp: '', removeEmptyTags: false };

function tableOf(...queries: readonly Partial<PreparedQuery>[]): QueryTable {
  const table = new QueryTable();
  for (const [at, query] of queries.entries()) put(table, { id: queryId(at + 1), ...query });
  return table;
}

const put = (table: QueryTable, change: Partial<PreparedQuery>): unknown =>
  table.apply(change.id ?? '', queryRecord(change), table.index + 1);
const ids = (queries: Iterable<PreparedQuery>): number[] => [...queries].map(({ id }) => Number(id.slice(-2)));

test('Queries are found by name in any case; those without one only as templates', () => {
  const table = tableOf({ name: 'Web' }, { name: '', session: 's' }, { name: '', template }, { name: 'db', template });
  expect([ids(table.named('wEB')), ids(table.named('')), ids(table.named('DB')), ids(table.named('none'))]).toEqual([[1], [3], [4], []]);
});

test('Queries are found by the session that they go with', () => {
  const table = tableOf({ name: 'a', session: 's' }, { name: '', session: 's' }, { name: 'b', session: 't' }, { name: 'c' });
  expect([ids(table.boundTo('s')), ids(table.boundTo('t')), ids(table.boundTo(''))]).toEqual([[1, 2], [3], []]);
});

test('A query that changes or goes is no longer found as it was', () => {
  const table = tableOf({ name: 'a', session: 's' }, { name: 'b', session: 's' });
  put(table, { id: queryId(1), name: 'c', session: 't' });
  expect([ids(table.named('a')), ids(table.named('c')), ids(table.boundTo('s')), ids(table.boundTo('t'))]).toEqual([[], [1], [2], [1]]);
  expect(table.apply(queryId(1), undefined, 9)).toMatchObject({ name: 'c' });
  expect([table.get(queryId(1)), ids(table.named('c')), ids(table.boundTo('t')), table.size, table.index]).toEqual([
    undefined,
    [],
    [],
    1,
    9,
  ]);
  table.reset(20);
  expect([ids(table.named('b')), ids(table.boundTo('s')), table.size, table.index]).toEqual([[], [], 0, 20]);
});

test('Of two with one name, as a restore may bring them, each is found until it goes', () => {
  const table = tableOf({ name: 'a' }, { name: 'A' });
  table.apply(queryId(2), undefined, 9);
  expect(ids(table.named('a'))).toEqual([1]);
});
