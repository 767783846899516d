/** What others deregistered of this agent's own, and is to go here as well. Pure. */
import type { Tombstone } from '../model/tombstone.ts';
import type { LetGo } from './log-entry.ts';
import type { Registry } from './registry.ts';

/**
 * What lets go of it, of what is registered here: nothing of what a program asked for since the servers were last known to agree. Those
 * of another owner are not for this agent.
 */
export function releasesOf(
  registry: Registry,
  tombstones: readonly Tombstone[],
  { owner, isAskedFor }: { readonly owner: string; readonly isAskedFor: (kind: LetGo['kind'], id: string) => boolean },
): LetGo[] {
  const mine = tombstones.filter(({ kind, id, owner: formerOwner }) => {
    const isHere = kind === 'service' ? registry.services.has(id) : registry.checks.has(id);
    return isHere && formerOwner === owner && !isAskedFor(kind, id);
  });
  return mine.map(({ kind, id }) => ({ op: 'let-go', kind, id }));
}
