/**
 * The life of one check that is run again and again: a random start, one attempt at a time, the interval counted from the end of
 * an attempt. After `stop` nothing is reported any more, also not by an attempt that was under way.
 */
import type { Clock, Timer } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import type { CheckResult } from './define-check.ts';
import type { Gate } from './gate.ts';
import type { Thresholds } from './thresholds.ts';

export interface PeriodicCheckOptions {
  readonly clock: Clock;
  readonly firstDelayMs: number;
  readonly intervalMs: number;
  /** Shared by all checks of a type. */
  readonly gate: Gate;
  readonly thresholds: Thresholds;
  readonly run: (signal: AbortSignal) => Promise<CheckResult>;
  readonly report: (result: CheckResult) => void;
}

export class PeriodicCheck {
  readonly #options: PeriodicCheckOptions;
  readonly #stopping = new AbortController();
  #timer: Timer;
  #attempt: Promise<void> = Promise.resolve();

  /** Starts at once. */
  constructor(options: PeriodicCheckOptions) {
    this.#options = options;
    this.#timer = this.#runAfter(options.firstDelayMs);
  }

  /** Resolves when an attempt that was under way has ended. */
  stop(): Promise<void> {
    this.#timer.cancel();
    this.#stopping.abort();
    return this.#attempt;
  }

  #runAfter(delayMs: number): Timer {
    return this.#options.clock.after(delayMs, () => {
      this.#attempt = this.#runOnce();
    });
  }

  async #runOnce(): Promise<void> {
    const { signal } = this.#stopping;
    const { gate, thresholds, report, intervalMs } = this.#options;
    if (!(await gate.enter(signal))) return;
    const result = await this.#result(signal).finally(() => gate.leave());
    if (signal.aborted) return;
    const counted = thresholds.apply(result);
    if (counted !== undefined) report(counted);
    // The report may have stopped this very check.
    if (!signal.aborted) this.#timer = this.#runAfter(intervalMs);
  }

  /** A check that throws is critical: it must not take the others, or the agent, with it. */
  async #result(signal: AbortSignal): Promise<CheckResult> {
    try {
      return await this.#options.run(signal);
    } catch (error) {
      return { status: 'critical', output: messageOf(error) };
    }
  }
}
