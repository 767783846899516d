/**
 * One try to have a view from the servers, shared by all who want it meanwhile. The object is the generation: a deadline or an answer of
 * a former try finds another one in its entry, or none, and changes nothing.
 */
import type { Clock, Timer } from '../runtime/clock.ts';
import type { View } from '../topics/view.ts';

/** How a try ended: with what is shown then, or with why there is nothing. */
export type AskOutcome = View | Error;

export interface AskOptions {
  readonly clock: Clock;
  /** After this long, `soon` resolves, and the try is over unless somebody insists. */
  readonly softMs: number;
  /** After this long it is over for everybody. */
  readonly hardMs: number;
  /** Called at most once, when time has run out. It ends the try by `end`. */
  readonly timedOut: (ask: Ask) => void;
}

export class Ask {
  /** Never rejects. */
  readonly done: Promise<AskOutcome>;
  readonly #options: AskOptions;
  #soon: Promise<void> | undefined;
  #resolveSoon: () => void = () => {};
  #resolveDone: (outcome: AskOutcome) => void = () => {};
  #timer: Timer | undefined;
  #hurry: Timer | undefined;
  #isInsisted = false;
  #isLate = false;
  #isOver = false;

  constructor(options: AskOptions) {
    this.#options = options;
    this.done = new Promise((resolve) => {
      this.#resolveDone = resolve;
    });
    this.#arm(Math.min(options.softMs, options.hardMs), () => this.#softDeadline());
  }

  /** Whether the soft deadline has passed: who has something else to answer does not wait any more. */
  get isLate(): boolean {
    return this.#isLate;
  }

  /** Resolves with the answer, or at the soft deadline. Never rejects. */
  get soon(): Promise<void> {
    this.#soon ??= new Promise((resolve) => {
      if (this.#isLate || this.#isOver) resolve();
      else this.#resolveSoon = resolve;
    });
    return this.#soon;
  }

  /** Somebody has nothing else to answer: the try goes on up to the hard deadline. Returns how it ends. */
  insist(): Promise<AskOutcome> {
    this.#isInsisted = true;
    return this.done;
  }

  /** The link is lost: calls `then` after another soft deadline, unless the try is over by then. */
  hurry(then: () => void): void {
    this.#hurry?.cancel();
    this.#hurry = this.#options.clock.after(this.#options.softMs, then);
  }

  end(outcome: AskOutcome): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#timer?.cancel();
    this.#hurry?.cancel();
    this.#resolveSoon();
    this.#resolveDone(outcome);
  }

  #softDeadline(): void {
    this.#isLate = true;
    this.#resolveSoon();
    const { softMs, hardMs } = this.#options;
    if (this.#isInsisted && hardMs > softMs) this.#arm(hardMs - softMs, () => this.#options.timedOut(this));
    else this.#options.timedOut(this);
  }

  /** After a stall of the process, what has arrived meanwhile is looked at before time is over. */
  #arm(delayMs: number, then: () => void): void {
    const { clock } = this.#options;
    this.#timer = clock.after(delayMs, () => {
      void clock.pause().then(() => {
        if (!this.#isOver) then();
      });
    });
  }
}
