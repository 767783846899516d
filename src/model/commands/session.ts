/** Writes to sessions. */
import type { Indexed } from '../record.ts';
import type { Session } from '../session.ts';

export interface SessionCreate {
  readonly kind: 'session.create';
  /** With the id, chosen where the request entered, so that a resend creates nothing twice. */
  readonly session: Omit<Session, keyof Indexed>;
}

export interface SessionDestroy {
  readonly kind: 'session.destroy';
  readonly id: string;
}

/** Answers the session, or `undefined` if there is none, and starts its TTL anew. Moves no index. */
export interface SessionRenew {
  readonly kind: 'session.renew';
  readonly id: string;
}

/** The leader's own: a key's lock delay is over. */
export interface LockDelayEnd {
  readonly kind: 'lock-delay.end';
  readonly key: string;
}
