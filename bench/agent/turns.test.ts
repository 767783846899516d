import { expect, test } from 'vitest';
import { below } from '../row.ts';
import { besides, takeTurns } from './turns.ts';

test('the two sides take turns, ours first', async () => {
  const seen: string[] = [];
  const measure = async (side: string, round: number): Promise<number> => seen.push(`${side} ${round}`);
  expect(await takeTurns({ ours: 'a', peer: 'b', rounds: 2, measure })).toEqual({ ours: [1, 3], peer: [2, 4] });
  expect(seen).toEqual(['a 0', 'b 0', 'a 1', 'b 1']);
});

test('without a peer ours alone is measured, and the row has no ratio', async () => {
  const { ours, peer } = await takeTurns({ ours: 1, peer: undefined, rounds: 3, measure: async (side: number) => side });
  expect([ours, peer]).toEqual([[1, 1, 1], []]);
  const row = below({ name: 'row', value: 1, unit: 'ms' }, 2);
  expect(besides(row, peer, { peer: 'nobody', better: 'less' })).toEqual(row);
});

test('the row is held against the median of the peer', () => {
  const row = below({ name: 'row', value: 2, unit: 'ms' }, 3);
  expect(besides(row, [1, 8, 100], { peer: 'other', better: 'less' })).toMatchObject({ ok: true, peer: 'other', peerValue: 8, ratio: 4 });
});
