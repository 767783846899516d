import { expect, test } from 'vitest';
import { cacheWorld, content, things } from '../../test/fixtures/cache.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { ViewSink } from '../sync/view-sink.ts';
import { testTopic } from '../testing/test-topic.ts';
import type { ReadOptions } from '../topics/backend.ts';
import type { View } from '../topics/view.ts';
import type { Cache } from './cache.ts';

const SECOND = 1_000;
const options = (change: Partial<ReadOptions>): ReadOptions => ({
  maxAgeMs: undefined,
  staleIfErrorMs: undefined,
  mustRevalidate: false,
  ...change,
});

test('the cache is what the link fills', () => {
  const sink: ViewSink = cacheWorld().cache satisfies Cache;
  expect(sink.lineage).toBe('');
});

test('a hit is the shared view, at once', async () => {
  const world = cacheWorld();
  world.link();
  const missed = await world.hold('web', ['a']);
  expect(world.cache.read(things, 'web')).toBe(missed);
  expect(world.cache.read(things, 'web')).toBe(missed);
  expect(world.cache.stats()).toMatchObject({ hits: 2, misses: 1, entries: 1 });
});

// LESSONS 1, defect 7.
test('a hundred concurrent misses of one key are one fetch', async () => {
  const world = cacheWorld();
  world.link();
  const reads = Array.from({ length: 100 }, () => world.cache.read(things, 'web'));
  expect(world.fetcher.subscribes).toEqual(['things web']);
  world.cache.put(things, 'web', content(['a'], 7));
  const views = await Promise.all(reads);
  expect(new Set(views).size).toBe(1);
  expect(views[0]).toMatchObject({ index: 7, items: ['a'] });
  expect(world.cache.stats()).toMatchObject({ misses: 100, coalesced: 99 });
});

// LESSONS 1, defect 5.
test('a miss of something that exists is its view; a miss of something that does not is an empty view, no error', async () => {
  const world = cacheWorld();
  world.link();
  expect(await world.hold('web', ['a'])).toMatchObject({ items: ['a'] });
  expect(await world.hold('none', [])).toMatchObject({ items: [] });
});

test('a miss without a link fails at once, and leaves nothing behind', async () => {
  const world = cacheWorld();
  await expect(world.cache.read(things, 'web')).rejects.toMatchObject({ code: 'NO_SERVERS', message: 'No known Consul servers' });
  expect(world.cache.stats()).toMatchObject({ entries: 0, bytes: 0 });
  expect(world.fetcher.subscribes).toEqual([]);
  expect(world.clock.pendingTimers).toBe(0);
});

test('a miss that nobody answers fails after its time, and is forgotten: an error is never a value', async () => {
  const world = cacheWorld({ settings: { missTimeoutMs: 5 * SECOND } });
  world.link();
  const outcome = expect(world.cache.read(things, 'web')).rejects.toMatchObject({ code: 'UNREACHABLE' });
  await world.clock.advance(5 * SECOND);
  await outcome;
  expect(world.fetcher.unsubscribes).toEqual(['things web']);
  world.cache.put(things, 'web', content(['late'], 9));
  expect(world.cache.peek(things, 'web')).toBeUndefined();
  void Promise.resolve(world.cache.read(things, 'web')).catch(() => {});
  expect(world.fetcher.subscribes).toEqual(['things web', 'things web']);
});

test('an answer that comes in time after a stall of the process counts', async () => {
  const world = cacheWorld({ settings: { missTimeoutMs: 5 * SECOND } });
  world.link();
  const read = Promise.resolve(world.cache.read(things, 'web'));
  // Both are due when the process goes on: the timer, and behind it the message.
  world.clock.after(5 * SECOND, () => world.cache.put(things, 'web', content(['a'], 7)));
  await world.clock.advance(5 * SECOND);
  expect(await read).toMatchObject({ items: ['a'] });
});

test('a miss that waits is named to the next link', () => {
  const world = cacheWorld();
  world.link();
  void Promise.resolve(world.cache.read(things, 'web')).catch(() => {});
  world.cut();
  expect([...world.cache.missing()].map(({ key }) => key)).toEqual(['web']);
});

test('a refused miss fails for all who wait, and is not remembered', async () => {
  const world = cacheWorld();
  world.link();
  const read = world.cache.read(things, 'web');
  world.cache.refuse(things, 'web', new KonsulError('PERMISSION_DENIED', 'no'));
  await expect(read).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  expect(world.cache.stats().entries).toBe(0);
});

test('a view that is too large is remembered as that for a while', async () => {
  const world = cacheWorld({ settings: { tooLargeTtlMs: 60 * SECOND } });
  world.link();
  const read = world.cache.read(things, 'all');
  world.cache.refuse(things, 'all', new KonsulError('VIEW_TOO_LARGE', 'large'));
  await expect(read).rejects.toMatchObject({ code: 'VIEW_TOO_LARGE' });
  await expect(world.cache.read(things, 'all')).rejects.toMatchObject({ code: 'VIEW_TOO_LARGE' });
  expect(world.fetcher.subscribes).toHaveLength(1);
  await world.clock.advance(61 * SECOND);
  expect(world.cache.stats().entries).toBe(0);
  expect(world.clock.pendingTimers).toBe(0);
});

test('a view that grew too large is let go, and who waits for it is woken', async () => {
  const world = cacheWorld({ settings: { maxViewBytes: 1_000 } });
  world.link();
  await world.hold('all', ['a']);
  const woken = world.cache.wait(things, 'all', 10, { timeoutMs: 60 * SECOND, signal: new AbortController().signal });
  world.cache.put(things, 'all', content(['a', 'b'], 11, 1_001));
  expect(await woken).toBe(false);
  await expect(world.cache.read(things, 'all')).rejects.toMatchObject({ code: 'VIEW_TOO_LARGE' });
});

test('what is not wanted is not taken in', () => {
  const world = cacheWorld();
  world.link();
  world.cache.put(things, 'web', content(['a'], 7));
  world.cache.confirm(things, 'web', 8);
  world.cache.doubt(things, 'web');
  world.cache.refuse(things, 'web', new KonsulError('REJECTED', 'x'));
  expect(world.cache.stats().entries).toBe(0);
});

test('a view never goes back within a lineage', async () => {
  const world = cacheWorld();
  world.link();
  await world.hold('web', ['new'], { index: 10 });
  world.cache.put(things, 'web', content(['old'], 9));
  expect(world.cache.read(things, 'web')).toMatchObject({ index: 10, items: ['new'] });
  expect(world.cache.stats().backwards).toBe(1);
});

test('a later index of the same content keeps what was rendered', async () => {
  const world = cacheWorld();
  world.link();
  const view = await world.hold('web', ['a'], { index: 10 });
  for (let asked = 0; asked < 2; asked++) view.variants.set('', { body: Buffer.from('x'), gzip: undefined });
  world.cache.confirm(things, 'web', 12);
  const later = world.cache.read(things, 'web') as View;
  expect(later.index).toBe(12);
  expect(later.variants.get('')?.body.toString()).toBe('x');
  world.cache.confirm(things, 'web', 11);
  expect((world.cache.read(things, 'web') as View).index).toBe(12);
});

// LESSONS 1, defect 6.
test('a lost link leaves the last value, with its age and why', async () => {
  const world = cacheWorld({ settings: { serviceTtlMs: 60 * SECOND } });
  world.link();
  const view = await world.hold('web', ['a']);
  world.cut();
  await world.clock.advance(20 * SECOND);
  expect(world.cache.read(things, 'web')).toBe(view);
  expect(world.cache.freshness(things, 'web')).toEqual({ isLive: false, ageMs: 20 * SECOND, reason: 'link-down' });
  expect(world.cache.freshness()).toEqual({ isLive: false, ageMs: 20 * SECOND, reason: 'link-down' });
  expect(world.cache.stats().staleAnswers['link-down']).toBe(1);
});

// LESSONS 1, defect 6: an expired entry is not gone.
test('without a link a view that is older than its TTL is answered at once all the same', async () => {
  const world = cacheWorld({ settings: { serviceTtlMs: SECOND } });
  world.link();
  const view = await world.hold('web', ['a']);
  world.cut();
  await world.clock.advance(3_600 * SECOND);
  expect(world.cache.read(things, 'web')).toBe(view);
});

test('beyond max_stale it is an error that says how old it is', async () => {
  const world = cacheWorld({ settings: { maxStaleMs: 100 * SECOND } });
  world.link();
  await world.hold('web', ['a']);
  world.cut();
  await world.clock.advance(99 * SECOND);
  expect(world.cache.read(things, 'web')).toMatchObject({ items: ['a'] });
  await world.clock.advance(2 * SECOND);
  await expect(world.cache.read(things, 'web')).rejects.toMatchObject({
    code: 'NO_SERVERS',
    message: 'No known Consul servers, and what is held is 101 s old',
  });
});

test('zero means zero: nothing stale at all', async () => {
  const world = cacheWorld({ settings: { maxStaleMs: 0 } });
  world.link();
  await world.hold('web', ['a']);
  expect(world.cache.read(things, 'web')).toMatchObject({ items: ['a'] });
  world.cut();
  await expect(world.cache.read(things, 'web')).rejects.toMatchObject({ code: 'NO_SERVERS' });
});

test('an old view is refreshed before it is answered, once for all who ask', async () => {
  const world = cacheWorld({ settings: { serviceTtlMs: 10 * SECOND, refreshDeadlineMs: 50 } });
  world.link();
  await world.hold('web', ['old'], { index: 10 });
  world.cache.doubt(things, 'web');
  await world.clock.advance(11 * SECOND);
  const reads = [world.cache.read(things, 'web'), world.cache.read(things, 'web')];
  expect(reads[0]).toBeInstanceOf(Promise);
  expect(world.fetcher.subscribes).toHaveLength(2);
  world.cache.put(things, 'web', content(['new'], 12));
  expect(await Promise.all(reads)).toMatchObject([{ items: ['new'] }, { items: ['new'] }]);
  expect(world.cache.freshness(things, 'web')).toEqual({ isLive: true });
  expect(world.clock.pendingTimers).toBe(0);
});

test('a refresh that is not answered in time gives the old view, and is not tried again within a second', async () => {
  const world = cacheWorld({ settings: { serviceTtlMs: 10 * SECOND, refreshDeadlineMs: 50 } });
  world.link();
  await world.hold('web', ['old']);
  world.cache.doubt(things, 'web');
  await world.clock.advance(11 * SECOND);
  const read = Promise.resolve(world.cache.read(things, 'web'));
  await world.clock.advance(50);
  expect(await read).toMatchObject({ items: ['old'] });
  expect(world.cache.freshness(things, 'web')).toMatchObject({ isLive: false, reason: 'refresh-failed' });
  expect(world.cache.read(things, 'web')).toMatchObject({ items: ['old'] });
  await world.clock.advance(999);
  expect(world.cache.read(things, 'web')).toMatchObject({ items: ['old'] });
  expect(world.fetcher.subscribes).toHaveLength(2);
  await world.clock.advance(2);
  expect(world.cache.read(things, 'web')).toBeInstanceOf(Promise);
  expect(world.fetcher.subscribes).toHaveLength(3);
  expect(world.cache.stats()).toMatchObject({ refreshes: 2, failedRefreshes: 1 });
});

test('a refresh deadline of zero does not wait', async () => {
  const world = cacheWorld({ settings: { serviceTtlMs: 0, refreshDeadlineMs: 0 } });
  world.link();
  const view = await world.hold('web', ['old']);
  world.cache.doubt(things, 'web');
  expect(world.cache.read(things, 'web')).toBe(view);
  expect(world.fetcher.subscribes).toHaveLength(2);
});

test('a link that is lost in the middle of a refresh ends it', async () => {
  const world = cacheWorld({ settings: { serviceTtlMs: 0 } });
  world.link();
  await world.hold('web', ['old']);
  world.cache.doubt(things, 'web');
  const read = world.cache.read(things, 'web');
  world.cut();
  expect(await read).toMatchObject({ items: ['old'] });
  expect(world.clock.pendingTimers).toBe(0);
});

test.each<readonly [string, Partial<ReadOptions>, number, 'at once' | 'asks' | 'fails']>([
  ['younger than max-age', { maxAgeMs: 5 * SECOND }, 4, 'at once'],
  ['older than max-age', { maxAgeMs: 5 * SECOND }, 6, 'asks'],
  ['max-age longer than the TTL', { maxAgeMs: 90 * SECOND }, 80, 'at once'],
  ['older than max-age and stale-if-error', { maxAgeMs: 5 * SECOND, staleIfErrorMs: 5 * SECOND }, 11, 'fails'],
  ['within stale-if-error', { maxAgeMs: 5 * SECOND, staleIfErrorMs: 5 * SECOND }, 9, 'asks'],
  ['must-revalidate', { mustRevalidate: true }, 1, 'fails'],
  ['stale-if-error of zero', { maxAgeMs: 5 * SECOND, staleIfErrorMs: 0 }, 6, 'fails'],
])('what a caller accepts: %s', async (_name, accepted, ageSeconds, outcome) => {
  const world = cacheWorld({ settings: { serviceTtlMs: 60 * SECOND } });
  world.link();
  const view = await world.hold('web', ['a']);
  world.cache.doubt(things, 'web');
  await world.clock.advance(ageSeconds * SECOND);
  const read = world.cache.read(things, 'web', options(accepted));
  if (outcome === 'at once') {
    expect(read).toBe(view);
    return;
  }
  expect(read).toBeInstanceOf(Promise);
  const settled = outcome === 'asks' ? expect(read).resolves.toBe(view) : expect(read).rejects.toMatchObject({ code: 'NO_SERVERS' });
  await world.clock.advance(5 * SECOND);
  await settled;
});

test('who accepts nothing stale waits for the server as for a miss', async () => {
  const world = cacheWorld();
  world.link();
  await world.hold('web', ['old']);
  world.cache.doubt(things, 'web');
  const relaxed = Promise.resolve(world.cache.read(things, 'web', options({ maxAgeMs: 0 })));
  const strict = Promise.resolve(world.cache.read(things, 'web', options({ mustRevalidate: true })));
  await world.clock.advance(100);
  expect(await relaxed).toMatchObject({ items: ['old'] });
  await world.clock.advance(2 * SECOND);
  world.cache.put(things, 'web', content(['new'], 12));
  expect(await strict).toMatchObject({ items: ['new'] });
  expect(world.fetcher.subscribes).toHaveLength(2);
});

test('max-age of zero asks the server first, also for a live view', async () => {
  const world = cacheWorld();
  world.link();
  await world.hold('web', ['a'], { index: 10 });
  const read = world.cache.read(things, 'web', options({ maxAgeMs: 0 }));
  expect(world.fetcher.subscribes).toHaveLength(2);
  world.cache.confirm(things, 'web', 11);
  expect(await read).toMatchObject({ index: 11, items: ['a'] });
});

test('a TTL never ends a live view', async () => {
  const world = cacheWorld({ settings: { serviceTtlMs: SECOND } });
  world.link();
  const view = await world.hold('web', ['a']);
  await world.clock.advance(100 * 3_600 * SECOND);
  expect(world.cache.read(things, 'web')).toBe(view);
  expect(world.fetcher.subscribes).toHaveLength(1);
});

test('the kinds of topics have their own TTLs', async () => {
  const world = cacheWorld({ settings: { serviceTtlMs: 20 * SECOND, healthTtlMs: 10 * SECOND } });
  const checks = { ...testTopic('checks'), aging: 'health' as const };
  world.link();
  await world.hold('web', ['a']);
  await world.hold('web', ['a'], { topic: checks });
  world.cache.unlinked('interval', 0);
  await world.clock.advance(15 * SECOND);
  expect(world.cache.read(things, 'web')).not.toBeInstanceOf(Promise);
  expect(world.cache.read(checks, 'web')).toBeInstanceOf(Promise);
});

test('after another lineage a view is readable as it was, until it comes anew under its own index', async () => {
  const world = cacheWorld();
  world.link('first');
  await world.hold('web', ['a'], { index: 100 });
  world.cut();
  world.link('second');
  expect(world.cache.peek(things, 'web')).toMatchObject({ index: 100 });
  expect(world.cache.freshness(things, 'web')).toMatchObject({ isLive: false });
  expect([...world.cache.held()]).toMatchObject([{ key: 'web', lineage: 'first', index: 100 }]);
  world.cache.confirm(things, 'web', 3);
  expect(world.cache.freshness(things, 'web')).toMatchObject({ isLive: false });
  world.cache.put(things, 'web', content(['a'], 3));
  expect(world.cache.read(things, 'web')).toMatchObject({ index: 3 });
  expect(world.cache).toMatchObject({ seen: 100, index: 3, lineage: 'second' });
});

test('what is held is named to the link with the most used first', async () => {
  const world = cacheWorld();
  world.link();
  for (const key of ['cold', 'hot', 'cool']) await world.hold(key, ['a']);
  for (let look = 0; look < 3; look += 1) world.cache.read(things, 'hot');
  expect([...world.cache.held()].map(({ key }) => key)[0]).toBe('hot');
});

test('a stop wakes who waits and fails who misses', async () => {
  const world = cacheWorld();
  world.link();
  await world.hold('web', ['a']);
  const wait = world.cache.wait(things, 'web', 10, { timeoutMs: 60 * SECOND, signal: new AbortController().signal });
  const miss = expect(world.cache.read(things, 'none')).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  await world.cache.stop();
  expect(await wait).toBe(false);
  await miss;
  expect(world.clock.pendingTimers).toBe(0);
});

test('a view that turns out too large is unsubscribed: its changes are not wanted either', async () => {
  const world = cacheWorld({ settings: { maxViewBytes: 1_000 } });
  world.link();
  const read = expect(world.cache.read(things, 'all')).rejects.toMatchObject({ code: 'VIEW_TOO_LARGE' });
  world.cache.put(things, 'all', content(['a'], 10, 1_001));
  await read;
  expect(world.fetcher.active.size).toBe(0);
  world.cache.put(things, 'all', content(['a'], 11, 10));
  expect(world.cache.peek(things, 'all')).toBeUndefined();
});

test('a refused view is not live any more, and stays as it was', async () => {
  const world = cacheWorld();
  world.link();
  const view = await world.hold('web', ['a']);
  world.cache.refuse(things, 'web', new KonsulError('REJECTED', 'no'));
  expect(world.cache.read(things, 'web')).toBe(view);
  expect(world.cache.freshness(things, 'web')).toEqual({ isLive: false, ageMs: 0, reason: 'refresh-failed' });
});
