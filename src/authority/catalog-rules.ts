/** Writes to nodes, services and checks with all that follows from them, for the catalog commands and for transactions. */
import type { Check } from '../model/check.ts';
import type { CheckDefinition, NodeDefinition } from '../model/commands/catalog.ts';
import { type Node, SERF_HEALTH } from '../model/node.ts';
import type { Service, ServiceDefinition } from '../model/service.ts';
import { reject } from './define-command.ts';
import type { Draft } from './draft.ts';
import { invalidateSession, invalidateSessionsOfCheck } from './session-rules.ts';

/** Puts a node. A known id under a new name renames it; a name held by another live id is refused. */
export function putNode(draft: Draft, definition: NodeDefinition): Node {
  const holder = draft.node(definition.name);
  if (definition.id === '') return draft.putNode({ ...definition, id: holder?.id ?? '' });
  const known = draft.nodeById(definition.id);
  const renamed = known?.name.toLowerCase() === definition.name.toLowerCase() ? undefined : known;
  if (holder !== undefined && holder.id !== '' && holder.id !== definition.id && isAlive(draft, holder)) {
    const who = renamed === undefined ? `"${definition.id}"` : `"${definition.id}" (${definition.address})`;
    const holds = `Node name ${definition.name} is reserved by node ${holder.id} with name ${holder.name} (${holder.address})`;
    throw reject(`failed inserting node: Error while renaming Node ID: ${who}: ${holds}`);
  }
  if (renamed !== undefined) removeNode(draft, renamed);
  return draft.putNode(definition);
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

export function removeCheck(draft: Draft, check: Check): void {
  draft.removeCheck(check);
  invalidateSessionsOfCheck(draft, check.node, check.id);
}

/** Removes a service and its checks. */
export function removeService(draft: Draft, service: Service): void {
  for (const check of draft.checks(service.node)) if (check.serviceId === service.id) removeCheck(draft, check);
  draft.removeService(service);
}

/** Removes a node and all that is on it. */
export function removeNode(draft: Draft, node: Node): void {
  for (const session of draft.sessionsOn(node.name)) invalidateSession(draft, session);
  for (const check of draft.checks(node.name)) draft.removeCheck(check);
  for (const service of draft.services(node.name)) draft.removeService(service);
  const coordinate = draft.record('coordinate', node.name.toLowerCase());
  if (coordinate !== undefined) draft.removeRecord('coordinate', coordinate);
  draft.removeNode(node);
}
