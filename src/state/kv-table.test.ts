import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kvRecord } from '../../test/fixtures/records.ts';
import { KvTable } from './kv-table.ts';

class Writer {
  readonly table = new KvTable();
  index = 1;

  constructor() {
    this.table.reset(1);
  }

  put(key: string, session: string = ''): void {
    this.index += 1;
    this.table.apply(key, kvRecord(key, '', { session, createIndex: this.index, modifyIndex: this.index }), this.index);
  }

  remove(key: string): void {
    this.index += 1;
    this.table.apply(key, undefined, this.index);
  }

  prefixIndex(prefix: string): number {
    return this.table.prefixIndex(prefix, this.table.under(prefix));
  }
}

test('The index of a key is that of its entry, and without one that of the last write anywhere', () => {
  const kv = new Writer();
  kv.put('a');
  kv.put('b');
  expect([kv.table.keyIndex('a'), kv.table.keyIndex('b'), kv.table.keyIndex('none')]).toEqual([2, 3, 3]);
  kv.remove('a');
  expect([kv.table.keyIndex('a'), kv.table.keyIndex('b'), kv.table.keyIndex('none')]).toEqual([4, 3, 4]);
});

test('The index of a prefix is the highest below it, tombstones included, and ignores what is beside it', () => {
  const kv = new Writer();
  kv.put('a/1');
  kv.put('a/2');
  kv.put('b');
  expect([kv.prefixIndex('a/'), kv.prefixIndex('b'), kv.prefixIndex('')]).toEqual([3, 4, 4]);
  kv.remove('a/2');
  expect([kv.prefixIndex('a/'), kv.prefixIndex('a/2'), kv.prefixIndex('b'), kv.prefixIndex('')]).toEqual([5, 5, 4, 5]);
});

test('A prefix with nothing below it, now or before, has the index of the last write anywhere', () => {
  const kv = new Writer();
  expect(kv.prefixIndex('x/')).toBe(1);
  kv.put('b');
  expect(kv.prefixIndex('x/')).toBe(2);
});

test('Removing what is not there moves no index', () => {
  const kv = new Writer();
  kv.put('a');
  kv.remove('b');
  expect([kv.prefixIndex(''), kv.prefixIndex('b'), kv.table.keyIndex('b')]).toEqual([2, 2, 2]);
});

test('No index of a prefix ever goes back, whatever is written and removed', () => {
  const key = fc.string({ unit: fc.constantFrom('a', 'b', '/'), minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(fc.tuple(key, fc.boolean()), { maxLength: 80 }), (steps) => {
      const kv = new Writer();
      const seen = new Map<string, number>();
      for (const [key, removes] of steps) {
        if (removes) kv.remove(key);
        else kv.put(key);
        for (const prefix of ['', 'a', 'b', 'a/', 'ab', '/', 'c']) {
          const index = kv.prefixIndex(prefix);
          expect(index).toBeGreaterThanOrEqual(seen.get(prefix) ?? 1);
          seen.set(prefix, index);
        }
      }
    }),
  );
});

test('When tombstones fall out, their newest index becomes the floor of all prefixes', () => {
  const kv = new Writer();
  kv.put('quiet/a');
  kv.put('busy/old');
  kv.remove('busy/old');
  const before = kv.prefixIndex('busy/');
  for (let i = 0; i < 20_000; i += 1) {
    kv.put(`busy/${i}`);
    kv.remove(`busy/${i}`);
  }
  expect(kv.prefixIndex('busy/old')).toBeGreaterThanOrEqual(before);
  expect(kv.prefixIndex('busy/')).toBe(kv.index);
  expect(kv.prefixIndex('quiet/')).toBeGreaterThan(before);
  expect(kv.prefixIndex('quiet/')).toBeLessThan(kv.index);
});

test('A key that is removed again and again is one tombstone, at its newest index', () => {
  const kv = new Writer();
  for (let i = 0; i < 25_000; i += 1) {
    kv.put('same');
    kv.remove('same');
  }
  expect(kv.prefixIndex('same')).toBe(kv.index);
});

test('The keys that a session holds follow every write', () => {
  const kv = new Writer();
  kv.put('a', 's');
  kv.put('b', 's');
  kv.put('c', 't');
  expect([...kv.table.heldBy('s')]).toEqual(['a', 'b']);
  kv.put('a');
  kv.put('c', 's');
  kv.remove('b');
  expect([[...kv.table.heldBy('s')], [...kv.table.heldBy('t')]]).toEqual([['c'], []]);
});

test('Lock delays are kept apart: they move no index', () => {
  const kv = new Writer();
  const delay = { key: 'a', delayMs: 5, createIndex: 9, modifyIndex: 9 };
  kv.table.applyLockDelay('a', delay);
  expect([kv.table.lockDelay('a'), [...kv.table.lockDelays()], kv.prefixIndex('')]).toEqual([delay, [delay], 1]);
  kv.table.applyLockDelay('a', undefined);
  expect(kv.table.lockDelay('a')).toBeUndefined();
});

test('After a reset nothing is there, and nothing has an index below the floor', () => {
  const kv = new Writer();
  kv.put('a', 's');
  kv.remove('a');
  kv.table.reset(50);
  expect([kv.table.size, kv.prefixIndex('a'), kv.table.keyIndex('a'), [...kv.table.heldBy('s')]]).toEqual([0, 50, 50, []]);
});
