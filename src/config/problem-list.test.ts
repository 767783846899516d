import { expect, test } from 'vitest';
import { ProblemList } from './problem-list.ts';

function listOf(count: number, name = 'p'): ProblemList {
  const list = new ProblemList();
  for (let n = 1; n <= count; n += 1) list.add(`${name}${n}`);
  return list;
}

test.each([
  [0, 0, undefined],
  [1, 1, 'p1'],
  [100, 100, 'p100'],
  [101, 101, 'and 1 more problem'],
  [50_000, 101, 'and 49900 more problems'],
])('of %d problems %d lines are told, the last of them is %s', (count, lines, last) => {
  const list = listOf(count);
  expect([list.count, list.lines.length, list.lines.at(-1)]).toEqual([count, lines, last]);
});

test('a text that is not told is not made', () => {
  const list = listOf(99);
  let made = 0;
  const problem = (): string => `made ${++made}`;
  list.add(problem);
  list.add(problem);
  expect([made, list.lines.slice(-2)]).toEqual([1, ['made 1', 'and 1 more problem']]);
});

test('a list that takes another in counts what neither tells', () => {
  const list = listOf(60);
  list.addAll(listOf(150, 'q'));
  expect([list.count, list.lines.length]).toEqual([210, 101]);
  expect(list.lines.slice(59, 61)).toEqual(['p60', 'q1']);
  expect(list.lines.slice(-2)).toEqual(['q40', 'and 110 more problems']);
});
