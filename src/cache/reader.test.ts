import { getHeapStatistics } from 'node:v8';
import { expect, test } from 'vitest';
import { cacheWorld, content, things } from '../../test/fixtures/cache.ts';
import type { Clock } from '../runtime/clock.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import type { TopicReader } from './reader.ts';

const SECOND = 1_000;

test('a bound reader gives the shared view, and nothing of what is not held', async () => {
  const world = cacheWorld();
  const reader = world.cache.reader('all').topic(things);
  expect(reader.get('web')).toBeUndefined();
  world.link();
  const view = await world.hold('web', ['a']);
  expect(reader.get('web')).toBe(view);
  world.cache.put(things, 'web', content(['b'], 11));
  expect(reader.get('web')).toMatchObject({ items: ['b'] });
  expect(world.cache.stats().hits).toBe(2);
});

test('a reader answers what is stale as long as it may be shown, and has it refreshed meanwhile', async () => {
  const world = cacheWorld({ settings: { serviceTtlMs: 10 * SECOND, maxStaleMs: 100 * SECOND } });
  const reader = world.cache.reader('all').topic(things);
  world.link();
  const view = await world.hold('web', ['a']);
  world.cache.doubt(things, 'web');
  expect(reader.get('web')).toBe(view);
  expect(world.fetcher.subscribes).toHaveLength(1);
  await world.clock.advance(11 * SECOND);
  expect(reader.get('web')).toBe(view);
  expect(reader.get('web')).toBe(view);
  expect(world.fetcher.subscribes).toHaveLength(2);
  await world.clock.advance(90 * SECOND);
  expect(reader.get('web')).toBeUndefined();
});

test('a hit reads no clock', async () => {
  let readings = 0;
  const fake = new FakeClock();
  const clock: Clock = new Proxy(fake, {
    get(target, name) {
      if (name === 'nowMs' || name === 'wallMs') readings += 1;
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  const world = cacheWorld({ clock: clock as FakeClock });
  const reader = world.cache.reader('all').topic(things);
  world.link();
  await world.hold('web', ['a']);
  readings = 0;
  for (let at = 0; at < 100; at += 1) {
    reader.get('web');
    world.cache.read(things, 'web');
    world.cache.freshness(things, 'web');
  }
  expect(readings).toBe(0);
});

const ROUNDS = 300_000;

function allocatedBy<T>(reader: TopicReader<T>, keys: readonly string[]): number {
  const before = getHeapStatistics().used_heap_size;
  for (let at = 0; at < ROUNDS; at += 1) reader.get(keys[at % keys.length] as string);
  return (getHeapStatistics().used_heap_size - before) / ROUNDS;
}

test('a hit allocates nothing', async () => {
  const world = cacheWorld();
  const reader = world.cache.reader('all').topic(things);
  world.link();
  const keys = Array.from({ length: 100 }, (_, at) => `k${at}`);
  for (const key of keys) await world.hold(key, ['a']);
  allocatedBy(reader, keys);
  const runs = Array.from({ length: 5 }, () => allocatedBy(reader, keys)).filter((bytes) => bytes >= 0);
  expect(Math.min(...runs)).toBeLessThan(0.5);
});
