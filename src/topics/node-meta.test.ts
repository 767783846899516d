import { expect, test } from 'vitest';
import { nodeRecord } from '../../test/fixtures/records.ts';
import { hasNodeMeta } from './node-meta.ts';

const meta = { rack: 'r1', url: 'http://x', empty: '' };

test.each<[readonly string[], boolean]>([
  [[], true],
  [['rack:r1'], true],
  [['rack:r2'], false],
  [['rack:r1', 'rack:r2'], false],
  [['rack:r1', 'url:http://x'], true],
  [['empty'], true],
  [['empty:'], true],
  [['rack'], false],
  [['none'], false],
  [['toString:x'], false],
])('A node with %j is picked: %s', (pairs, picked) => {
  expect(hasNodeMeta(nodeRecord('n', { meta }), pairs)).toBe(picked);
});

test('A node without metadata is picked by no pair', () => {
  expect([hasNodeMeta(nodeRecord('n'), ['a']), hasNodeMeta(nodeRecord('n'), [])]).toEqual([false, true]);
});
