/** One signal for two ends of an attempt: its time-out and its caller's abort. Must be released, or it keeps a listener. */
import type { Clock, Timer } from './clock.ts';

export class Deadline {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal;
  readonly #timer: Timer;
  #hasTimedOut = false;

  constructor(clock: Clock, timeoutMs: number, outer: AbortSignal) {
    this.#outer = outer;
    this.#timer = clock.after(timeoutMs, () => {
      this.#hasTimedOut = true;
      this.#controller.abort();
    });
    if (outer.aborted) this.#controller.abort();
    else outer.addEventListener('abort', this.#abort);
  }

  /** Aborts at whichever end comes first. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether time ended it, not the caller. */
  get hasTimedOut(): boolean {
    return this.#hasTimedOut;
  }

  /** Forgets timer and listener. */
  release(): void {
    this.#timer.cancel();
    this.#outer.removeEventListener('abort', this.#abort);
  }

  readonly #abort = (): void => {
    this.#controller.abort();
  };
}
