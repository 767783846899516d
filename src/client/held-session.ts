/** A session that lives as long as its owner renews it. Says when it is lost; never makes a new one. */
import type { Clock, Timer } from '../runtime/clock.ts';
import type { ApiClient } from './api-client.ts';
import { createSession, destroySession, type NewSession, renewSession } from './session.ts';

/** Consul's own: a holder that dies is noticed after this and the lock delay. */
export const SESSION_TTL_MS = 15_000;
const RETRY_MS = 1_000;

export class HeldSession {
  readonly id: string;
  /** Resolves, with the reason, when the session is gone or could not be renewed within its TTL. Never rejects. */
  readonly lost: Promise<string>;
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #ttlMs: number;
  #timer: Timer | undefined;
  /** The servers may have ended the session by then. */
  #deadline: Timer;
  #deadlineMs: number;
  #isEnded = false;
  #lose: (reason: string) => void = () => {};

  private constructor(id: string, ttlMs: number, { client, clock }: { readonly client: ApiClient; readonly clock: Clock }) {
    this.id = id;
    this.#client = client;
    this.#clock = clock;
    this.#ttlMs = ttlMs;
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    this.#deadlineMs = clock.nowMs() + ttlMs;
    this.#deadline = this.#expireIn(ttlMs);
    this.#renewIn(ttlMs / 2);
  }

  /** Creates a session, and renews it from now on. */
  static async open(client: ApiClient, clock: Clock, session: NewSession): Promise<HeldSession> {
    return new HeldSession(await createSession(client, session), session.ttlMs, { client, clock });
  }

  /** Ends it; what it holds is released by the servers. */
  async close(): Promise<void> {
    this.#isEnded = true;
    this.#timer?.cancel();
    this.#deadline.cancel();
    await destroySession(this.#client, this.id);
  }

  #renewIn(delayMs: number): void {
    this.#timer = this.#clock.after(delayMs, () => void this.#renew());
  }

  #expireIn(delayMs: number): Timer {
    return this.#clock.after(delayMs, () => this.#lose('the session could not be renewed in time'));
  }

  /** The life of the session counts from when a renewal was asked for: when the servers heard of it is not known. */
  async #renew(): Promise<void> {
    const askedMs = this.#clock.nowMs();
    try {
      if (!(await renewSession(this.#client, this.id, Math.max(this.#deadlineMs - askedMs, 1)))) return this.#lose('the session is gone');
      if (this.#isEnded) return;
      this.#deadline.cancel();
      this.#deadlineMs = askedMs + this.#ttlMs;
      this.#deadline = this.#expireIn(this.#deadlineMs - this.#clock.nowMs());
      this.#renewIn(this.#ttlMs / 2);
    } catch {
      if (!this.#isEnded) this.#renewIn(RETRY_MS);
    }
  }
}
