/** Sends a check's output that changed without its status rarely: for each check at most once per update interval, at a random moment. */
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';

export interface OutputTimersOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly checkUpdateIntervalMs: number;
  readonly send: (checkId: string) => void;
}

export class OutputTimers {
  readonly #options: OutputTimersOptions;
  readonly #timers = new Map<string, Timer>();
  #updateIntervalMs: number;
  #isStopped = false;

  constructor(options: OutputTimersOptions) {
    this.#options = options;
    this.#updateIntervalMs = options.checkUpdateIntervalMs;
  }

  /** The wait is half of this plus a random part of it, as in Consul; 0 sends every change at once. Waits that have begun stay. */
  setUpdateInterval(updateIntervalMs: number): void {
    this.#updateIntervalMs = updateIntervalMs;
  }

  /** The output changed: it is sent later, unless that is already due. After `stop` nothing happens. */
  defer(checkId: string): void {
    const { clock, random, send } = this.#options;
    if (this.#isStopped || this.#timers.has(checkId)) return;
    if (this.#updateIntervalMs === 0) {
      send(checkId);
      return;
    }
    const delayMs = this.#updateIntervalMs / 2 + random.float() * this.#updateIntervalMs;
    const due = (): void => {
      this.#timers.delete(checkId);
      send(checkId);
    };
    this.#timers.set(checkId, clock.after(delayMs, due));
  }

  /** The output travels with something else, or the check is gone. */
  cancel(checkId: string): void {
    this.#timers.get(checkId)?.cancel();
    this.#timers.delete(checkId);
  }

  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }
}
