import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SeededRandom } from '../runtime/random.ts';
import { FifoQueue } from './fifo-queue.ts';
import { Ghost } from './ghost.ts';
import { MAX_FREQUENCY, type Ranked, S3Fifo } from './s3-fifo.ts';

class Item implements Ranked<Item> {
  frequency = 0;
  queue: Ranked<Item>['queue'] = undefined;
  older: Item | undefined = undefined;
  newer: Item | undefined = undefined;
  chargedBytes = 1;
  readonly id: number;

  constructor(id: number) {
    this.id = id;
  }
}

const fifo = (capacity: number): S3Fifo<Item> => new S3Fifo({ capacity, hashOf: ({ id }) => id });

test('a queue gives out what came first, and anything from its middle', () => {
  const queue = new FifoQueue<Item>();
  const items = [1, 2, 3, 4].map((id) => new Item(id));
  for (const item of items) queue.push(item);
  queue.remove(items[1] as Item);
  queue.recharge(items[2] as Item, 10);
  expect([...queue].map(({ id }) => id)).toEqual([1, 3, 4]);
  expect({ count: queue.count, bytes: queue.bytes, oldest: queue.oldest?.id }).toEqual({ count: 3, bytes: 12, oldest: 1 });
  for (const item of [items[3], items[0], items[2]]) queue.remove(item as Item);
  expect({ count: queue.count, bytes: queue.bytes, oldest: queue.oldest }).toEqual({ count: 0, bytes: 0, oldest: undefined });
});

test('a ghost remembers the last ones, as many as it may', () => {
  const ghost = new Ghost(3);
  for (const hash of [1, 2, 3, 2, 4]) ghost.add(hash);
  expect([1, 2, 3, 4].map((hash) => ghost.has(hash, 10))).toEqual([false, true, true, true]);
  expect(ghost.has(3, 2)).toBe(false);
});

/** The paper's algorithm on plain lists. */
class Model {
  readonly small: number[] = [];
  readonly main: number[] = [];
  readonly ghosts: number[] = [];
  readonly frequency = new Map<number, number>();

  add(id: number): void {
    const isGhost = this.ghosts.slice(-(this.small.length + this.main.length) || Number.POSITIVE_INFINITY).includes(id);
    const hasAny = this.small.length + this.main.length > 0;
    (isGhost && hasAny ? this.main : this.small).push(id);
    this.frequency.set(id, 0);
  }

  evict(): number | undefined {
    for (;;) {
      const total = this.small.length + this.main.length;
      const isFromSmall = this.main.length === 0 || this.small.length > total * 0.1;
      const id = (isFromSmall ? this.small : this.main).shift();
      if (id === undefined) return undefined;
      const looks = this.frequency.get(id) ?? 0;
      const stays = isFromSmall ? looks > 1 : looks > 0;
      if (!stays) {
        if (isFromSmall) this.ghosts.push(id);
        this.frequency.delete(id);
        return id;
      }
      this.frequency.set(id, isFromSmall ? 0 : looks - 1);
      this.main.push(id);
    }
  }
}

test('it evicts what the algorithm of the paper evicts', () => {
  const steps = fc.array(fc.record({ id: fc.nat(30), isEvict: fc.boolean() }), { maxLength: 200 });
  fc.assert(
    fc.property(steps, (history) => {
      const policy = fifo(1_000);
      const model = new Model();
      const held = new Map<number, Item>();
      for (const { id, isEvict } of history) {
        const item = held.get(id);
        if (isEvict) {
          const evicted = policy.evict('count');
          expect(evicted?.id).toBe(model.evict());
          if (evicted !== undefined) held.delete(evicted.id);
        } else if (item === undefined) {
          const added = new Item(id);
          held.set(id, added);
          policy.add(added);
          model.add(id);
        } else {
          item.frequency = Math.min(item.frequency + 1, MAX_FREQUENCY);
          model.frequency.set(id, item.frequency);
        }
        expect(policy.count).toBe(held.size);
      }
    }),
  );
});

/** Ranks by Zipf's law: sampled by bisection of the cumulated weights. */
function zipf(keys: number, exponent: number, random: SeededRandom): () => number {
  const cumulated = new Float64Array(keys);
  let sum = 0;
  for (let rank = 0; rank < keys; rank += 1) cumulated[rank] = sum += 1 / (rank + 1) ** exponent;
  return () => {
    const target = random.float() * sum;
    let low = 0;
    for (let high = keys - 1; low < high; ) {
      const middle = (low + high) >>> 1;
      if ((cumulated[middle] ?? 0) < target) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

function s3Hits(next: () => number, requests: number, capacity: number): number {
  const policy = fifo(capacity);
  const held = new Map<number, Item>();
  let hits = 0;
  for (let at = 0; at < requests; at += 1) {
    const id = next();
    const item = held.get(id);
    if (item !== undefined) {
      item.frequency = Math.min(item.frequency + 1, MAX_FREQUENCY);
      hits += 1;
      continue;
    }
    const added = new Item(id);
    held.set(id, added);
    policy.add(added);
    if (policy.count > capacity) held.delete(policy.evict('count')?.id ?? -1);
  }
  return hits;
}

function lruHits(next: () => number, requests: number, capacity: number): number {
  const held = new Set<number>();
  let hits = 0;
  for (let at = 0; at < requests; at += 1) {
    const id = next();
    if (held.delete(id)) hits += 1;
    held.add(id);
    if (held.size > capacity) for (const oldest of held) if (held.delete(oldest)) break;
  }
  return hits;
}

test.each([0.8, 0.99, 1.2])('at Zipf %f it hits more often than LRU', (exponent) => {
  const [requests, capacity] = [300_000, 1_000];
  const s3 = s3Hits(zipf(100_000, exponent, new SeededRandom(7)), requests, capacity);
  const lru = lruHits(zipf(100_000, exponent, new SeededRandom(7)), requests, capacity);
  expect(s3 / lru).toBeGreaterThan(1.03);
});
