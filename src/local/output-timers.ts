/** Sends a check's output that changed without its status rarely: for each check at most once per update interval, at a random moment. */
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';

export interface OutputTimersOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** The wait is half of this plus a random part of it, as in Consul; 0 sends every change at once. */
  readonly checkUpdateIntervalMs: number;
  readonly send: (checkId: string) => void;
}

export class OutputTimers {
  readonly #options: OutputTimersOptions;
  readonly #timers = new Map<string, Timer>();

  constructor(options: OutputTimersOptions) {
    this.#options = options;
  }

  /** The output changed: it is sent later, unless that is already due. */
  defer(checkId: string): void {
    const { clock, random, checkUpdateIntervalMs, send } = this.#options;
    if (this.#timers.has(checkId)) return;
    if (checkUpdateIntervalMs === 0) {
      send(checkId);
      return;
    }
    const delayMs = checkUpdateIntervalMs / 2 + random.float() * checkUpdateIntervalMs;
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
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }
}
