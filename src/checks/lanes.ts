/**
 * Places for the attempts of one type of check, so that they are bounded in number and slow targets hold up nobody else: quick attempts
 * have places of their own, and an attempt that takes long goes on in the slow lane, where its check also begins the next one. The slow wait
 * only for each other. Knows neither checks nor targets.
 */
import type { Clock } from '../runtime/clock.ts';
import { Gate } from './gate.ts';

/** How many attempts of a type run at once on this node. */
export interface LaneLimits {
  readonly quick: number;
  readonly slow: number;
  /**
   * What becomes of an attempt that takes long while the slow lane is full. True: it is aborted, and made again as soon as there is a slow
   * place. False: it keeps its quick place, since it may do more than look.
   */
  readonly canCutShort: boolean;
}

/** A connection is cheap, up to some thousand. */
export const NETWORK_LANES: LaneLimits = Object.freeze({ quick: 256, slow: 2_048, canCutShort: true });

/** Processes are dear: so many at once are enough to keep a small machine busy. */
export const PROGRAM_LANES: LaneLimits = Object.freeze({ quick: 16, slow: 16, canCutShort: false });

/** Longer attempts are slow. Short enough for a thousand targets a second that begin to hang. */
const PATIENCE_MS = 250;

/** An attempt was aborted because it took long, and is to be made again in the slow lane. */
export const CUT_SHORT: unique symbol = Symbol('cut short');

/** How an attempt ended. `end` is `undefined` if it was not made: the signal aborted first. */
export interface Ran<T> {
  readonly end: T | typeof CUT_SHORT | undefined;
  /** Whether the next one belongs into the slow lane. */
  readonly isSlow: boolean;
}

export class Lanes {
  readonly #clock: Clock;
  readonly #quick: Gate;
  readonly #slow: Gate;
  readonly #canCutShort: boolean;

  constructor(clock: Clock, { quick, slow, canCutShort }: LaneLimits) {
    this.#clock = clock;
    this.#quick = new Gate(quick);
    this.#slow = new Gate(slow);
    this.#canCutShort = canCutShort;
  }

  /** Makes one attempt when there is a place for it. `attempt` must not reject. */
  async run<T>(isSlow: boolean, signal: AbortSignal, attempt: (signal: AbortSignal) => Promise<T>): Promise<Ran<T>> {
    const lane = isSlow ? this.#slow : this.#quick;
    if (!(await lane.enter(signal))) return { end: undefined, isSlow };
    return isSlow ? this.#runSlow(signal, attempt) : this.#runQuick(signal, attempt);
  }

  async #runSlow<T>(signal: AbortSignal, attempt: (signal: AbortSignal) => Promise<T>): Promise<Ran<T>> {
    const startMs = this.#clock.nowMs();
    const end = await attempt(signal).finally(() => this.#slow.leave());
    return { end, isSlow: this.#clock.nowMs() - startMs > PATIENCE_MS };
  }

  async #runQuick<T>(signal: AbortSignal, attempt: (signal: AbortSignal) => Promise<T>): Promise<Ran<T>> {
    const cutting = new AbortController();
    let lane = this.#quick;
    let isSlow = false;
    const impatient = this.#clock.after(PATIENCE_MS, () => {
      isSlow = true;
      if (this.#slow.tryEnter()) {
        lane.leave();
        lane = this.#slow;
      } else if (this.#canCutShort) cutting.abort();
    });
    const stop = (): void => cutting.abort();
    signal.addEventListener('abort', stop);
    try {
      const end = await attempt(cutting.signal);
      return { end: cutting.signal.aborted ? CUT_SHORT : end, isSlow };
    } finally {
      impatient.cancel();
      signal.removeEventListener('abort', stop);
      lane.leave();
    }
  }
}
