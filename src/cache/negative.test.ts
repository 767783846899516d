/** What does not exist is remembered for a short time, in a small place, whoever asks for how much of it (LESSONS B1). */
import { expect, test } from 'vitest';
import { cacheWorld, content, things } from '../../test/fixtures/cache.ts';

const SECOND = 1_000;

test('a name that nobody has is held for a while after the last look, then nothing of it is left', async () => {
  const world = cacheWorld({ settings: { negativeTtlMs: 5 * SECOND } });
  world.link();
  await world.hold('none', []);
  await world.clock.advance(4 * SECOND);
  world.cache.read(things, 'none');
  await world.clock.advance(4 * SECOND);
  expect(world.cache.read(things, 'none')).toMatchObject({ items: [] });
  expect(world.cache.stats()).toMatchObject({ negativeEntries: 1, misses: 1 });
  await world.clock.advance(11 * SECOND);
  expect(world.cache.stats()).toMatchObject({ negativeEntries: 0, entries: 0, bytes: 0 });
  expect(world.fetcher.active.size).toBe(0);
  expect(world.clock.pendingTimers).toBe(0);
});

test('a name that comes to exist is shown at once, and held like any other', async () => {
  const world = cacheWorld({ settings: { negativeTtlMs: 5 * SECOND } });
  world.link();
  await world.hold('web', [], { index: 3 });
  world.cache.put(things, 'web', content(['a'], 4));
  expect(world.cache.read(things, 'web')).toMatchObject({ items: ['a'] });
  await world.clock.advance(60 * SECOND);
  expect(world.cache.read(things, 'web')).toMatchObject({ items: ['a'] });
  world.cache.put(things, 'web', content([], 5));
  await world.clock.advance(11 * SECOND);
  expect(world.cache.stats().entries).toBe(0);
});

test('a whole list that is empty is no unknown name', async () => {
  const world = cacheWorld();
  world.link();
  await world.hold('', []);
  await world.clock.advance(60 * SECOND);
  expect(world.cache.read(things, '')).toMatchObject({ items: [] });
});

test('who waits for a name that nobody has keeps it', async () => {
  const world = cacheWorld();
  world.link();
  await world.hold('soon', [], { index: 3 });
  const wait = world.cache.wait(things, 'soon', 3, { timeoutMs: 300 * SECOND, signal: new AbortController().signal });
  await world.clock.advance(60 * SECOND);
  world.cache.put(things, 'soon', content(['a'], 4));
  expect(await wait).toBe(false);
});

test('a negative TTL of zero remembers nothing', async () => {
  const world = cacheWorld({ settings: { negativeTtlMs: 0 } });
  world.link();
  expect(await world.hold('none', [])).toMatchObject({ items: [] });
  expect(world.cache.stats().entries).toBe(0);
  expect(world.fetcher.active.size).toBe(0);
});

test('unknown names do not push out what exists', async () => {
  const world = cacheWorld({ settings: { maxEntries: 100 } });
  world.link();
  for (let at = 0; at < 100; at += 1) await world.hold(`k${at}`, ['a']);
  for (let at = 0; at < 1_000; at += 1) await world.hold(`none${at}`, []);
  expect(world.cache.stats()).toMatchObject({ entries: 110, negativeEntries: 10 });
  expect(world.cache.peek(things, 'k0')).toBeDefined();
});

test('a million unknown names leave memory, timers and subscriptions as they were', { timeout: 120_000 }, async () => {
  const world = cacheWorld();
  world.link();
  const empty = content([], 1, 60);
  world.fetcher.answer = (topic, key) => world.cache.put(topic, key, empty);
  for (let at = 0; at < 1_000_000; at += 1) {
    void world.cache.read(things, `unknown-name-${at}`);
    world.fetcher.subscribes.length = 0;
    world.fetcher.unsubscribes.length = 0;
    if (at % 1_000 === 0) await world.clock.settle();
  }
  const { entries, bytes, negativeEntries } = world.cache.stats();
  expect({ entries, negativeEntries }).toEqual({ entries: 1_000, negativeEntries: 1_000 });
  expect(bytes).toBeLessThan(1_200_000);
  expect(world.fetcher.active.size).toBe(1_000);
  expect(world.clock.pendingTimers).toBe(1);
  await world.clock.advance(60 * SECOND);
  expect(world.cache.stats()).toMatchObject({ entries: 0, bytes: 0 });
  expect(world.fetcher.active.size).toBe(0);
  expect(world.clock.pendingTimers).toBe(0);
});

test('a million unknown names that nobody answers are bounded too, whatever their length', async () => {
  const world = cacheWorld({ settings: { maxBytes: 1_000_000 } });
  world.link();
  const outcomes = Array.from({ length: 5_000 }, (_, at) =>
    Promise.resolve(world.cache.read(things, `${'x'.repeat(1_000)}${at}`)).catch(({ code }) => code),
  );
  expect(world.cache.stats().bytes).toBeLessThanOrEqual(100_000);
  await world.clock.advance(5 * SECOND);
  const codes = await Promise.all(outcomes);
  expect(new Set(codes)).toEqual(new Set(['UNREACHABLE', 'VIEW_TOO_LARGE']));
  expect(world.cache.stats()).toMatchObject({ entries: 0, bytes: 0 });
  expect(world.clock.pendingTimers).toBe(0);
});
