import fc from 'fast-check';
import { expect, test } from 'vitest';
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
