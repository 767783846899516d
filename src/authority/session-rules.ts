/** What ends a session, and what its end does to the keys that it holds and the queries bound to it (spec sections 7, 10). */
import type { KvEntry } from '../model/kv.ts';
import { MAX_LOCK_DELAY_MS, type Session } from '../model/session.ts';
import type { Draft } from './draft.ts';
import { removeQueriesOf } from './query-rules.ts';

/** Ends a session: its keys are released or deleted, and stay closed for its lock delay; its queries go. */
export function invalidateSession(draft: Draft, session: Session): void {
  draft.removeSession(session);
  removeQueriesOf(draft, session.id);
  const delayMs = Math.min(session.lockDelayNs / 1e6, MAX_LOCK_DELAY_MS);
  for (const entry of draft.heldBy(session.id)) {
    if (session.behavior === 'delete') draft.removeKv(entry);
    else draft.putKv(released(entry), true);
    if (delayMs > 0) draft.putLockDelay({ key: entry.key, delayMs });
  }
}

const released = ({ key, value, flags, lockIndex }: KvEntry): Omit<KvEntry, 'createIndex' | 'modifyIndex'> => ({
  key,
  value,
  flags,
  session: '',
  lockIndex,
});

/** Ends the sessions that stand on a check which failed or went. */
export function invalidateSessionsOfCheck(draft: Draft, node: string, checkId: string): void {
  for (const session of draft.sessionsOn(node)) {
    if (checkIdsOf(session).includes(checkId)) invalidateSession(draft, session);
  }
}

/** The ids of all checks that a session stands on. */
export const checkIdsOf = (session: Pick<Session, 'nodeChecks' | 'checks' | 'serviceChecks'>): string[] => [
  ...(session.nodeChecks ?? []),
  ...(session.checks ?? []),
  ...(session.serviceChecks ?? []).map((ref) => ref.id),
];
