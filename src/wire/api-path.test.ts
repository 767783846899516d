import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyPath, withQuery } from './api-path.ts';

test.each([
  [{}, ''],
  [{ a: undefined, b: false }, ''],
  [{ recurse: true, separator: '/' }, '?recurse&separator=%2F'],
  [{ cas: 0, flags: 2n ** 64n - 1n, dc: '' }, '?cas=0&flags=18446744073709551615&dc='],
  [{ tag: ['a', 'b&c'] }, '?tag=a&tag=b%26c'],
])('what is given becomes a query (%#)', (query, text) => {
  expect(withQuery('/p', query)).toBe(`/p${text}`);
  expect(withQuery('/p?x', query)).toBe(`/p?x${text.replace('?', '&')}`);
});

test('any key comes back out of its path, which stays one path', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (key) => {
      const path = keyPath(key);
      expect(path.split('/').map(decodeURIComponent).join('/')).toBe(key);
      expect(path).not.toMatch(/[?#\s]/);
    }),
  );
});
