/** Who waits for the servers to confirm what (`?wait=synced`). Holds waiters only as long as they wait. */
import type { Clock } from '../runtime/clock.ts';
import type { KonsulError } from '../runtime/errors.ts';
import type { Subject } from './subject.ts';

/** A change that is to be confirmed: the mark of a subject with this number, or a later one. */
export interface Expected {
  readonly subject: Subject;
  readonly number: number;
}

/** How a wait ended: with the servers' refusal if there was one. */
export type Outcome = 'confirmed' | 'late' | KonsulError;

interface Waiter {
  readonly left: Map<Subject, number>;
  readonly settle: (outcome: Outcome) => void;
}

export class Confirmations {
  readonly #waiting = new Map<Subject, Set<Waiter>>();

  /** Ends when all that is expected is confirmed, the first of it is refused, or after `timeoutMs`. */
  wait(clock: Clock, timeoutMs: number, expected: readonly Expected[]): Promise<Outcome> {
    if (expected.length === 0) return Promise.resolve('confirmed');
    return new Promise((resolve) => {
      const left = new Map(expected.map(({ subject, number }) => [subject, number]));
      const waiter: Waiter = {
        left,
        settle: (outcome) => {
          timer.cancel();
          for (const subject of left.keys()) this.#forget(subject, waiter);
          resolve(outcome);
        },
      };
      const timer = clock.after(timeoutMs, () => waiter.settle('late'));
      for (const subject of left.keys()) this.#waitersOf(subject).add(waiter);
    });
  }

  /** The servers have the change, or refuse it. */
  answered({ subject, number }: Expected, refusal: KonsulError | undefined): void {
    for (const waiter of this.#waiting.get(subject) ?? []) {
      if ((waiter.left.get(subject) ?? 0) > number) continue;
      if (refusal !== undefined) waiter.settle(refusal);
      else this.#confirmed(subject, waiter);
    }
  }

  /** Nothing more will be confirmed. */
  stop(reason: KonsulError): void {
    for (const waiters of this.#waiting.values()) for (const waiter of waiters) waiter.settle(reason);
  }

  #confirmed(subject: Subject, waiter: Waiter): void {
    waiter.left.delete(subject);
    this.#forget(subject, waiter);
    if (waiter.left.size === 0) waiter.settle('confirmed');
  }

  #waitersOf(subject: Subject): Set<Waiter> {
    const waiters = this.#waiting.get(subject) ?? new Set();
    this.#waiting.set(subject, waiters);
    return waiters;
  }

  #forget(subject: Subject, waiter: Waiter): void {
    const waiters = this.#waiting.get(subject);
    waiters?.delete(waiter);
    if (waiters?.size === 0) this.#waiting.delete(subject);
  }
}
