import { expect, test } from 'vitest';
import { PLAIN_IDS, plainKey } from '../model/record.ts';
import type { Tombstone } from '../model/tombstone.ts';
import { State } from './state.ts';
import { TombstoneTable } from './tombstone-table.ts';

const tombstone = (node: string, id: string, kind: Tombstone['kind'] = 'service'): Tombstone => ({
  node,
  kind,
  id,
  owner: 'a',
  createIndex: 0,
  modifyIndex: 0,
});

const idsOn = (table: TombstoneTable, node: string): string[] => [...table.on(node)].map(({ kind, id }) => `${kind} ${id}`);

test('Tombstones are found by their node in any case, and by no node whose name begins alike', () => {
  const table = new TombstoneTable();
  for (const each of [tombstone('N', 'web'), tombstone('n', 'web', 'check'), tombstone('n/service', 'web'), tombstone('n2', 'api')])
    table.apply(PLAIN_IDS.tombstone(each), each, 2);
  expect(idsOn(table, 'n')).toEqual(['service web', 'check web']);
  expect([idsOn(table, 'N/SERVICE'), idsOn(table, 'n2'), idsOn(table, 'x')]).toEqual([['service web'], ['service api'], []]);
});

test('A tombstone that is put again is one, and one that is removed is gone from its node', () => {
  const table = new TombstoneTable();
  const web = tombstone('n', 'web');
  table.apply(PLAIN_IDS.tombstone(web), web, 2);
  table.apply(PLAIN_IDS.tombstone(web), { ...web, owner: 'b' }, 3);
  expect([...table.on('n')].map(({ owner }) => owner)).toEqual(['b']);
  table.apply(PLAIN_IDS.tombstone(web), undefined, 4);
  expect(idsOn(table, 'n')).toEqual([]);
  expect(table.apply(PLAIN_IDS.tombstone(web), undefined, 5)).toBeUndefined();
});

test('A state that is replaced has the tombstones of its new content, and no others', () => {
  const state = new State('dc1');
  const old = tombstone('n', 'old');
  state.apply([{ table: 'tombstone', key: plainKey('tombstone', PLAIN_IDS.tombstone(old)), value: old }], 2);
  const kept = { ...tombstone('n', 'new'), createIndex: 1, modifyIndex: 1 };
  state.load({ index: 9, records: [{ table: 'tombstone', key: plainKey('tombstone', PLAIN_IDS.tombstone(kept)), value: kept }] });
  expect(idsOn(state.tombstones, 'n')).toEqual(['service new']);
});
