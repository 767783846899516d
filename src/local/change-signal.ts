/** Lets readers wait for the next change of something, without a list of who changed what. */
import type { Clock } from '../runtime/clock.ts';

export class ChangeSignal {
  readonly #clock: Clock;
  /** Only while somebody waits: changes are many, waits are few. */
  #next: AbortController | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Wakes everyone who waits. */
  notify(): void {
    this.#next?.abort();
    this.#next = undefined;
  }

  /** Resolves at the next `notify`, after `timeoutMs`, or when `signal` aborts. Never rejects. */
  async wait(timeoutMs: number, signal: AbortSignal): Promise<void> {
    this.#next ??= new AbortController();
    await this.#clock.sleep(timeoutMs, AbortSignal.any([this.#next.signal, signal]));
  }
}
