/** What locks and semaphores have in common: being held until lost or released, and being watched meanwhile. */
import type { Clock } from '../runtime/clock.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';
import { keyPath, type Query } from '../wire/api-path.ts';
import { type ApiClient, bodyJson } from './api-client.ts';
import { HeldSession, SESSION_TTL_MS } from './held-session.ts';
import type { KvPair } from './kv.ts';

export interface HoldOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  /** Of the session, for people who look for the holder. */
  readonly name: string;
  /** How often a failed look at the lock is repeated, a second apart, before it counts as lost. */
  readonly monitorRetries: number;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

export interface Holding {
  /** The id of the session that holds it. */
  readonly session: string;
  /** Resolves, with the reason, when it is not held any more. Never rejects. */
  readonly lost: Promise<string>;
  /** Gives it up and leaves nothing behind that nobody else uses. */
  release(): Promise<void>;
}

/** The wait of one blocking query. */
const WAIT = '15s';
const WAIT_LIMIT_MS = 60_000;
const MONITOR_RETRY_MS = 1_000;

/** A kind of lock: how it is taken once there is a session, how it is seen to be held, how it is given up. */
export interface LockKind {
  /** Whether it was taken; `false`: the waiting was ended. */
  take(session: string): Promise<boolean>;
  /** Where it can be seen. */
  readonly watched: { readonly key: string; readonly query: Query };
  isHeld(pairs: readonly KvPair[], session: string): boolean;
  giveUp(session: string): Promise<void>;
  /** Removes the traces of a vain wait. */
  withdraw(session: string): Promise<void>;
}

/** Waits for a lock and holds it; `undefined`: the waiting was ended. */
export async function hold(kind: LockKind, options: HoldOptions): Promise<Holding | undefined> {
  const session = await HeldSession.open(options.client, options.clock, { name: options.name, ttlMs: SESSION_TTL_MS });
  const isTaken = await kind.take(session.id).catch(async (error: unknown) => {
    if (options.signal.aborted) return false;
    await session.close().catch(() => {});
    throw error;
  });
  if (!isTaken) {
    await kind.withdraw(session.id).finally(() => session.close());
    return undefined;
  }
  const released = new AbortController();
  return {
    session: session.id,
    lost: Promise.race([session.lost, watchHeld(kind, session.id, { ...options, signal: released.signal })]),
    async release() {
      released.abort();
      await kind.giveUp(session.id).finally(() => session.close());
    },
  };
}

/** Resolves when others are seen to have it, or when nothing can be seen any more. */
async function watchHeld(kind: LockKind, session: string, { client, clock, monitorRetries, signal }: HoldOptions): Promise<string> {
  let index = '0';
  let failures = 0;
  while (!signal.aborted) {
    try {
      const seen = await look(client, kind.watched, { index, signal });
      if (!kind.isHeld(seen.pairs, session)) return 'the lock was taken away';
      failures = 0;
      index = seen.index;
    } catch (error) {
      failures += 1;
      if (failures > monitorRetries) return `the lock cannot be seen: ${messageOf(error)}`;
      await clock.sleep(MONITOR_RETRY_MS, signal);
    }
  }
  return new Promise(() => {});
}

/** What the leader has below a key once it is newer than `index`, or after a while. */
export async function look(
  client: ApiClient,
  { key, query }: LockKind['watched'],
  { index, signal }: { readonly index: string; readonly signal: AbortSignal },
): Promise<{ readonly pairs: readonly KvPair[]; readonly index: string }> {
  const reply = await client.request('GET', `/v1/kv/${keyPath(key)}`, {
    query: { ...query, consistent: true, index, wait: WAIT },
    accepts: [404],
    timeoutMs: WAIT_LIMIT_MS,
    signal,
  });
  const found = String(reply.headers['x-consul-index'] ?? '0');
  // An index that goes back is another store: what was known of the old one does not count.
  return { pairs: reply.status === 404 ? [] : bodyJson<readonly KvPair[]>(reply), index: BigInt(found) < BigInt(index) ? '0' : found };
}

/** Throws REJECTED if a key is in use for something else. */
export function assertFlags(pair: KvPair | undefined, flags: bigint): void {
  if (pair !== undefined && BigInt(pair.Flags) !== flags)
    throw new KonsulError('REJECTED', `the key ${pair.Key} exists already and is no lock of this kind; take another prefix`);
}
