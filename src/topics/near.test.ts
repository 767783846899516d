import { expect, test } from 'vitest';
import { nodeRecord } from '../../test/fixtures/records.ts';
import { type Coordinate, ORIGIN } from '../model/coordinate.ts';
import type { Backend } from './backend.ts';
import { distancesFrom, nodeNear, sortedBy } from './near.ts';
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

const nodes = createView<unknown>(1, [
  nodeRecord('x', { address: '10.0.0.1' }),
  nodeRecord('y', { address: '10.0.0.1' }),
  nodeRecord('z', { address: 'z' }),
  nodeRecord('nowhere', { address: '' }),
]);
const backend = { read: () => nodes } as unknown as Backend;

test.each<[near: string, sourceAddress: string, meant: string]>([
  ['_agent', '10.0.0.1', 'own'],
  ['_ip', '10.0.0.1', 'x'],
  ['_ip', 'z', 'z'],
  ['_ip', '10.0.0.2', ''],
  ['_ip', '', ''],
  ['y', '10.0.0.1', 'y'],
  ['', '10.0.0.1', ''],
])('Near %j, asked from %j, means the node %j: of several with an address the first', async (near, sourceAddress, meant) => {
  expect(await nodeNear(near, { agentNode: 'own', sourceAddress }, backend)).toBe(meant);
});
