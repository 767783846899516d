import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defineTopic } from '../topics/topic.ts';
import { viewDigest } from '../topics/view-digest.ts';
import { applyDelta, digestAfter, viewDelta } from './view-delta.ts';

interface Thing {
  readonly id: string;
  readonly version: number;
}

const topic = defineTopic<Thing>('things', { aging: 'service', idOf: ({ id }) => id, stampOf: ({ version }) => String(version) });
const thing = (id: string, version = 1): Thing => ({ id, version });
const things = (text: string): readonly Thing[] => [...text].map((id) => thing(id));

test.each([
  ['nothing', 'abc', 'abc', { gone: [], put: [] }],
  ['one more at the end', 'abc', 'abcd', { gone: [], put: [[3, thing('d')]] }],
  ['one more at the front', 'bcd', 'abcd', { gone: [], put: [[0, thing('a')]] }],
  ['one less in the middle', 'abcd', 'acd', { gone: [1], put: [] }],
  ['one for another', 'abcd', 'axcd', { gone: [1], put: [[1, thing('x')]] }],
  ['the first of nothing', '', 'a', undefined],
  ['the last one gone', 'a', '', undefined],
  ['more than half gone', 'abcde', 'ab', undefined],
  ['more than half new', 'ab', 'abxyz', undefined],
  ['another order', 'abcdef', 'bacdef', undefined],
  ['empty both', '', '', { gone: [], put: [] }],
])('%s: from %s to %s', (_, before, after, expected) => {
  expect(viewDelta(topic, things(before), things(after))).toEqual(expected);
});

test('an item of the same id and another stamp is put in its place', () => {
  const after = [thing('a'), thing('b', 2), thing('c')];
  expect(viewDelta(topic, things('abc'), after)).toEqual({ gone: [1], put: [[1, thing('b', 2)]] });
});

const list = fc.array(fc.record({ id: fc.constantFrom(...'abcdefgh'), version: fc.integer({ min: 1, max: 2 }) }), { maxLength: 12 });

test('a delta leads from any list to any other, and so does its digest', () => {
  fc.assert(
    fc.property(list, list, (before, after) => {
      const delta = viewDelta(topic, before, after);
      if (delta === undefined) return;
      expect(applyDelta(before, delta)).toEqual(after);
      expect(digestAfter(topic, { items: before, digest: viewDigest(topic, before) }, delta)).toEqual(viewDigest(topic, after));
    }),
    { numRuns: 1_000 },
  );
});

test('small edits of sorted lists, as views have them, are always deltas', () => {
  const sorted = fc.uniqueArray(fc.nat({ max: 500 }), { minLength: 20, maxLength: 60 }).map((ids) => ids.sort((a, b) => a - b));
  fc.assert(
    fc.property(sorted, fc.nat(), fc.nat({ max: 500 }), (ids, at, id) => {
      const before = ids.map((each) => thing(String(each)));
      const after = [...new Set([...ids.filter((_, place) => place !== at % ids.length), id])].sort((a, b) => a - b);
      const delta = viewDelta(
        topic,
        before,
        after.map((each) => thing(String(each))),
      );
      expect(delta).toBeDefined();
      expect((delta?.gone.length ?? 9) + (delta?.put.length ?? 9)).toBeLessThanOrEqual(2);
    }),
  );
});

test.each([
  ['a position that is not there', [3], []],
  ['gone positions that fall', [1, 0], []],
  ['a gone position twice', [1, 1], []],
  [
    'put positions that fall',
    [],
    [
      [2, 'x'],
      [1, 'y'],
    ],
  ],
  ['a put position behind the end', [], [[4, 'x']]],
  [
    'a put position twice',
    [],
    [
      [1, 'x'],
      [1, 'y'],
    ],
  ],
])('%s makes no sense', (_, gone, put) => {
  expect(applyDelta(['a', 'b', 'c'], { gone, put: put as [number, unknown][] })).toBeUndefined();
});

test('the result is a frozen list of its own', () => {
  const items = ['a', 'b'];
  const result = applyDelta(items, { gone: [], put: [[2, 'c']] });
  expect(result).toEqual(['a', 'b', 'c']);
  expect(Object.isFrozen(result)).toBe(true);
  expect(items).toEqual(['a', 'b']);
});

test('lists of one object each are compared without asking the topic', () => {
  const items = Array.from({ length: 1_000 }, (_, at) => thing(String(at)));
  const asked: string[] = [];
  const idOf = (item: Thing): string => {
    asked.push(item.id);
    return item.id;
  };
  const watched = { ...topic, idOf };
  viewDelta(watched, items, [...items.slice(0, 500), ...items.slice(501)]);
  expect(asked.length).toBeLessThan(10);
});
