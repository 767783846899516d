import { expect, test } from 'vitest';
import { cacheWorld, content, things } from '../../test/fixtures/cache.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { CacheSettings } from './settings.ts';

const SECOND = 1_000;

async function waitingWorld(settings: Partial<CacheSettings> = {}) {
  const world = cacheWorld({ settings });
  const abort = new AbortController();
  world.link();
  await world.hold('web', ['a'], { index: 10 });
  const wait = (index: number, key = 'web', timeoutMs = 60 * SECOND): Promise<boolean> =>
    world.cache.wait(things, key, index, { timeoutMs, signal: abort.signal });
  return { ...world, abort, wait };
}

test('a wait ends in the step in which the view moves beyond its index, and not before', async () => {
  const world = await waitingWorld();
  const order: string[] = [];
  const wait = world.wait(11).then((isReplaced) => order.push(`woken ${isReplaced}`));
  world.cache.put(things, 'web', content(['a'], 11));
  await world.clock.settle();
  expect(order).toEqual([]);
  world.cache.put(things, 'web', content(['b'], 12));
  await wait;
  expect(order).toEqual(['woken false']);
  expect(world.cache.stats()).toMatchObject({ waiters: 0, pinnedEntries: 0 });
  expect(world.clock.pendingTimers).toBe(0);
});

test('a wait for an index that is passed already ends at once', async () => {
  const world = await waitingWorld();
  expect(await world.wait(9)).toBe(false);
});

test('a wait ends when its time is over, and when its client leaves', async () => {
  const world = await waitingWorld();
  const timed = world.wait(10, 'web', 5 * SECOND);
  const aborted = world.wait(10);
  await world.clock.advance(5 * SECOND);
  expect(await timed).toBe(false);
  expect(world.cache.stats()).toMatchObject({ waiters: 1, pinnedEntries: 1 });
  world.abort.abort();
  expect(await aborted).toBe(false);
  expect(await world.wait(10)).toBe(false);
  expect(world.cache.stats()).toMatchObject({ waiters: 0, pinnedEntries: 0 });
  expect(world.clock.pendingTimers).toBe(0);
});

test('a wait sleeps through a lost link, and ends as replaced when the view comes anew in another lineage, whatever its index', async () => {
  const world = await waitingWorld();
  let isReplaced: boolean | undefined;
  const wait = world.wait(10).then((answer) => {
    isReplaced = answer;
  });
  world.cut();
  world.link('second');
  await world.clock.settle();
  expect(isReplaced).toBeUndefined();
  world.cache.put(things, 'web', content(['a'], 2));
  await wait;
  expect(isReplaced).toBe(true);
});

test('a wait for a view that is not held has it fetched', async () => {
  const world = await waitingWorld();
  const wait = world.wait(5, 'other');
  expect(world.fetcher.subscribes.at(-1)).toBe('things other');
  world.cache.put(things, 'other', content(['x'], 4));
  world.cache.put(things, 'other', content(['y'], 6));
  expect(await wait).toBe(false);
});

test('a wait for a view that is not held and cannot be had ends at once: the read says why', async () => {
  const world = cacheWorld();
  expect(await world.cache.wait(things, 'web', 5, { timeoutMs: SECOND, signal: new AbortController().signal })).toBe(false);
});

test('a view that nobody wants any more before it came is unsubscribed', async () => {
  const world = await waitingWorld();
  const wait = world.wait(5, 'other');
  world.abort.abort();
  await wait;
  expect([...world.fetcher.active]).toEqual(['things web']);
  expect(world.cache.stats().entries).toBe(1);
});

test('who waits keeps its view from being evicted, up to half of the budget; more are to be relayed', async () => {
  const world = await waitingWorld({ maxEntries: 10 });
  for (let at = 0; at < 8; at += 1) await world.hold(`k${at}`, ['a']);
  const waits = [0, 1, 2, 3, 4].map((at) => world.wait(10, `k${at}`));
  await expect(world.wait(10, 'k5')).rejects.toMatchObject({ code: 'VIEW_TOO_LARGE' });
  // One more on a view that is pinned already costs nothing.
  waits.push(world.wait(10, 'k4'));
  for (let at = 0; at < 50; at += 1) await world.hold(`scan${at}`, ['a']);
  for (const at of [0, 1, 2, 3, 4]) expect(world.cache.peek(things, `k${at}`), `k${at}`).toBeDefined();
  expect(world.cache.stats()).toMatchObject({ entries: 10, pinnedEntries: 5, noRoom: 1, waiters: 6 });
  await world.cache.stop();
  expect(await Promise.all(waits)).toEqual(waits.map(() => false));
});

test('pinned views that grow without moving are let go when they take more than half', async () => {
  const world = await waitingWorld({ maxBytes: 100_000, maxViewBytes: 50_000 });
  await world.hold('k0', ['a']);
  await world.hold('k1', ['a']);
  const waits = [world.wait(10, 'k0'), world.wait(10, 'k1')];
  world.cache.put(things, 'k0', content(['a'], 10, 20_000));
  world.cache.put(things, 'k1', content(['a'], 10, 20_000));
  expect(await Promise.race(waits)).toBe(false);
  expect(world.cache.stats().bytes).toBeLessThanOrEqual(100_000);
});

test('a watch is told of the next change, once, in the same step', async () => {
  const world = await waitingWorld();
  const seen: unknown[] = [];
  world.cache.watch(things, 'web', () => seen.push(world.cache.peek(things, 'web')?.items));
  world.cache.put(things, 'web', content(['b'], 10));
  expect(seen).toEqual([['b']]);
  world.cache.put(things, 'web', content(['c'], 12));
  expect(seen).toHaveLength(1);
  const end = world.cache.watch(things, 'web', () => seen.push('no'));
  end();
  end();
  world.cache.put(things, 'web', content(['d'], 13));
  expect(seen).toHaveLength(1);
  expect(world.cache.stats()).toMatchObject({ waiters: 0, pinnedEntries: 0 });
});

test('who waits for a view that is refused is woken, to read why', async () => {
  const world = await waitingWorld();
  const wait = world.wait(5, 'other');
  world.cache.refuse(things, 'other', new KonsulError('REJECTED', 'no'));
  expect(await wait).toBe(false);
  expect(world.cache.peek(things, 'other')).toBeUndefined();
  expect(world.cache.stats().entries).toBe(1);
});
