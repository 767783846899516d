/** Delays between tries: exponential with full jitter, so that many clients that failed together do not come back together. */
import type { Random } from './random.ts';

export interface BackoffOptions {
  readonly random: Random;
  /** Upper end of the first delay. */
  readonly baseMs: number;
  /** No delay is longer. */
  readonly capMs: number;
}

export class Backoff {
  readonly #options: BackoffOptions;
  #ceilingMs: number;

  constructor(options: BackoffOptions) {
    this.#options = options;
    this.#ceilingMs = Math.min(options.baseMs, options.capMs);
  }

  /** The delay before the next try: anything from 0 to a ceiling that doubles with each call, up to `capMs`. */
  nextMs(): number {
    const delayMs = this.#options.random.float() * this.#ceilingMs;
    this.#ceilingMs = Math.min(this.#ceilingMs * 2, this.#options.capMs);
    return delayMs;
  }

  /** Starts over; call it after a success. */
  reset(): void {
    this.#ceilingMs = Math.min(this.#options.baseMs, this.#options.capMs);
  }
}
