/** The page of bounds names a test for each of them: it is there, under that name. */
import { expect, test } from 'vitest';
import { textOf } from './architecture/tree.ts';

const rows = textOf('docs/explain/failure-bounds.md')
  .split('\n')
  .filter((line) => /^\| (?!---|what )/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

test('Each failure has a bound and a test', () => {
  expect(rows.length).toBeGreaterThan(15);
  for (const cells of rows)
    expect(
      cells.slice(1, 5).filter((cell) => cell === ''),
      cells[1],
    ).toEqual([]);
});

test.each(rows)('%s %s', (_start, _failure, _seen, _bound, named = '') => {
  const [, title = '?', path = ''] = /^\*(.+)\* \(`(.+)`\)$/.exec(named) ?? [];
  expect(textOf(path).match(/'(?:[^'\\]|\\.)*'/g) ?? [], `${path} has the test ${title}`).toContainEqual(
    expect.stringMatching(startsWith(title)),
  );
});

const startsWith = (title: string): RegExp => new RegExp(`^'${title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`);
