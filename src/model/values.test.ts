import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isEqual } from './values.ts';

test.each<[unknown, unknown, boolean]>([
  [1, 1, true],
  [1, 1n, false],
  [2n ** 60n, 2n ** 60n, true],
  [Number.NaN, Number.NaN, true],
  ['a', 'b', false],
  [null, undefined, false],
  [null, {}, false],
  [{}, [], false],
  [[], {}, false],
  [[1, [2]], [1, [2]], true],
  [[1, 2], [2, 1], false],
  [[1], [1, undefined], false],
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
  [{ a: 1 }, { a: 1, b: undefined }, true],
  [{ a: 1, b: undefined }, { a: 1 }, true],
  [{ a: 1 }, { a: 1, b: null }, false],
  [{ toString: undefined }, {}, true],
  [{ constructor: 1 }, {}, false],
  [Buffer.from('ab'), new Uint8Array([97, 98]), true],
  [Buffer.from('ab'), Buffer.from('ac'), false],
  [Buffer.from('a'), { 0: 97 }, false],
  [{ 0: 97 }, Buffer.from('a'), false],
])('%o and %o are equal: %s', (a, b, equal) => {
  expect(isEqual(a, b)).toBe(equal);
});

test('A deep copy of any data is equal, and equality has no direction', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      expect(isEqual(a, structuredClone(a))).toBe(true);
      expect(isEqual(a, b)).toBe(isEqual(b, a));
    }),
  );
});
