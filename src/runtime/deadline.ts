/**
 * The one place where an attempt ends that does not end by itself: its time-out and its caller's abort as one signal, and a race that
 * everything waited for has to run. Must be released, or it keeps a listener.
 */
import type { Clock, Timer } from './clock.ts';

export class Deadline {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal;
  readonly #timer: Timer;
  readonly #ended: Promise<never>;
  #hasTimedOut = false;

  constructor(clock: Clock, timeoutMs: number, outer: AbortSignal) {
    this.#outer = outer;
    this.#ended = whenAborted(this.#controller.signal);
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

  /** What `work` comes to; rejects at the deadline with an Error `aborted` even if `work` never settles, and does nothing to end it. */
  run<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#ended]);
  }

  /** Forgets timer and listener: from here on nothing ends any more. */
  release(): void {
    this.#timer.cancel();
    this.#outer.removeEventListener('abort', this.#abort);
  }

  readonly #abort = (): void => {
    this.#controller.abort();
  };
}

function whenAborted(signal: AbortSignal): Promise<never> {
  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
  });
  // An end that nobody waits for is none of our business.
  ended.catch(() => {});
  return ended;
}
