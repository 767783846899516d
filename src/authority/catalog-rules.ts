/** Writes to nodes, services and checks with all that follows from them, for the catalog commands and for transactions. */
import type { Check } from '../model/check.ts';
import type { CheckDefinition, NodeDefinition } from '../model/commands/catalog.ts';
import { type Node, SERF_HEALTH } from '../model/node.ts';
import type { Service, ServiceDefinition } from '../model/service.ts';
import type { KonsulError } from '../runtime/errors.ts';
import { reject } from './define-command.ts';
import type { Draft } from './draft.ts';
import { invalidateSession, invalidateSessionsOfCheck } from './session-rules.ts';
import { bury } from './tombstone-rules.ts';

/** Puts a node. A known id under a new name renames it; a name held by another live id is refused. */
export function putNode(draft: Draft, definition: NodeDefinition): Node {
  const holder = draft.node(definition.name);
  if (definition.id === '') return draft.putNode({ ...definition, id: holder?.id ?? '' });
  if (holder !== undefined && holder.id !== '' && holder.id !== definition.id && isAlive(draft, holder))
    throw nameReserved(definition, holder, renamedBy(draft, definition) !== undefined);
  return settleNode(draft, definition);
}

/** Puts a node whose name is free for it; a known id under a new name is renamed, and nothing of the old one stays. */
export function settleNode(draft: Draft, definition: NodeDefinition): Node {
  const renamed = renamedBy(draft, definition);
  if (renamed !== undefined) removeNode(draft, renamed);
  return draft.putNode(definition);
}

/** The node that has the id, if its name is another one. */
function renamedBy(draft: Draft, { id, name }: NodeDefinition): Node | undefined {
  const known = draft.nodeById(id);
  return known?.name.toLowerCase() === name.toLowerCase() ? undefined : known;
}

/** The name is another living node's: Consul's text. `isKnown`: the id has a node already, of another name. */
export function nameReserved(definition: NodeDefinition, holder: Node, isKnown: boolean): KonsulError {
  const who = isKnown ? `"${definition.id}" (${definition.address})` : `"${definition.id}"`;
  const holds = `Node name ${definition.name} is reserved by node ${holder.id} with name ${holder.name} (${holder.address})`;
  return reject(`failed inserting node: Error while renaming Node ID: ${who}: ${holds}`);
}

/** Only a node whose agent is known to be gone gives its name up. */
const isAlive = (draft: Draft, node: Node): boolean => draft.check(node.name, SERF_HEALTH)?.status !== 'critical';

/** Puts a service on a node; its checks take over its name and tags. */
export function putService(draft: Draft, node: Node, definition: ServiceDefinition, owner: string): Service {
  const before = draft.service(node.name, definition.id);
  const service = draft.putService({ ...definition, node: node.name, owner: owner || (before?.owner ?? '') });
  if (before === undefined || service === before) return service;
  for (const check of draft.checks(node.name)) {
    if (check.serviceId !== service.id) continue;
    const { createIndex: _c, modifyIndex: _m, ...rest } = check;
    draft.putCheck({ ...rest, serviceName: service.name, serviceTags: service.tags });
  }
  return service;
}

/** Puts a check of a node or of one of its services; a critical one ends the sessions that stand on it. */
export function putCheck(draft: Draft, node: Node, definition: CheckDefinition, owner: string): Check {
  const service = definition.serviceId === '' ? undefined : draft.service(node.name, definition.serviceId);
  if (definition.serviceId !== '' && service === undefined) {
    throw reject(`Unknown service ID '${definition.serviceId}' for check ID '${definition.id}'`);
  }
  const before = draft.check(node.name, definition.id);
  const check = draft.putCheck({
    ...definition,
    node: node.name,
    serviceName: service?.name ?? '',
    serviceTags: service?.tags ?? [],
    owner: owner || (before?.owner ?? ''),
  });
  if (check !== before && check.status === 'critical') invalidateSessionsOfCheck(draft, node.name, check.id);
  return check;
}

/** Removes a check. `by` is the agent that does so, '' for any other door; see `bury`. */
export function removeCheck(draft: Draft, check: Check, by: string): void {
  bury(draft, { ...check, kind: 'check' }, by);
  dropCheck(draft, check);
}

/** Removes a service and its checks. Its own tombstone stands for those of its checks that the same agent owned. */
export function removeService(draft: Draft, service: Service, by: string): void {
  bury(draft, { ...service, kind: 'service' }, by);
  for (const check of draft.checks(service.node)) {
    if (check.serviceId !== service.id) continue;
    if (check.owner === service.owner) dropCheck(draft, check);
    else removeCheck(draft, check, by);
  }
  draft.removeService(service);
}

function dropCheck(draft: Draft, check: Check): void {
  draft.removeCheck(check);
  invalidateSessionsOfCheck(draft, check.node, check.id);
}

/** Removes a node and all that is on it, and that it was an agent's. */
export function removeNode(draft: Draft, node: Node): void {
  for (const session of draft.sessionsOn(node.name)) invalidateSession(draft, session);
  for (const check of draft.checks(node.name)) draft.removeCheck(check);
  for (const service of draft.services(node.name)) draft.removeService(service);
  const coordinate = draft.record('coordinate', node.name.toLowerCase());
  if (coordinate !== undefined) draft.removeRecord('coordinate', coordinate);
  const agent = draft.record('agent', node.name.toLowerCase());
  if (agent !== undefined) draft.removeRecord('agent', agent);
  for (const tombstone of draft.tombstonesOn(node.name)) draft.removeRecord('tombstone', tombstone);
  draft.removeNode(node);
}
