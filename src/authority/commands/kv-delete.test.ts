import { expect, test } from 'vitest';
import { World } from '../../../test/fixtures/world.ts';

function remove(world: World, key: string, cas?: number): boolean {
  return world.run({ kind: 'kv.delete', key, cas });
}

test('A plain delete is true whether or not the key is there, and moves no index if it is not', () => {
  const world = new World();
  world.put('k', 'x');
  expect([remove(world, 'k'), world.state.kv.get('k'), world.state.index]).toEqual([true, undefined, 3]);
  expect([remove(world, 'k'), world.state.index]).toEqual([true, 3]);
});

test.each([
  ['the index of the entry', 2, true],
  ['another index', 1, false],
  ['0', 0, false],
])('With cas=%s (%i) the answer is %s', (_, cas, deleted) => {
  const world = new World();
  world.put('k', 'x');
  expect(remove(world, 'k', cas)).toBe(deleted);
  expect(world.state.kv.get('k') === undefined).toBe(deleted);
});

test('A cas delete of what is not there is true', () => {
  expect(remove(new World(), 'none', 7)).toBe(true);
});
