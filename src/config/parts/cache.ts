/** What the cache of an agent is configured with. */
import type { ConfigValues } from '../config-values.ts';
import {
  guard,
  healthTtl,
  kvTtl,
  maxBytes,
  maxEntries,
  maxStale,
  maxView,
  negativeTtl,
  prefetch,
  refreshDeadline,
  serviceTtl,
} from '../options/cache.ts';

export interface CacheConfig {
  /** How old a view that is not live may be before a refresh is tried first; by the topic's kind. */
  readonly serviceTtlMs: number;
  readonly kvTtlMs: number;
  readonly healthTtlMs: number;
  readonly maxEntries: number;
  readonly maxBytes: number;
  /** Larger views are not held. */
  readonly maxViewBytes: number;
  readonly maxStaleMs: number;
  /** 0: a loss is never doubted. */
  readonly guardMs: number;
  readonly refreshDeadlineMs: number;
  readonly negativeTtlMs: number;
  readonly prefetch: readonly string[];
}

/** The largest view is at most this part of all. */
const VIEW_FRACTION = 16;

export const cacheConfig = (values: ConfigValues): CacheConfig => ({
  serviceTtlMs: values.get(serviceTtl),
  kvTtlMs: values.get(kvTtl),
  healthTtlMs: values.get(healthTtl),
  maxEntries: values.get(maxEntries),
  maxBytes: values.get(maxBytes),
  maxViewBytes: values.get(maxView) || Math.floor(values.get(maxBytes) / VIEW_FRACTION),
  maxStaleMs: values.get(maxStale),
  guardMs: values.get(guard),
  refreshDeadlineMs: values.get(refreshDeadline),
  negativeTtlMs: values.get(negativeTtl),
  prefetch: values.get(prefetch),
});
