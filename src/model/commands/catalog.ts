/** Writes to the catalog: one request is one atomic write. */
import type { Check } from '../check.ts';
import type { Indexed } from '../record.ts';
import type { ServiceDefinition } from '../service.ts';
import type { Locality, StringMap } from '../values.ts';

/** A check as registered: names of service and tags are filled in from the service. */
export type CheckDefinition = Omit<Check, keyof Indexed | 'node' | 'serviceName' | 'serviceTags' | 'owner'>;

export interface CatalogRegister {
  readonly kind: 'catalog.register';
  readonly node: NodeDefinition;
  /** Leaves an existing node record as it is. */
  readonly skipNodeUpdate: boolean;
  /** More than one only from an agent's anti-entropy. */
  readonly services: readonly ServiceDefinition[];
  readonly checks: readonly CheckDefinition[];
  /** The node id of the registering agent; '' for the catalog endpoint. Becomes the owner of the records. */
  readonly owner: string;
  /** A program registered this anew: tombstones of it end. Without it, its owner cannot bring back what others deregistered. */
  readonly revives?: boolean;
  /** A server registers what is on its own node, for which no agent links. No link may say so. */
  readonly isOfServer?: boolean;
  /** The token that the registration was made with, for access rules to judge it by; missing: the agent's own. Never stored, never shown. */
  readonly token?: string;
}

export interface NodeDefinition {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly taggedAddresses: StringMap | undefined;
  readonly meta: StringMap | undefined;
  readonly locality: Locality | undefined;
}

export interface CatalogDeregister {
  readonly kind: 'catalog.deregister';
  readonly node: string;
  /** A service (with its checks), else a check, else, with both '', the whole node. Unknown things are fine. */
  readonly serviceId: string;
  readonly checkId: string;
  /** The node id of the agent that lets go of it; '' or missing for any other door: then what an agent owns leaves a tombstone. */
  readonly owner?: string;
  /** As for a registration. */
  readonly token?: string;
}
