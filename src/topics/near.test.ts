import { expect, test } from 'vitest';
import { nodeRecord } from '../../test/fixtures/records.ts';
import { type Coordinate, ORIGIN } from '../model/coordinate.ts';
import { distancesFrom, nodeNameAt, sortedBy } from './near.ts';
import { createView } from './view.ts';

const at = (node: string, x: number): Coordinate => ({
  ...ORIGIN,
  node,
  segment: '',
  height: 0,
  vec: [x, 0, 0, 0, 0, 0, 0, 0],
  createIndex: 1,
  modifyIndex: 1,
});
const coordinates = createView(1, [at('A', 1), at('b', 4)]);

test('Distances are known between nodes that stand somewhere, in any case of their names', () => {
  const distanceTo = distancesFrom('a', coordinates);
  expect([distanceTo?.('a'), distanceTo?.('B'), distanceTo?.('c')]).toEqual([0, 3, Number.POSITIVE_INFINITY]);
  expect(distancesFrom('c', coordinates)).toBeUndefined();
});

test('Sorting leaves equals in their order, infinite ones too', () => {
  const items = [9, 1, Number.POSITIVE_INFINITY, 1, Number.POSITIVE_INFINITY, 0].map((distance, number) => ({ distance, number }));
  expect(sortedBy(items, ({ distance }) => distance).map(({ number }) => number)).toEqual([5, 1, 3, 0, 2, 4]);
  expect(items[0]?.number).toBe(0);
});

test('An address is that of the first node that has it', () => {
  const nodes = createView(1, [
    nodeRecord('x', { address: '10.0.0.1' }),
    nodeRecord('y', { address: '10.0.0.1' }),
    nodeRecord('z', { address: 'z' }),
  ]);
  expect(['10.0.0.1', 'z', '10.0.0.2'].map((address) => nodeNameAt(address, nodes))).toEqual(['x', 'z', '']);
});
