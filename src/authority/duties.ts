/** What a leader does beside deciding commands: timed duties, and what follows from commits. */
import type { Change } from '../model/record.ts';
import type { Duties } from './authority.ts';

export interface LeaderDuty extends Duties {
  /** A leadership begins, or everything was replaced: what is timed starts anew, at full length. */
  restart(): void;
  /** The leadership is over. */
  stop(): void;
}

/** Several as one; each is told in turn. */
export class LeaderDuties implements LeaderDuty {
  readonly #list: readonly LeaderDuty[];

  constructor(list: readonly LeaderDuty[]) {
    this.#list = list;
  }

  restart(): void {
    for (const duty of this.#list) duty.restart();
  }

  stop(): void {
    for (const duty of this.#list) duty.stop();
  }

  applied(changes: readonly Change[]): void {
    for (const duty of this.#list) duty.applied(changes);
  }

  renewed(sessionId: string): void {
    for (const duty of this.#list) duty.renewed(sessionId);
  }
}
