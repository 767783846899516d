/** Views that wait for a server although the link is up, and what this agent itself wrote. */
import { expect, test } from 'vitest';
import { type CacheWorld, cacheWorld, content, things } from '../../test/fixtures/cache.ts';
import type { View } from '../topics/view.ts';

/** A view is held, the link was lost, and is back: the view waits for its turn. */
async function reconnected(): Promise<CacheWorld> {
  const world = cacheWorld({ settings: { refreshDeadlineMs: 50, missTimeoutMs: 5_000 } });
  world.link();
  await world.hold('web', ['old'], { index: 10 });
  await world.clock.advance(1_000);
  world.cut();
  await world.clock.advance(1_000);
  world.link();
  return world;
}

const read = ({ cache }: CacheWorld): Promise<View> => Promise.resolve(cache.read(things, 'web'));

test('after a reconnect a young view is asked for, and what comes is answered', async () => {
  const world = await reconnected();
  const answer = read(world);
  expect(world.fetcher.subscribes).toEqual(['things web', 'things web']);
  world.cache.put(things, 'web', content(['new'], 11));
  expect(await answer).toMatchObject({ items: ['new'] });
});

test('without a write of its own a read waits no longer than the refresh deadline', async () => {
  const world = await reconnected();
  const answer = read(world);
  await world.clock.advance(50);
  expect(await answer).toMatchObject({ items: ['old'] });
});

test('after a write of its own a read waits as for a miss, also when a try has just failed', async () => {
  const world = await reconnected();
  const before = read(world);
  await world.clock.advance(60);
  expect(await before).toMatchObject({ items: ['old'] });
  world.cache.wrote();
  const answer = read(world);
  await world.clock.advance(4_000);
  world.cache.put(things, 'web', content(['mine'], 11));
  expect(await answer).toMatchObject({ items: ['mine'] });
});

test('a server that never answers: what is held is answered after the miss timeout', async () => {
  const world = await reconnected();
  world.cache.wrote();
  const answer = read(world);
  await world.clock.advance(5_000);
  expect(await answer).toMatchObject({ items: ['old'] });
});

test('what was known to be true after the write does not lack it', async () => {
  const world = await reconnected();
  world.cache.wrote();
  await world.clock.advance(1);
  world.cache.put(things, 'web', content(['mine'], 11));
  await world.clock.advance(1);
  world.cache.doubt(things, 'web');
  const answer = read(world);
  await world.clock.advance(50);
  expect(await answer).toMatchObject({ items: ['mine'] });
});

test('while the link is down nothing is waited for', async () => {
  const world = await reconnected();
  world.cache.wrote();
  world.cut();
  expect(world.cache.read(things, 'web')).toMatchObject({ items: ['old'] });
});

test('a miss under way fails soon after the link is lost', async () => {
  const world = cacheWorld({ settings: { refreshDeadlineMs: 50, missTimeoutMs: 5_000 } });
  world.link();
  const failure = expect(world.cache.read(things, 'web')).rejects.toMatchObject({ code: 'NO_SERVERS' });
  world.cut();
  await world.clock.advance(50);
  await failure;
  expect(world.cache.stats().entries).toBe(0);
  expect(world.clock.pendingTimers).toBe(0);
});

test('a miss goes on if the link is back in time', async () => {
  const world = cacheWorld({ settings: { refreshDeadlineMs: 50, missTimeoutMs: 5_000 } });
  world.link();
  const answer = read(world);
  world.cut();
  await world.clock.advance(20);
  world.link();
  await world.clock.advance(1_000);
  world.cache.put(things, 'web', content(['a'], 11));
  expect(await answer).toMatchObject({ items: ['a'] });
  expect(world.clock.pendingTimers).toBe(0);
});
