/** The bounds hold for any history: of reads, answers of any size, waiters, and rendered answers. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cacheWorld, content, things } from '../../test/fixtures/cache.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { View } from '../topics/view.ts';

const MAX_BYTES = 100_000;
const MAX_ENTRIES = 20;

type Step =
  | { readonly kind: 'read' | 'unwait' | 'refuse'; readonly key: string }
  | { readonly kind: 'put'; readonly key: string; readonly count: number; readonly sizeBytes: number }
  | { readonly kind: 'wait'; readonly key: string; readonly ahead: number }
  | { readonly kind: 'render'; readonly key: string; readonly sizeBytes: number }
  | { readonly kind: 'time'; readonly ms: number };

const key = fc.oneof(
  fc.nat(40).map((at) => `k${at}`),
  fc.nat(20).map((at) => `${'long'.repeat(200)}${at}`),
);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('read' as const), key }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('put' as const), key, count: fc.nat(30), sizeBytes: fc.nat(12_000) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), key, ahead: fc.nat(3) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('render' as const), key, sizeBytes: fc.nat(20_000) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('unwait' as const, 'refuse' as const), key }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.nat(10_000) }) },
  ),
  { maxLength: 150 },
);

test('the budget is never exceeded, whatever happens, and nothing is left in the end', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const world = cacheWorld({ settings: { maxBytes: MAX_BYTES, maxEntries: MAX_ENTRIES, maxViewBytes: 10_000 } });
      const { cache, clock, fetcher } = world;
      let abort = new AbortController();
      let index = 1;
      const ignore = (): void => {};
      world.link();
      for (const step of history) {
        index += 1;
        if (step.kind === 'read') void Promise.resolve(cache.read(things, step.key)).catch(ignore);
        else if (step.kind === 'put') cache.put(things, step.key, content(Array(step.count).fill('x'), index, step.sizeBytes));
        else if (step.kind === 'wait') {
          const from = (cache.peek(things, step.key)?.index ?? 0) + step.ahead;
          void cache.wait(things, step.key, from, { timeoutMs: 8_000, signal: abort.signal }).catch(ignore);
        } else if (step.kind === 'render') {
          const rendered = { body: Buffer.alloc(step.sizeBytes), gzip: undefined };
          cache.peek(things, step.key)?.variants.set(String(index), rendered);
        } else if (step.kind === 'time') await clock.advance(step.ms);
        else if (step.kind === 'unwait') {
          abort.abort();
          abort = new AbortController();
        } else {
          cache.refuse(things, step.key, new KonsulError('VIEW_TOO_LARGE', 'large'));
        }
        const { bytes, byTopic, entries, negativeEntries, pinnedEntries } = cache.stats();
        expect(bytes).toBeLessThanOrEqual(MAX_BYTES);
        expect(bytes).toBe(byTopic.things?.bytes ?? 0);
        expect(negativeEntries).toBeLessThanOrEqual(MAX_ENTRIES / 10);
        const asked = [...cache.missing()].length;
        expect(entries - negativeEntries - asked).toBeLessThanOrEqual(MAX_ENTRIES);
        expect(pinnedEntries).toBeLessThanOrEqual(MAX_ENTRIES / 2);
        expect(fetcher.active.size).toBeGreaterThanOrEqual(entries - negativeEntries);
      }
      await cache.stop();
      expect(clock.pendingTimers).toBe(0);
    }),
    { numRuns: 150 },
  );
});

test('rendered answers of a view count, and are refused where they do not fit', async () => {
  const world = cacheWorld({ settings: { maxBytes: MAX_BYTES } });
  world.link();
  const view = await world.hold('web', ['a']);
  const before = world.cache.stats().bytes;
  const rendered = { body: Buffer.alloc(1_000), gzip: Buffer.alloc(100) };
  view.variants.set('a', rendered);
  expect(world.cache.stats().bytes, 'a view that is asked for once is not worth it').toBe(before);
  view.variants.set('a', rendered);
  expect(world.cache.stats().bytes).toBe(before + 1_100);
  view.variants.set('b', { body: Buffer.alloc(MAX_BYTES), gzip: undefined });
  expect(view.variants.get('b')).toBeUndefined();
  expect(world.cache.stats().bytes).toBe(before + 1_100);
  world.cache.put(things, 'web', content(['a'], 11));
  view.variants.set('c', { body: Buffer.alloc(10), gzip: undefined });
  expect(world.cache.stats().bytes).toBe(before);
});

test('what is evicted is unsubscribed, and what was used stays', async () => {
  const world = cacheWorld({ settings: { maxEntries: 10 } });
  world.link();
  const held: View[] = [];
  for (let at = 0; at < 5; at += 1) held.push(await world.hold(`hot${at}`, ['a']));
  for (let round = 0; round < 3; round += 1) for (let at = 0; at < 5; at += 1) world.cache.read(things, `hot${at}`);
  for (let at = 0; at < 100; at += 1) await world.hold(`scan${at}`, ['a']);
  for (let at = 0; at < 5; at += 1) expect(world.cache.read(things, `hot${at}`)).toBe(held[at]);
  expect(world.cache.stats()).toMatchObject({ entries: 10, evictions: 95 });
  expect(world.fetcher.active.size).toBe(10);
});
