import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { SortedRecords } from './sorted-records.ts';

test('Whatever is put and removed, the records are those of a map, in the order of their ids', () => {
  const step = fc.record({
    id: fc.constantFrom('', 'a', 'b', 'ab', 'ä', 'z', '\u{1f600}', 'service:web'),
    value: fc.nat(),
    isPut: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const sorted = new SortedRecords<{ readonly id: string; readonly value: number }>();
      const model = new Map<string, { readonly id: string; readonly value: number }>();
      for (const { id, value, isPut } of steps) {
        const before = model.get(id);
        expect(sorted.get(id)).toBe(before);
        const record = { id, value };
        expect(isPut ? sorted.set(record) : sorted.delete(id)).toBe(before);
        if (isPut) model.set(id, record);
        else model.delete(id);
      }
      expect(sorted.size).toBe(model.size);
      expect([...sorted]).toEqual([...model.values()].sort((a, b) => (a.id < b.id ? -1 : 1)));
    }),
  );
});

const idOf = (n: number): string => `web-${String(n).padStart(5, '0')}`;

test('Of a node with many records, one that comes or goes copies a few hundred others at most', () => {
  const sorted = new SortedRecords();
  const copied: number[] = [];
  const toSpliced = vi.spyOn(Array.prototype, 'toSpliced').mockImplementation(function (
    this: unknown[],
    at: number,
    count = 0,
    ...items: unknown[]
  ) {
    copied.push(this.length);
    return [...this.slice(0, at), ...items, ...this.slice(at + count)];
  });
  try {
    for (let n = 0; n < 5_000; n += 1) sorted.set({ id: idOf((n * 7) % 5_000) });
    for (let n = 0; n < 5_000; n += 2) sorted.delete(idOf(n));
  } finally {
    toSpliced.mockRestore();
  }
  expect([sorted.size, copied.length]).toEqual([2_500, 7_500]);
  expect(Math.max(...copied)).toBeLessThanOrEqual(256);
  expect(sorted.list().map(({ id }) => id)).toEqual(Array.from({ length: 2_500 }, (_, n) => idOf(2 * n + 1)));
});

test.each([3, 1_000])('A list of %d records is made once, and no later write changes it', (count) => {
  const sorted = new SortedRecords();
  for (let n = 0; n < count; n += 1) sorted.set({ id: idOf(n) });
  const list = sorted.list();
  expect(sorted.list()).toBe(list);
  sorted.set({ id: 'a' });
  sorted.delete(idOf(count - 1));
  expect([list.length, list[0]?.id, list.at(-1)?.id]).toEqual([count, idOf(0), idOf(count - 1)]);
  expect([sorted.list().length, sorted.list()[0]?.id, sorted.list().at(-1)?.id]).toEqual([count, 'a', idOf(count - 2)]);
});

test('In pieces, as in one, the records are those of a map', () => {
  const step = fc.record({ id: fc.nat({ max: 1_200 }).map(idOf), isPut: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const sorted = new SortedRecords();
      const model = new Map<string, { readonly id: string }>();
      const put = (record: { readonly id: string }): void => {
        sorted.set(record);
        model.set(record.id, record);
      };
      for (let n = 0; n < 1_000; n += 1) put({ id: idOf(n) });
      for (const { id, isPut } of steps) {
        const isKnown = model.has(id);
        if (isPut) put({ id });
        else expect([sorted.delete(id)?.id, model.delete(id)]).toEqual(isKnown ? [id, true] : [undefined, false]);
      }
      expect([...sorted]).toEqual([...model.values()].sort((a, b) => (a.id < b.id ? -1 : 1)));
      for (const id of model.keys()) sorted.delete(id);
      expect([sorted.size, sorted.list()]).toEqual([0, []]);
    }),
    { numRuns: 20 },
  );
});
