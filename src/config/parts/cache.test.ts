import { expect, test } from 'vitest';
import { agentConfig } from '../agent-config.ts';
import { loadConfig } from '../load.ts';
import type { CacheConfig } from './cache.ts';

const cacheOf = (cache: object): CacheConfig =>
  agentConfig(loadConfig({ files: [{ path: 'f', text: JSON.stringify({ data_dir: '/d', cache }) }], environment: {}, flags: new Map() }), {
    hostName: 'h',
    address: '10.0.0.7',
  }).cache;

test.each([
  [{}, 2_097_152],
  [{ max_bytes: 1_048_577 }, 65_536],
  [{ max_view: 1 }, 1],
  [{ max_view: 0, max_bytes: 16_777_216 }, 1_048_576],
])('With %j the largest view that is held has %d bytes', (cache, maxViewBytes) => {
  expect(cacheOf(cache).maxViewBytes).toBe(maxViewBytes);
});

test('Zero means zero, and what is left out the default', () => {
  const zero = {
    service_ttl: '0s',
    kv_ttl: '0s',
    health_ttl: '0s',
    max_stale: '0s',
    guard: '0s',
    refresh_deadline: '0s',
    negative_ttl: '0s',
  };
  expect(cacheOf(zero)).toMatchObject({
    ...{ serviceTtlMs: 0, kvTtlMs: 0, healthTtlMs: 0, maxStaleMs: 0, guardMs: 0, refreshDeadlineMs: 0, negativeTtlMs: 0 },
  });
  expect(cacheOf({ prefetch: ['service:web'] })).toMatchObject({ prefetch: ['service:web'], refreshDeadlineMs: 50, negativeTtlMs: 5_000 });
});
