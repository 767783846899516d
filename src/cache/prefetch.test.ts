import { expect, test } from 'vitest';
import { cacheWorld, content } from '../../test/fixtures/cache.ts';
import { KonsulError } from '../runtime/errors.ts';
import { silentLogger } from '../runtime/logger.ts';
import { kvPrefixTopic } from '../topics/kv-prefix.ts';
import { serviceHealthTopic } from '../topics/service-health.ts';
import { parsePrefetch } from './prefetch.ts';

test.each([
  ['service:Web', 'service-health', 'web'],
  ['kv:config/', 'kv-prefix', 'config/'],
  ['kv:', 'kv-prefix', ''],
  ['kv-key:a:b', 'kv-entry', 'a:b'],
  ['services', 'services', ''],
  ['nodes', 'nodes', ''],
])('%s is a view', (name, topic, key) => {
  const place = parsePrefetch(name);
  expect([place.topic.name, place.key]).toEqual([topic, key]);
});

test.each(['', 'web', 'service:', 'kv', 'kv-key:', 'checks:web', 'services:x'])('"%s" is none', (name) => {
  expect(() => parsePrefetch(name)).toThrow(`cache.prefetch: "${name}" is none of`);
});

test('what is prefetched is wanted before there is a link, and stays whatever comes', async () => {
  const world = cacheWorld({ settings: { maxEntries: 4 } });
  world.cache.prefetch(['service:web', 'kv:config/']);
  expect([...world.cache.missing()].map(({ key }) => key).sort()).toEqual(['config/', 'web']);
  world.link();
  world.cache.put(serviceHealthTopic, 'web', content([], 5));
  world.cache.put(kvPrefixTopic, 'config/', content(['a'], 5));
  for (let at = 0; at < 50; at += 1) await world.hold(`k${at}`, ['a']);
  await world.clock.advance(60_000);
  expect(world.cache.read(serviceHealthTopic, 'web')).toMatchObject({ items: [] });
  expect(world.cache.read(kvPrefixTopic, 'config/')).toMatchObject({ items: ['a'] });
});

test('another list takes the place of the one before', async () => {
  const world = cacheWorld();
  world.link();
  world.cache.prefetch(['service:web', 'kv:config/']);
  world.cache.prefetch(['kv:config/', 'nodes']);
  expect([...world.fetcher.active].sort()).toEqual(['kv-prefix config/', 'nodes ']);
  expect(world.cache.stats().pinnedEntries).toBe(2);
});

test('a list with a mistake changes nothing', () => {
  const world = cacheWorld();
  expect(() => world.cache.prefetch(['nodes', 'what'])).toThrow('what');
  expect(world.cache.stats().entries).toBe(0);
});

test('a list is held as far as there is room, and says what is not', () => {
  const warned: unknown[] = [];
  const world = cacheWorld({ settings: { maxEntries: 4 }, logger: { ...silentLogger, warn: (fields) => warned.push(fields) } });
  world.cache.prefetch(['service:a', 'service:b', 'service:c']);
  expect(world.cache.stats().pinnedEntries).toBe(2);
  expect(warned).toEqual([{ topic: 'service-health', key: 'c' }]);
});

test('a prefetched view that is too large is not held', async () => {
  const world = cacheWorld();
  world.cache.prefetch(['kv:']);
  world.link();
  world.cache.refuse(kvPrefixTopic, '', new KonsulError('VIEW_TOO_LARGE', 'large'));
  await expect(world.cache.read(kvPrefixTopic, '')).rejects.toMatchObject({ code: 'VIEW_TOO_LARGE' });
  await world.clock.advance(61_000);
  expect(world.cache.stats().entries).toBe(0);
});
