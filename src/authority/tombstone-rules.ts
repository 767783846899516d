/**
 * What was deregistered of an agent through another door than that agent's stays away, until the agent has let go of it or its program
 * registers it anew (DESIGN section 5). There is at most one tombstone for each record that an agent owned.
 */
import type { CatalogRegister } from '../model/commands/catalog.ts';
import { tombstoneId } from '../model/record.ts';
import type { Tombstone } from '../model/tombstone.ts';
import type { Draft, Unindexed } from './draft.ts';

/** One service or check. */
type Place = Pick<Tombstone, 'node' | 'kind' | 'id'>;

/** Marks what `by` ('': no agent) is about to remove of somebody else. A record that no agent owns leaves nothing. */
export function bury(draft: Draft, { node, kind, id, owner }: Unindexed<Tombstone>, by: string): void {
  if (owner !== '' && owner !== by) draft.putRecord('tombstone', { node, kind, id, owner });
}

/** Ends the tombstone of a place, if it is one of this owner's. True: there was one. */
export function unbury(draft: Draft, place: Place, owner: string): boolean {
  const tombstone = tombstoneOf(draft, place, owner);
  if (tombstone !== undefined) draft.removeRecord('tombstone', tombstone);
  return tombstone !== undefined;
}

/**
 * What is to be written of a registration: without that which others deregistered, and without the checks of such services. If a program
 * registered it anew, the tombstones of what it names end instead.
 */
export function withoutBuried(draft: Draft, command: CatalogRegister): Pick<CatalogRegister, 'services' | 'checks'> {
  const { owner, services, checks, revives = false } = command;
  if (owner === '') return command;
  const node = command.node.name;
  if (revives) {
    for (const { id } of services) unbury(draft, { node, kind: 'service', id }, owner);
    for (const { id } of checks) unbury(draft, { node, kind: 'check', id }, owner);
  }
  const isBuried = (kind: Tombstone['kind'], id: string): boolean => tombstoneOf(draft, { node, kind, id }, owner) !== undefined;
  return {
    services: services.filter(({ id }) => !isBuried('service', id)),
    checks: checks.filter(({ id, serviceId }) => !isBuried('check', id) && (serviceId === '' || !isBuried('service', serviceId))),
  };
}

function tombstoneOf(draft: Draft, { node, kind, id }: Place, owner: string): Tombstone | undefined {
  const tombstone = draft.record('tombstone', tombstoneId(node, kind, id));
  return tombstone?.owner === owner ? tombstone : undefined;
}
