/**
 * What programs asked for since the servers were last known to agree: only that may bring back what others deregistered meanwhile. Pure
 * memory, so a restart brings nothing back; bounded by what is registered, as agreement empties it.
 */
import type { Subject } from './subject.ts';

export class Revivals {
  /** When each was asked for last. */
  readonly #askedAt = new Map<Subject, number>();
  #moment = 0;

  /** The present moment, in calls of `asked`. */
  get moment(): number {
    return this.#moment;
  }

  /** A program registers it now, changed or not. */
  asked(subject: Subject): void {
    this.#moment += 1;
    this.#askedAt.set(subject, this.#moment);
  }

  has(subject: Subject): boolean {
    return this.#askedAt.has(subject);
  }

  /** The servers have it as it was at `moment`. */
  agreed(subject: Subject, moment: number): void {
    if ((this.#askedAt.get(subject) ?? Number.POSITIVE_INFINITY) <= moment) this.#askedAt.delete(subject);
  }

  /** The servers were compared with what was here at `moment`; what is still on its way to them is left out. */
  agreedOnAll(moment: number, isOnItsWay: (subject: Subject) => boolean): void {
    for (const subject of this.#askedAt.keys()) if (!isOnItsWay(subject)) this.agreed(subject, moment);
  }
}
