/** A session that lives as long as its owner renews it. Says when it is lost; never makes a new one. */
import type { Clock, Timer } from '../runtime/clock.ts';
import type { ApiClient } from './api-client.ts';
import { createSession, destroySession, renewSession } from './session.ts';

/** Consul's own: a holder that dies is noticed after this and the lock delay. */
const TTL_SECONDS = 15;
const RENEW_MS = (TTL_SECONDS * 1_000) / 2;
const RETRY_MS = 1_000;

export class HeldSession {
  readonly id: string;
  /** Resolves, with the reason, when the session is gone or could not be renewed within its TTL. Never rejects. */
  readonly lost: Promise<string>;
  readonly #client: ApiClient;
  readonly #clock: Clock;
  #timer: Timer | undefined;
  #renewedMs: number;
  #isEnded = false;
  #lose: (reason: string) => void = () => {};

  private constructor(id: string, client: ApiClient, clock: Clock) {
    this.id = id;
    this.#client = client;
    this.#clock = clock;
    this.#renewedMs = clock.nowMs();
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    this.#renewIn(RENEW_MS);
  }

  /** Creates a session, and renews it from now on. */
  static async open(client: ApiClient, clock: Clock, name: string): Promise<HeldSession> {
    return new HeldSession(await createSession(client, name, TTL_SECONDS), client, clock);
  }

  /** Ends it; what it holds is released by the servers. */
  async close(): Promise<void> {
    this.#isEnded = true;
    this.#timer?.cancel();
    await destroySession(this.#client, this.id);
  }

  #renewIn(delayMs: number): void {
    this.#timer = this.#clock.after(delayMs, () => void this.#renew());
  }

  async #renew(): Promise<void> {
    try {
      if (!(await renewSession(this.#client, this.id))) return this.#lose('the session is gone');
      this.#renewedMs = this.#clock.nowMs();
      if (!this.#isEnded) this.#renewIn(RENEW_MS);
    } catch {
      if (this.#clock.nowMs() - this.#renewedMs >= TTL_SECONDS * 1_000) this.#lose('the session could not be renewed in time');
      else if (!this.#isEnded) this.#renewIn(RETRY_MS);
    }
  }
}
