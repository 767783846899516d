/** Runs one thing at a time: what comes while it runs is kept, the latest only, and run next. */

export class LatestRun<T> {
  readonly #run: (value: T) => Promise<void>;
  #waiting: { readonly value: T } | undefined;
  #running: Promise<void> | undefined;

  /** `run` must not reject. */
  constructor(run: (value: T) => Promise<void>) {
    this.#run = run;
  }

  /** Runs with `value` at once, or after the run that is under way; a value that waits is replaced. */
  offer(value: T): void {
    this.#waiting = { value };
    this.#running ??= this.#drain();
  }

  /** Forgets what waits, and resolves when nothing runs. */
  async settle(): Promise<void> {
    this.#waiting = undefined;
    await this.#running;
  }

  async #drain(): Promise<void> {
    for (let next = this.#waiting; next !== undefined; next = this.#waiting) {
      this.#waiting = undefined;
      await this.#run(next.value);
    }
    this.#running = undefined;
  }
}
