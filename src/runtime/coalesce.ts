/** Work that many ask for at once and that is the same for all: done one at a time, and once for everybody who waits. */

export class Coalesced {
  readonly #task: () => Promise<void>;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(task: () => Promise<void>) {
    this.#task = task;
  }

  /** Settles as a run does that began after this call: one that is under way may have missed what the caller wants seen. */
  run(): Promise<void> {
    if (this.#running === undefined) return this.#begin();
    this.#next ??= this.#running.then(
      () => this.#begin(),
      () => this.#begin(),
    );
    return this.#next;
  }

  /** Resolves when nothing runs and nothing waits. Never rejects. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  #begin(): Promise<void> {
    this.#next = undefined;
    const run = this.#task();
    const done = run.then(
      () => {},
      () => {},
    );
    this.#running = done;
    void done.then(() => {
      if (this.#running === done) this.#running = undefined;
    });
    return run;
  }
}
