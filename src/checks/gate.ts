/** Lets a bounded number in; the others wait in the order in which they came. */

export class Gate {
  readonly #waiting = new Set<() => void>();
  #free: number;

  constructor(limit: number) {
    this.#free = limit;
  }

  /** True when let in: `leave` must follow. False if `signal` aborts first. */
  async enter(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    return this.tryEnter() || this.#queue(signal);
  }

  /** True when let in at once: `leave` must follow. False where somebody would have to wait. */
  tryEnter(): boolean {
    if (this.#free === 0) return false;
    this.#free -= 1;
    return true;
  }

  leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#free += 1;
    else next();
  }

  #queue(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (isIn: boolean): void => {
        this.#waiting.delete(letIn);
        signal.removeEventListener('abort', giveUp);
        resolve(isIn);
      };
      const letIn = (): void => end(true);
      const giveUp = (): void => end(false);
      this.#waiting.add(letIn);
      signal.addEventListener('abort', giveUp);
    });
  }
}
