/** What the cache counts, as plain fields: a hit bumps one. Read by `Cache.stats`. */
import type { StaleReason } from '../topics/backend.ts';

export class Counters {
  hits = 0;
  misses = 0;
  /** Answers that were not live, by why. */
  readonly staleAnswers: Record<StaleReason, number> = {
    'link-down': 0,
    'digest-mismatch': 0,
    'refresh-failed': 0,
    snapshot: 0,
    interval: 0,
    guard: 0,
    upstream: 0,
  };
  evictions = 0;
  /** Reads that shared the fetch of another. */
  coalesced = 0;
  /** Views that were refused, since they went back within one lineage. */
  backwards = 0;
  /** Tries to refresh, and those without an answer in time. */
  refreshes = 0;
  failedRefreshes = 0;
  /** Views that the guard has held back, ever. */
  guarded = 0;
  /** Blocking reads, or misses, that found no room. */
  noRoom = 0;
}
