/**
 * The life of one TTL check: critical once nobody has reported for its TTL. A report only moves a deadline; the timer looks at it
 * when it fires, so that frequent reports cost no timer.
 */
import type { Clock, Timer } from '../runtime/clock.ts';
import type { CheckResult } from './define-check.ts';
import { expiredText } from './ttl.ts';

export interface TtlTimerOptions {
  readonly clock: Clock;
  readonly ttlMs: number;
  /** The output before the first report. */
  readonly lastOutput: string;
  readonly report: (result: CheckResult) => void;
}

export class TtlTimer {
  readonly #options: TtlTimerOptions;
  #deadlineMs = 0;
  #lastOutput: string;
  #timer: Timer | undefined;

  /** Starts at once, with the whole TTL. */
  constructor(options: TtlTimerOptions) {
    this.#options = options;
    this.#lastOutput = options.lastOutput;
    this.beat(undefined);
  }

  /** Starts the TTL anew. `output` is shown should it run out; `undefined` keeps the last one. */
  beat(output: string | undefined): void {
    this.#lastOutput = output ?? this.#lastOutput;
    this.#deadlineMs = this.#options.clock.nowMs() + this.#options.ttlMs;
    this.#timer ??= this.#lookAfter(this.#options.ttlMs);
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
  }

  #lookAfter(delayMs: number): Timer {
    return this.#options.clock.after(delayMs, () => {
      const leftMs = this.#deadlineMs - this.#options.clock.nowMs();
      this.#timer = leftMs > 0 ? this.#lookAfter(leftMs) : undefined;
      if (leftMs <= 0) this.#options.report({ status: 'critical', output: expiredText(this.#lastOutput) });
    });
  }
}
