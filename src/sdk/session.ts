/** A session that is kept alive for a program, and says when it is lost. */

import type { ApiClient } from '../client/api-client.ts';
import { HeldSession, SESSION_TTL_MS } from '../client/held-session.ts';
import type { Clock } from '../runtime/clock.ts';
import { KonsulError } from '../runtime/errors.ts';

export interface SessionOptions {
  /** For people who look for the holder of a lock. */
  readonly name?: string;
  /** The servers may end it so long after its last renewal, 10,000 to 86,400,000; it is renewed at half of it. Default 15,000. */
  readonly ttlMs?: number;
  /** How long its keys stay closed once it is lost; at most 60,000. Default 15,000. */
  readonly lockDelayMs?: number;
  /** What becomes of its keys when it ends. Default `release`. */
  readonly behavior?: 'release' | 'delete';
}

export interface Session {
  readonly id: string;
  /** Aborts when the session is lost, with a LOCK_LOST error as its reason; not by `destroy`. */
  readonly signal: AbortSignal;
  /** Ends it: its locks are released, or its keys deleted. */
  destroy(): Promise<void>;
}

const MIN_TTL_MS = 10_000;
const MAX_TTL_MS = 86_400_000;

export interface SessionTools {
  readonly api: ApiClient;
  readonly clock: Clock;
  /** Called when it is destroyed, or lost. */
  readonly onEnd: () => void;
}

/** Opens a session and renews it from now on. */
export async function openSession({ api, clock, onEnd }: SessionTools, options: SessionOptions = {}): Promise<Session> {
  const { name = '', ttlMs = SESSION_TTL_MS, lockDelayMs, behavior } = options;
  if (!(ttlMs >= MIN_TTL_MS && ttlMs <= MAX_TTL_MS)) {
    throw new KonsulError('BAD_REQUEST', `the ttlMs of a session must be from ${MIN_TTL_MS} to ${MAX_TTL_MS}, and is ${ttlMs}`);
  }
  const held = await HeldSession.open(api, clock, {
    name,
    ttlMs,
    ...(lockDelayMs === undefined ? {} : { lockDelayMs }),
    ...(behavior === undefined ? {} : { behavior }),
  });
  const lost = new AbortController();
  void held.lost.then((reason) => {
    onEnd();
    lost.abort(lockLost(`the session ${held.id}`, reason));
  });
  return {
    id: held.id,
    signal: lost.signal,
    destroy: () => {
      onEnd();
      return held.close();
    },
  };
}

export const lockLost = (what: string, reason: string): KonsulError => new KonsulError('LOCK_LOST', `${what} was lost: ${reason}`);
