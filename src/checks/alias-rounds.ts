/**
 * When aliases look: what is due is gathered and looked at together, after all other work that waits; everything is due every minute. Never
 * from within a change, so that a long chain of aliases is no deep recursion, and a part at a time, so that many hold up nobody.
 */
import type { Clock, Timer } from '../runtime/clock.ts';

const REFRESH_MS = 60_000;
const PART_SIZE = 64;

export class AliasRounds<T> {
  readonly #clock: Clock;
  readonly #look: (part: readonly T[]) => void;
  readonly #all = new Set<T>();
  readonly #due = new Set<T>();
  #timer: Timer | undefined;
  #isRunning = false;

  /** `look` is given what is due, never nothing; what changes while it looks is due again. */
  constructor(clock: Clock, look: (part: readonly T[]) => void) {
    this.#clock = clock;
    this.#look = look;
  }

  /** Looks at it soon, and from now on. */
  add(one: T): void {
    this.#all.add(one);
    this.#timer ??= this.#refreshLater();
    this.soon(one);
  }

  /** It is not looked at any more. */
  delete(one: T): void {
    this.#all.delete(one);
    this.#due.delete(one);
    if (this.#all.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Looks soon, once, however often this is called. Nothing happens to what was deleted. */
  soon(one: T): void {
    if (!this.#all.has(one)) return;
    this.#due.add(one);
    if (!this.#isRunning) void this.#run();
  }

  /** Looks at everything soon. */
  allSoon(): void {
    for (const one of this.#all) this.soon(one);
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (await this.#clock.pause(); this.#due.size > 0; await this.#clock.pause()) this.#look(this.#nextPart());
    this.#isRunning = false;
  }

  #nextPart(): T[] {
    const part: T[] = [];
    for (const one of this.#due) {
      if (part.length === PART_SIZE) break;
      part.push(one);
      this.#due.delete(one);
    }
    return part;
  }

  #refreshLater(): Timer {
    return this.#clock.after(REFRESH_MS, () => {
      this.#timer = this.#refreshLater();
      this.allSoon();
    });
  }
}
