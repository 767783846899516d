/**
 * The canonical form of what an agent registers: equal (`isEqual`) exactly when two sides agree on what was registered. Leaves out
 * what only one side knows (indexes, owner, output) and what a side may set by itself (see each function). Pure.
 */
import { createHash } from 'node:crypto';
import type { CheckDefinition } from './commands/catalog.ts';
import { addDigests, type Digest, EMPTY_DIGEST, textDigest } from './digest.ts';
import type { ServiceDefinition } from './service.ts';

/** Missing maps are empty ones: no side tells them apart. */
export type CanonicalService = Readonly<Record<keyof ServiceDefinition, unknown>>;

export type CanonicalCheck = Omit<CheckDefinition, 'output' | 'definition'> & { readonly serviceName: string };

/** What was registered of a service. Tags are left out under `enableTagOverride`: there the catalog's win. */
export const canonicalService = (service: ServiceDefinition): CanonicalService => ({
  ...partsOf(service),
  tags: service.enableTagOverride ? undefined : service.tags,
});

/** What was registered of a check, and its status. The tags of its service are left out: the catalog copies them by itself. */
export const canonicalCheck = (check: CanonicalCheck): CanonicalCheck => ({
  id: check.id,
  name: check.name,
  status: check.status,
  notes: check.notes,
  serviceId: check.serviceId,
  serviceName: check.serviceName,
  type: check.type,
  interval: check.interval,
  timeout: check.timeout,
  exposedPort: check.exposedPort,
});

/** 16 hex digits that change whenever a registration does: Consul's `ContentHash` of a service. */
export function contentHash(service: ServiceDefinition): string {
  const digest = createHash('sha256')
    .update(canonicalText(partsOf(service)))
    .digest('hex');
  return digest.slice(0, 16);
}

/** Equal exactly when two sides agree on all that an agent registered: neither order nor indexes nor outputs count. */
export function registrationDigest(services: Iterable<ServiceDefinition>, checks: Iterable<CanonicalCheck>): Digest {
  let sum = EMPTY_DIGEST;
  for (const service of services) sum = addDigests(sum, digestOf(service, serviceDigest));
  for (const check of checks) sum = addDigests(sum, digestOf(check, checkDigest));
  return sum;
}

const serviceDigest = (service: ServiceDefinition): Digest => textDigest(`service ${canonicalText(canonicalService(service))}`);
const checkDigest = (check: CanonicalCheck): Digest => textDigest(`check ${canonicalText(canonicalCheck(check))}`);

/** Of records that cannot change any more: ten thousand of them are compared every few minutes. */
const digests = new WeakMap<object, Digest>();

function digestOf<T extends object>(record: T, digest: (record: T) => Digest): Digest {
  const known = digests.get(record);
  if (known !== undefined) return known;
  const found = digest(record);
  if (Object.isFrozen(record)) digests.set(record, found);
  return found;
}

const NOTHING = Object.freeze({});

/** Every part of a definition, and nothing else of the record it may be. */
const partsOf = (service: ServiceDefinition): CanonicalService => ({
  id: service.id,
  name: service.name,
  kind: service.kind,
  tags: service.tags,
  address: service.address,
  port: service.port,
  socketPath: service.socketPath,
  taggedAddresses: service.taggedAddresses ?? NOTHING,
  meta: service.meta ?? NOTHING,
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
