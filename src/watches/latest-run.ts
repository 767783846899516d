/** Runs one thing at a time: what comes while it runs is kept, the latest only or joined to one, and run next. */

export class LatestRun<T> {
  readonly #run: (value: T) => Promise<void>;
  readonly #join: (waiting: T, next: T) => T;
  #waiting: { readonly value: T } | undefined;
  #running: Promise<void> | undefined;

  /** `run` must not reject. `join` makes one of a value that waits and the next; without it the next one stays. It must bound what it makes. */
  constructor(run: (value: T) => Promise<void>, join: (waiting: T, next: T) => T = (_waiting, next) => next) {
    this.#run = run;
    this.#join = join;
  }

  /** Runs with `value` at once, or after the run that is under way, joined to what waits for that. */
  offer(value: T): void {
    this.#waiting = { value: this.#waiting === undefined ? value : this.#join(this.#waiting.value, value) };
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
