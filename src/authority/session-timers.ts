/**
 * The leader's timers: sessions with a TTL end 2 × TTL after their last renewal, keys open again after their lock delay. They live
 * in memory; a new leader starts each at full length (spec section 7).
 */
import type { LockDelay } from '../model/kv.ts';
import type { Change } from '../model/record.ts';
import type { Session } from '../model/session.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import { Counter } from '../runtime/metrics-instruments.ts';
import type { State } from '../state/state.ts';
import type { Authority, Duties } from './authority.ts';

export interface SessionTimersOptions {
  readonly authority: Pick<Authority, 'submit'>;
  readonly state: State;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A renewal may wait unread behind a stalled event loop: an expired session gets this long to be heard after all. */
const LAST_CALL_MS = 50;
const RETRY_MS = 1_000;

export class SessionTimers implements Duties {
  /** Sessions whose TTL ran out. */
  readonly expired: Counter = new Counter();
  readonly #authority: Pick<Authority, 'submit'>;
  readonly #state: State;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #sessions = new Map<string, Timer>();
  readonly #lockDelays = new Map<string, Timer>();
  #stopped = false;

  constructor({ authority, state, clock, logger }: SessionTimersOptions) {
    this.#authority = authority;
    this.#state = state;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** How many sessions have a running TTL. */
  get activeSessions(): number {
    return this.#sessions.size;
  }

  /** Starts a timer for all that the state holds, at full length. */
  start(): void {
    for (const session of this.#state.sessions.all()) this.#startSession(session);
    for (const delay of this.#state.kv.lockDelays()) this.#startLockDelay(delay);
  }

  stop(): void {
    this.#stopped = true;
    for (const timers of [this.#sessions, this.#lockDelays]) {
      for (const timer of timers.values()) timer.cancel();
      timers.clear();
    }
  }

  /** The state was replaced: everything starts anew. */
  restart(): void {
    this.stop();
    this.#stopped = false;
    this.start();
  }

  applied(changes: readonly Change[]): void {
    for (const { table, key, value } of changes) {
      if (table === 'session')
        this.#follow(this.#sessions, key.slice('session/'.length), () => this.#startSession(value as Session), value);
      if (table === 'lockdelay')
        this.#follow(this.#lockDelays, key.slice('lockdelay/'.length), () => this.#startLockDelay(value as LockDelay), value);
    }
  }

  renewed(sessionId: string): void {
    const session = this.#state.sessions.get(sessionId);
    if (session !== undefined) this.#startSession(session);
  }

  #follow(timers: Map<string, Timer>, id: string, start: () => void, value: unknown): void {
    if (value === undefined) {
      timers.get(id)?.cancel();
      timers.delete(id);
    } else start();
  }

  #startSession({ id, ttlMs }: Session): void {
    if (ttlMs > 0) this.#set(this.#sessions, id, 2 * ttlMs, () => this.#lastCall(id));
  }

  #startLockDelay({ key, delayMs }: LockDelay): void {
    this.#set(this.#lockDelays, key, delayMs, () => this.#end(this.#lockDelays, key, { kind: 'lock-delay.end', key }));
  }

  #lastCall(id: string): void {
    this.#set(this.#sessions, id, LAST_CALL_MS, () => {
      this.#logger.debug({ session: id }, 'session TTL expired');
      this.expired.increment();
      this.#end(this.#sessions, id, { kind: 'session.destroy', id });
    });
  }

  /** Submits, and tries again until the write is there or somebody else did it. */
  #end(timers: Map<string, Timer>, id: string, command: Parameters<Authority['submit']>[0]): void {
    timers.delete(id);
    this.#authority.submit(command).catch((error: unknown) => {
      // A timer that runs again was started by a renewal, or by a new term: the end is no longer due.
      if (this.#stopped || timers.has(id)) return;
      this.#logger.warn({ id, error: messageOf(error) }, 'an expired timer could not be written, will try again');
      this.#set(timers, id, RETRY_MS, () => this.#end(timers, id, command));
    });
  }

  #set(timers: Map<string, Timer>, id: string, delayMs: number, task: () => void): void {
    timers.get(id)?.cancel();
    if (!this.#stopped) timers.set(id, this.#clock.after(delayMs, task));
  }
}
