/** What the cache says of itself, as numbers: for metrics, `agent/self` and tests. */
import type { StaleReason } from '../topics/backend.ts';
import type { Budget } from './budget.ts';
import type { Counters } from './counters.ts';
import type { EntryTable } from './entry-table.ts';

/** Counts are since the start, unless they say how many there are now. */
export interface CacheStats {
  /** Reads answered from memory, stale ones included. */
  readonly hits: number;
  /** Reads of what is not held. */
  readonly misses: number;
  /** Answers that were not live, by why. Parts of `hits`. */
  readonly staleAnswers: Readonly<Record<StaleReason, number>>;
  /** There are now, all of them. */
  readonly entries: number;
  /** They take now, about. */
  readonly bytes: number;
  readonly byTopic: Readonly<Record<string, { readonly entries: number; readonly bytes: number }>>;
  readonly evictions: number;
  /** Views that the guard holds back now, and those it ever did. */
  readonly guardsActive: number;
  readonly guarded: number;
  /** Of things that do not exist, or are too large to be held; now. */
  readonly negativeEntries: number;
  /** That somebody waits on, or that are prefetched; now. */
  readonly pinnedEntries: number;
  /** Reads that shared the fetch of another. */
  readonly coalesced: number;
  /** Blocking reads and other watchers, now. */
  readonly waiters: number;
  /** Reads and waits that found no room. */
  readonly noRoom: number;
  /** Tries to refresh a stale view, and those that were not answered in time. */
  readonly refreshes: number;
  readonly failedRefreshes: number;
  /** Views that were not taken, since they went back within one lineage. */
  readonly backwards: number;
  /** Since the last snapshot was written or, if none was, since the one that was loaded; `undefined`: neither. */
  readonly snapshotAgeMs: number | undefined;
}

export interface StatsSource {
  readonly counters: Counters;
  readonly entries: EntryTable;
  readonly budget: Budget;
  readonly guards: number;
  readonly waiters: number;
  readonly snapshotAgeMs: number | undefined;
}

/** The numbers now; bytes by topic are those of when they are looked at. */
export function statsOf({ counters, entries, budget, guards, waiters, snapshotAgeMs }: StatsSource): CacheStats {
  const { hits, misses, staleAnswers, evictions, guarded, coalesced, noRoom, refreshes, failedRefreshes, backwards } = counters;
  return {
    ...{ hits, misses, evictions, guarded, coalesced, noRoom, refreshes, failedRefreshes, backwards },
    staleAnswers: { ...staleAnswers },
    entries: entries.count,
    bytes: budget.bytes,
    byTopic: entries.usage(),
    guardsActive: guards,
    negativeEntries: budget.negatives,
    pinnedEntries: budget.pinned,
    waiters,
    snapshotAgeMs,
  };
}
