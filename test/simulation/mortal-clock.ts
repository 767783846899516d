/** The clock of one server's life: once that life has ended, nothing that waits on it goes on. What a crash leaves of a process. */
import type { Clock, Timer } from '../../src/runtime/clock.ts';

export class MortalClock implements Clock {
  readonly #clock: Clock;
  #isDead = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** From now on no task runs, and no sleep or pause ends. */
  kill(): void {
    this.#isDead = true;
  }

  nowMs(): number {
    return this.#clock.nowMs();
  }

  wallMs(): number {
    return this.#clock.wallMs();
  }

  after(delayMs: number, task: () => void): Timer {
    return this.#clock.after(delayMs, () => {
      if (!this.#isDead) task();
    });
  }

  async sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    await this.#clock.sleep(delayMs, signal);
    await this.#stayDead();
  }

  async pause(): Promise<void> {
    await this.#clock.pause();
    await this.#stayDead();
  }

  async #stayDead(): Promise<void> {
    if (this.#isDead) await new Promise<never>(() => {});
  }
}
