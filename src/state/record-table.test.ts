import { expect, test } from 'vitest';
import { RecordTable } from './record-table.ts';

test('Records come by id and as a whole; the index is that of the last change', () => {
  const table = new RecordTable<{ readonly n: number }>();
  expect(table.apply('a', { n: 1 }, 5)).toBeUndefined();
  expect(table.apply('b', { n: 2 }, 6)).toBeUndefined();
  expect(table.apply('a', { n: 3 }, 7)).toEqual({ n: 1 });
  expect([table.get('a'), table.size, table.index]).toEqual([{ n: 3 }, 2, 7]);
  expect([...table.all()]).toEqual([{ n: 3 }, { n: 2 }]);
  expect(table.apply('b', undefined, 8)).toEqual({ n: 2 });
  expect([table.get('b'), table.size, table.index]).toEqual([undefined, 1, 8]);
});

test('Removing nothing moves no index, and a reset begins at its floor', () => {
  const table = new RecordTable<number>();
  table.apply('a', 1, 5);
  expect(table.apply('b', undefined, 6)).toBeUndefined();
  expect(table.index).toBe(5);
  table.reset(9);
  expect([table.size, table.index]).toEqual([0, 9]);
});
