/** What a caller is told who waits for the servers (`?wait=synced`), and they do not confirm. */
import { KonsulError, messageOf } from '../runtime/errors.ts';
import type { Outcome } from './confirmations.ts';

/** The longest that such a caller waits. */
export const SYNCED_TIMEOUT_MS = 10_000;

/** Throws NOT_SYNCED unless the servers confirmed it; SHUTTING_DOWN when the agent stops. What was done here stays. */
export function refuseUnsynced(outcome: Outcome): void {
  if (outcome === 'confirmed') return;
  if (outcome === 'late') throw new KonsulError('NOT_SYNCED', LATE);
  if (outcome.code === 'SHUTTING_DOWN') throw outcome;
  throw new KonsulError('NOT_SYNCED', `Done on this node, but the servers refused it: ${messageOf(outcome)}`, { cause: outcome });
}

const LATE = `Done on this node, but not confirmed by the servers within ${SYNCED_TIMEOUT_MS / 1_000}s: it goes on being sent`;
