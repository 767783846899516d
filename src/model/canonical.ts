/**
 * The canonical form of what an agent registers: one text per record, equal exactly when two sides agree on what was registered.
 * Leaves out what only one side knows (indexes, owner, output) and what a side may set by itself (see each function). Pure.
 */
import { createHash } from 'node:crypto';
import type { CheckDefinition } from './commands/catalog.ts';
import type { ServiceDefinition } from './service.ts';

/** A check as both sides have it: a record, or a definition whose service name is filled in elsewhere. */
export type CanonicalCheck = CheckDefinition & { readonly serviceName: string };

/** What was registered of a service. Tags are left out under `enableTagOverride`: there the catalog's win. */
export function canonicalService(service: ServiceDefinition): string {
  return canonicalText({ ...serviceParts(service), tags: service.enableTagOverride ? undefined : service.tags });
}

/** What was registered of a check, and its status. The tags of its service are left out: the catalog copies them by itself. */
export function canonicalCheck(check: CanonicalCheck): string {
  const { id, name, status, notes, serviceId, serviceName, type, interval, timeout, exposedPort } = check;
  return canonicalText({ id, name, status, notes, serviceId, serviceName, type, interval, timeout, exposedPort });
}

/** 16 hex digits that change whenever a registration does: Consul's `ContentHash` of a service. */
export function contentHash(service: ServiceDefinition): string {
  return createHash('sha256')
    .update(canonicalText(serviceParts(service)))
    .digest('hex')
    .slice(0, 16);
}

/** Every part of a definition, and nothing else of the record it may be. Missing maps are empty ones: no side tells them apart. */
const serviceParts = (service: ServiceDefinition): Record<keyof ServiceDefinition, unknown> => ({
  id: service.id,
  name: service.name,
  kind: service.kind,
  tags: service.tags,
  address: service.address,
  port: service.port,
  socketPath: service.socketPath,
  taggedAddresses: service.taggedAddresses ?? {},
  meta: service.meta ?? {},
  weights: service.weights,
  enableTagOverride: service.enableTagOverride,
  proxy: service.proxy,
  connectNative: service.connectNative,
  locality: service.locality,
});

/** JSON with sorted keys, without `undefined` members, and exact integers. */
function canonicalText(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalText).join()}]`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalText(member)}`).join()}}`;
}
