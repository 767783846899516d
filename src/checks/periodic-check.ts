/**
 * The life of one check that is run again and again: a random start, one attempt at a time, the interval counted from the end of
 * an attempt. After `stop` nothing is reported any more, also not by an attempt that was under way.
 */
import type { Clock, Timer } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import type { CheckResult } from './define-check.ts';
import { CUT_SHORT, type Lanes } from './lanes.ts';
import type { Thresholds } from './thresholds.ts';

export interface PeriodicCheckOptions {
  readonly clock: Clock;
  readonly firstDelayMs: number;
  readonly intervalMs: number;
  /** Shared by all checks of a type. */
  readonly lanes: Lanes;
  readonly thresholds: Thresholds;
  readonly run: (signal: AbortSignal) => Promise<CheckResult>;
  readonly report: (result: CheckResult) => void;
}

export class PeriodicCheck {
  readonly #options: PeriodicCheckOptions;
  readonly #stopping = new AbortController();
  #timer: Timer;
  #attempt: Promise<void> = Promise.resolve();
  /** As its last attempt was. */
  #isSlow = false;

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
    const { thresholds, report, intervalMs } = this.#options;
    const result = await this.#attemptInLane();
    if (result === undefined || signal.aborted) return;
    const counted = thresholds.apply(result);
    if (counted !== undefined) report(counted);
    // The report may have stopped this very check.
    if (!signal.aborted) this.#timer = this.#runAfter(intervalMs);
  }

  /** `undefined` after the stop. */
  async #attemptInLane(): Promise<CheckResult | undefined> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const { end, isSlow } = await this.#options.lanes.run(this.#isSlow, signal, (attempt) => this.#result(attempt));
      this.#isSlow = isSlow;
      if (end !== CUT_SHORT) return end;
    }
    return undefined;
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
