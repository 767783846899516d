/** Work under a lock, by the protocol of Consul's own clients: so that both keep each other out. */
import type { ApiClient } from '../client/api-client.ts';
import type { Holding } from '../client/holding.ts';
import { readKey } from '../client/kv.ts';
import { acquireLock } from '../client/lock.ts';
import type { Clock } from '../runtime/clock.ts';
import { KonsulError } from '../runtime/errors.ts';
import { lockLost } from './session.ts';

export interface LockOptions {
  /** Ends the waiting, with the signal's reason; and the work's own signal, if it has begun. */
  readonly signal?: AbortSignal;
  /** Gives up waiting after so long, with LOCK_TIMEOUT. Default: never. */
  readonly waitMs?: number;
  /** Of the session, for people who look for the holder. */
  readonly name?: string;
}

/** What the work under a lock is given. */
export interface HeldLock {
  /**
   * Greater than that of every holder before: to be sent along with what the work writes elsewhere, so that a holder who lost the lock
   * without noticing can be turned away there. The index at which the lock was taken: unlike Consul's LockIndex it does not begin
   * anew when the key is deleted, as its clients do behind them.
   */
  readonly fencingNumber: number;
  /** Aborts when the lock is lost (its reason is a LOCK_LOST error), or the caller's signal does: the work must stop. */
  readonly signal: AbortSignal;
}

/** How often a failed look at the lock is borne, a second apart, before it counts as lost. */
const MONITOR_RETRIES = 3;

export interface LockTools {
  readonly api: ApiClient;
  readonly clock: Clock;
}

/**
 * Waits for the lock, does the work, releases the lock. Gives what the work gives. Throws what the work throws; LOCK_LOST if the lock was
 * lost before the work was done, even if it succeeded: whether others worked at the same time is not known then.
 */
export async function withLock<T>(
  tools: LockTools,
  { key, signal, waitMs, name = `lock of ${key}` }: LockOptions & { readonly key: string },
  work: (lock: HeldLock) => Promise<T> | T,
): Promise<T> {
  if (key === '') throw new KonsulError('BAD_REQUEST', 'the key of a lock must not be empty');
  signal?.throwIfAborted();
  const holding = await waitFor(tools, { key, name, signal, waitMs });
  const ended = new AbortController();
  let loss: KonsulError | undefined;
  const abort = (): void => ended.abort(signal?.reason);
  void holding.lost.then((reason) => {
    loss = lockLost(`the lock ${key}`, reason);
    ended.abort(loss);
  });
  signal?.addEventListener('abort', abort);
  try {
    const fencingNumber = await fencingNumberOf(tools.api, key, holding);
    const result = await work({ fencingNumber, signal: ended.signal });
    if (loss !== undefined) throw loss;
    return result;
  } finally {
    signal?.removeEventListener('abort', abort);
    await holding.release().catch(() => {});
  }
}

interface Wanted {
  readonly key: string;
  readonly name: string;
  readonly signal: AbortSignal | undefined;
  readonly waitMs: number | undefined;
}

async function waitFor({ api, clock }: LockTools, { key, name, signal, waitMs }: Wanted): Promise<Holding> {
  const waiting = new AbortController();
  const end = (): void => waiting.abort();
  signal?.addEventListener('abort', end);
  const timer = waitMs === undefined ? undefined : clock.after(waitMs, end);
  try {
    const holding = await acquireLock({ client: api, clock, key, name, monitorRetries: MONITOR_RETRIES, signal: waiting.signal });
    if (holding !== undefined) return holding;
    signal?.throwIfAborted();
    throw new KonsulError('LOCK_TIMEOUT', `the lock ${key} was not free within ${waitMs} ms`);
  } finally {
    timer?.cancel();
    signal?.removeEventListener('abort', end);
  }
}

/** The index of the write that took the lock. Throws LOCK_LOST if somebody else has it already. */
async function fencingNumberOf(api: ApiClient, key: string, { session }: Holding): Promise<number> {
  const pair = await readKey(api, key, { consistent: true });
  if (pair?.Session !== session) throw lockLost(`the lock ${key}`, 'it was taken away at once');
  return pair.ModifyIndex;
}
