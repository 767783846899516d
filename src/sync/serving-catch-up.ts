/**
 * Waits until this server has seen what an agent has seen elsewhere: one that lags behind would show the agent the past. All links of a
 * server share one timer, which runs only while somebody waits.
 */
import type { Clock, Timer } from '../runtime/clock.ts';

export interface CatchUpOptions {
  /** The newest index here. */
  readonly index: () => number;
  readonly clock: Clock;
}

interface Waiter {
  readonly seen: number;
  readonly untilMs: number;
  readonly go: () => void;
}

/** An agent that has seen more than any server will have in this time is answered with what there is. */
const PATIENCE_MS = 2_000;
const LOOK_AGAIN_MS = 50;

export class CatchUp {
  readonly #options: CatchUpOptions;
  readonly #waiters = new Set<Waiter>();
  #timer: Timer | undefined;

  constructor(options: CatchUpOptions) {
    this.#options = options;
  }

  isBehind(seen: number): boolean {
    return this.#options.index() < seen;
  }

  /** Calls `go` once, later: when `seen` is reached here, or after 2 s. Returns how to stop waiting. */
  wait(seen: number, go: () => void): () => void {
    const waiter: Waiter = { seen, untilMs: this.#options.clock.nowMs() + PATIENCE_MS, go };
    this.#waiters.add(waiter);
    this.#timer ??= this.#lookLater();
    return () => void this.#waiters.delete(waiter);
  }

  #lookLater(): Timer {
    return this.#options.clock.after(LOOK_AGAIN_MS, () => {
      const nowMs = this.#options.clock.nowMs();
      for (const waiter of this.#waiters) {
        if (this.isBehind(waiter.seen) && nowMs < waiter.untilMs) continue;
        this.#waiters.delete(waiter);
        waiter.go();
      }
      this.#timer = this.#waiters.size > 0 ? this.#lookLater() : undefined;
    });
  }
}
