import { expect, test } from 'vitest';
import { World } from '../../../test/fixtures/world.ts';

test.each<[string, readonly string[]]>([
  ['a/', ['a', 'b']],
  ['a', ['b']],
  ['', []],
  ['none', ['a', 'a/1', 'a/2', 'b']],
])('Deleting below %j leaves %j', (prefix, left) => {
  const world = new World();
  for (const key of ['a', 'a/1', 'a/2', 'b']) world.put(key, 'x');
  const { index } = world.state;
  expect(world.run({ kind: 'kv.delete-tree', prefix })).toBe(true);
  expect(world.state.kv.under('').map(({ key }) => key)).toEqual(left);
  expect(world.state.index).toBe(left.length === 4 ? index : index + 1);
});
