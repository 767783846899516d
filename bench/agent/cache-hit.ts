/** What one hit of the cache costs, in process: the loop, its own cost subtracted, and the bytes that it allocates. Best of five. */
import { getHeapStatistics } from 'node:v8';
import { Cache } from '../../src/cache/cache.ts';
import type { TopicReader } from '../../src/cache/reader.ts';
import { SystemClock } from '../../src/runtime/clock.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { serviceHealthTopic } from '../../src/topics/service-health.ts';

export interface CacheHit {
  readonly nsPerHit: number;
  readonly bytesPerHit: number;
}

const RUNS = 5;

/** Looks up `rounds` times among `names` live services, through a reader that is bound once. */
export function measureCacheHit(names: number = 1_000, rounds: number = 5_000_000): CacheHit {
  const keys = Array.from({ length: names }, (_, at) => `service-${at}`);
  const reader = filledReader(keys);
  const runs = Array.from({ length: RUNS }, () => run(reader, keys, rounds));
  const emptyNs = Math.min(...Array.from({ length: RUNS }, () => run({ get: () => undefined }, keys, rounds).nsPerHit));
  return {
    nsPerHit: Math.max(Math.min(...runs.map(({ nsPerHit }) => nsPerHit)) - emptyNs, 0),
    bytesPerHit: Math.max(Math.min(...runs.map(({ bytesPerHit }) => bytesPerHit)), 0),
  };
}

function filledReader(keys: readonly string[]): TopicReader<unknown> {
  const fetcher = { isLinked: true, subscribe: () => {}, unsubscribe: () => {} };
  const cache = new Cache({ clock: new SystemClock(), logger: silentLogger, fetcher: () => fetcher });
  cache.linked('bench');
  for (const key of keys) {
    void cache.read(serviceHealthTopic, key);
    cache.put(serviceHealthTopic, key, { index: 1, items: [Object.freeze({})], sizeBytes: 1_000 });
  }
  return cache.reader('all').topic(serviceHealthTopic);
}

/** Keys are read from a list, as a caller has them: none is built. */
function run(reader: TopicReader<unknown>, keys: readonly string[], rounds: number): CacheHit {
  const heapBefore = getHeapStatistics().used_heap_size;
  const beganMs = performance.now();
  let place = 0;
  for (let round = 0; round < rounds; round += 1) {
    reader.get(keys[place] as string);
    place = place + 1 === keys.length ? 0 : place + 1;
  }
  const tookMs = performance.now() - beganMs;
  return { nsPerHit: (tookMs * 1e6) / rounds, bytesPerHit: (getHeapStatistics().used_heap_size - heapBefore) / rounds };
}
