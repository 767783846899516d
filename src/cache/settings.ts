/** What the cache is told by the configuration. Frozen; nothing here changes while it runs. */
import type { AgingKind } from '../topics/topic.ts';

/** Zero means zero, everywhere. */
export interface CacheSettings {
  /** The most views with content, pinned ones included. A tenth more may be remembered as empty or as too large. At least 1. */
  readonly maxEntries: number;
  /** The most bytes of all together: content as objects, keys, and rendered answers. At least 64 KiB. */
  readonly maxBytes: number;
  /** A view whose frame is larger is not held. Default: a sixteenth of `maxBytes`. */
  readonly maxViewBytes: number;
  /** From which age on a view that is not live is tried to be refreshed before it is answered, by the topic's kind. */
  readonly serviceTtlMs: number;
  readonly healthTtlMs: number;
  readonly kvTtlMs: number;
  /** The age from which on a view that is not live is not answered. */
  readonly maxStaleMs: number;
  /** How long after the link is back a sudden loss of instances is not believed. 0: always believed. */
  readonly guardMs: number;
  /** The most that a read waits for a refresh when it can answer something stale instead. 0: it does not wait. */
  readonly refreshDeadlineMs: number;
  /** The most that a read waits for what it has nothing of. */
  readonly missTimeoutMs: number;
  /** How long the view of something that does not exist is held after the last look at it. */
  readonly negativeTtlMs: number;
  /** How long it is remembered that a view is too large. */
  readonly tooLargeTtlMs: number;
}

const SECOND = 1_000;
const MIB = 1_048_576;
const LARGEST_PART = 16;

const DEFAULTS: Omit<CacheSettings, 'maxViewBytes'> = {
  maxEntries: 10_000,
  maxBytes: 32 * MIB,
  serviceTtlMs: 60 * SECOND,
  healthTtlMs: 30 * SECOND,
  kvTtlMs: 300 * SECOND,
  maxStaleMs: 72 * 3_600 * SECOND,
  guardMs: 30 * SECOND,
  refreshDeadlineMs: 50,
  missTimeoutMs: 5 * SECOND,
  negativeTtlMs: 5 * SECOND,
  tooLargeTtlMs: 60 * SECOND,
};

/** The settings with what is absent filled in. */
export function withDefaults(given: Partial<CacheSettings>): CacheSettings {
  const settings = { ...DEFAULTS, ...given };
  return Object.freeze({ ...settings, maxViewBytes: given.maxViewBytes ?? Math.floor(settings.maxBytes / LARGEST_PART) });
}

/** The age from which on a view of the kind is tried to be refreshed. */
export function ttlOf(kind: AgingKind, settings: CacheSettings): number {
  if (kind === 'service') return settings.serviceTtlMs;
  return kind === 'health' ? settings.healthTtlMs : settings.kvTtlMs;
}
