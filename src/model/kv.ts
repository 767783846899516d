/** Key-value entries, and what an invalidated lock leaves behind. */
import type { Indexed } from './record.ts';
import type { Uint64 } from './values.ts';

export interface KvEntry extends Indexed {
  readonly key: string;
  readonly value: Uint8Array;
  readonly flags: Uint64;
  /** The session that holds the lock, or ''. */
  readonly session: string;
  /** How often the lock was acquired: a fencing number. */
  readonly lockIndex: number;
}

/** A key that may not be locked for a while after its session was invalidated. Moves no index. */
export interface LockDelay extends Indexed {
  readonly key: string;
  readonly delayMs: number;
}
