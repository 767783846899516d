import { expect, test } from 'vitest';
import { Query } from '../http/request.ts';
import { allOf, selectionName, wantsPassing } from './selection.ts';

const query = (raw: string): Query => Query.parse(raw) as Query;

test('No condition is no selection, and has the empty name', () => {
  expect(allOf('name', [undefined, undefined])).toEqual({ where: undefined, name: '' });
});

test.each([[[2, 3]], [[2]]])('Numbers that divide by %j', (divisors) => {
  const { where, name } = allOf<number>('n', [undefined, ...divisors.map((divisor) => (n: number) => n % divisor === 0)]);
  const expected = [1, 2, 3, 4, 5, 6].filter((n) => divisors.every((divisor) => n % divisor === 0));
  expect([[1, 2, 3, 4, 5, 6].filter((n) => where?.(n)), name]).toEqual([expected, 'n']);
});

test('A selection is named by what was given, so that equal names pick alike', () => {
  const name = (raw: string): string => selectionName(query(raw), ['tag', 'filter']);
  expect(name('tag=a&near=x')).toBe(name('tag=a'));
  expect(new Set(['', 'tag', 'tag=a', 'tag=a&tag=b', 'tag=a%2Cb', 'tag=b&tag=a', 'filter=a', 'filter='].map(name)).size).toBe(8);
});

test.each([
  ['', false],
  ['passing', true],
  ['passing=', true],
  ['passing=T', true],
  ['passing=0', false],
])('?%s asks for passing ones only: %s', (raw, wanted) => {
  expect(wantsPassing(query(raw))).toBe(wanted);
});
