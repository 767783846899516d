/**
 * Many long waits on one timer: items are due in coarse steps, never early, at most one step late. Sleeps when empty, and until the next
 * step in which something is due.
 */
import type { Clock, Timer } from '../runtime/clock.ts';

export interface TimerWheelOptions<T> {
  readonly clock: Clock;
  /** Called for each item that is due. It is no longer scheduled then, and may be scheduled again. */
  readonly due: (item: T) => void;
  readonly stepMs?: number;
}

const DEFAULT_STEP_MS = 250;
const SLOTS = 256;

export class TimerWheel<T> {
  readonly #clock: Clock;
  readonly #due: (item: T) => void;
  readonly #stepMs: number;
  readonly #slots: readonly Set<T>[] = Array.from({ length: SLOTS }, () => new Set<T>());
  /** The step in which an item is due; that slot may come round before. */
  readonly #stepOf = new Map<T, number>();
  /** All steps up to this one are done. */
  #doneStep: number;
  #timer: Timer | undefined;
  #timerStep = Number.POSITIVE_INFINITY;

  constructor({ clock, due, stepMs = DEFAULT_STEP_MS }: TimerWheelOptions<T>) {
    this.#clock = clock;
    this.#due = due;
    this.#stepMs = stepMs;
    this.#doneStep = this.#stepNow();
  }

  get count(): number {
    return this.#stepOf.size;
  }

  /** In place of the time for which it was scheduled before. */
  schedule(item: T, delayMs: number): void {
    this.cancel(item);
    if (this.#stepOf.size === 0) this.#doneStep = this.#stepNow();
    const step = Math.max(Math.ceil((this.#clock.nowMs() + delayMs) / this.#stepMs), this.#doneStep + 1);
    this.#stepOf.set(item, step);
    this.#slotOf(step).add(item);
    if (step < this.#timerStep) this.#wakeAt(step);
  }

  cancel(item: T): void {
    const step = this.#stepOf.get(item);
    if (step === undefined) return;
    this.#stepOf.delete(item);
    this.#slotOf(step).delete(item);
    if (this.#stepOf.size === 0) this.#sleep();
  }

  /** Forgets everything. */
  stop(): void {
    this.#stepOf.clear();
    for (const slot of this.#slots) slot.clear();
    this.#sleep();
  }

  #sleep(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerStep = Number.POSITIVE_INFINITY;
  }

  #wakeAt(step: number): void {
    this.#sleep();
    this.#timerStep = step;
    this.#timer = this.#clock.after(step * this.#stepMs - this.#clock.nowMs(), () => this.#turn());
  }

  /** After a stall, one round of all slots is enough. */
  #turn(): void {
    this.#sleep();
    const now = this.#stepNow();
    const first = Math.max(this.#doneStep + 1, now - SLOTS + 1);
    this.#doneStep = now;
    const dueNow: T[] = [];
    for (let step = first; step <= now; step += 1) {
      for (const item of this.#slotOf(step)) if ((this.#stepOf.get(item) ?? 0) <= now) dueNow.push(item);
    }
    for (const item of dueNow) {
      if ((this.#stepOf.get(item) ?? Number.POSITIVE_INFINITY) > now) continue;
      this.cancel(item);
      this.#due(item);
    }
    if (this.#timer === undefined && this.#stepOf.size > 0) this.#wakeAt(this.#nextStep());
  }

  /** The next step whose slot holds something, due or not. */
  #nextStep(): number {
    let step = this.#doneStep + 1;
    while (this.#slotOf(step).size === 0) step += 1;
    return step;
  }

  #stepNow(): number {
    return Math.floor(this.#clock.nowMs() / this.#stepMs);
  }

  #slotOf(step: number): Set<T> {
    return this.#slots[step % SLOTS] as Set<T>;
  }
}
