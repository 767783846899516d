/**
 * Compares what is registered here with what the servers hold, and marks what differs. Removes only what this agent owns: records that
 * were written through the catalog, or by another agent, are not its own; and nothing at all while it adopts. Pure but for the marks and
 * the tags it sets.
 */
import { canonicalCheck, canonicalService } from '../model/canonical.ts';
import { SERF_HEALTH } from '../model/node.ts';
import type { RemoteNode } from '../model/remote-node.ts';
import type { Service } from '../model/service.ts';
import { isEqual } from '../model/values.ts';
import type { Outbox } from './outbox.ts';
import type { Registry } from './registry.ts';

/** The service that servers register for themselves. */
const CONSUL_SERVICE = 'consul';

export interface DiffOptions {
  readonly registry: Registry;
  readonly outbox: Outbox;
  /** The node id of this agent. */
  readonly owner: string;
  /** True: what is not registered here may be again soon, and stays. */
  readonly isAdopting: boolean;
}

/** Marks each difference in the outbox. Where the catalog's tags win, they are taken over instead. */
export function markDifferences(remote: RemoteNode, options: DiffOptions): void {
  markServices(remote, options);
  markChecks(remote, options);
  markTombstones(remote, options);
}

function markServices(remote: RemoteNode, { registry, outbox, owner, isAdopting }: DiffOptions): void {
  const remoteServices = new Map(remote.services.map((service) => [service.id, service]));
  for (const service of registry.services.values()) {
    const held = remoteServices.get(service.id);
    if (held !== undefined && isTagsTakenOver(service, outbox)) adoptTags(registry, service, held);
    if (held === undefined || !isEqual(canonicalService(held), canonicalService(service))) outbox.markService(service.id, 'put');
  }
  if (isAdopting) return;
  for (const { id, owner: remoteOwner } of remoteServices.values()) {
    if (remoteOwner === owner && id !== CONSUL_SERVICE && !registry.services.has(id)) outbox.markService(id, 'remove');
  }
}

/** Not while the program's own change of them is still on its way. */
const isTagsTakenOver = (service: Service, outbox: Outbox): boolean =>
  service.enableTagOverride && outbox.serviceMark(service.id) !== 'put';

function adoptTags(registry: Registry, service: Service, held: Service): void {
  if (!isEqual(service.tags, held.tags)) registry.adoptTags(service.id, held.tags);
}

function markChecks(remote: RemoteNode, { registry, outbox, owner, isAdopting }: DiffOptions): void {
  const remoteChecks = new Map(remote.checks.map((check) => [check.id, check]));
  for (const check of registry.checks.values()) {
    const held = remoteChecks.get(check.id);
    if (held === undefined || !isEqual(canonicalCheck(held), canonicalCheck(check))) outbox.markCheck(check, 'put');
  }
  if (isAdopting) return;
  for (const check of remoteChecks.values()) {
    if (check.owner === owner && check.id !== SERF_HEALTH && !registry.checks.has(check.id)) outbox.markCheck(check, 'remove');
  }
}

/** What is still registered here was asked for by its program: it comes back. Of all else this agent lets go, which ends the tombstone. */
function markTombstones({ tombstones }: RemoteNode, { registry, outbox, owner }: DiffOptions): void {
  for (const { kind, id, owner: formerOwner } of tombstones) {
    if (formerOwner !== owner) continue;
    const check = registry.checks.get(id);
    if (kind === 'service') outbox.markService(id, registry.services.has(id) ? 'put' : 'remove');
    else outbox.markCheck(check ?? { id, serviceId: '' }, check === undefined ? 'remove' : 'put');
  }
}
