import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareUtf8, OrderedMap } from './ordered-map.ts';

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Keys that often share prefixes, with characters on both sides of the surrogates. */
const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', 'é', '\ue000', '\uffff', '😀'), maxLength: 5 });
const step = fc.record({ key, value: fc.nat(), removes: fc.boolean() });

test('After any puts and removals it holds what a plain map does, in byte order, below every prefix', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), key, (steps, prefix) => {
      const map = new OrderedMap<number>();
      const model = new Map<string, number>();
      for (const { key, value, removes } of steps) {
        expect(removes ? map.delete(key) : map.set(key, value)).toBe(model.get(key));
        if (removes) model.delete(key);
        else model.set(key, value);
      }
      const sorted = [...model].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => byBytes(a, b));
      expect(map.size).toBe(model.size);
      expect(map.under(prefix)).toEqual(sorted.map(([, value]) => value));
      expect(new Map(map.range(prefix))).toEqual(new Map(sorted));
    }),
  );
});

test('Strings compare as their UTF-8 bytes do', () => {
  fc.assert(fc.property(key, key, (a, b) => Math.sign(compareUtf8(a, b)) === byBytes(a, b)));
});

test('Many keys are spread over chunks, found again, and all gone after their removal', () => {
  const map = new OrderedMap<number>();
  const keys = Array.from({ length: 5_000 }, (_, i) => `key/${(i * 7_919) % 5_000}`);
  for (const [i, key] of keys.entries()) map.set(key, i);
  expect(map.size).toBe(5_000);
  expect(map.get('key/4999')).toBe(keys.indexOf('key/4999'));
  expect(map.under('key/49').length).toBe(111);
  for (const key of keys) map.delete(key);
  expect([map.size, map.under(''), map.get('key/1')]).toEqual([0, [], undefined]);
  map.set('again', 1);
  expect(map.under('')).toEqual([1]);
});

test('Clearing forgets everything', () => {
  const map = new OrderedMap<number>();
  map.set('😀', 1);
  map.clear();
  expect([map.size, map.under('')]).toEqual([0, []]);
});
