/** Where local registrations go: on a server a function call, on an agent the link. Owned by `local/`, connected by the assemblies. */

import type { Check } from '../model/check.ts';
import type { CatalogDeregister, CatalogRegister } from '../model/commands/catalog.ts';
import type { Service } from '../model/service.ts';

/** What the servers hold for this node. */
export interface RemoteNode {
  readonly services: readonly Service[];
  readonly checks: readonly Check[];
}

export interface SyncTarget {
  /** Delivers one write; resolves when the servers have it and reads through this node show it. Throws when they do not. */
  push(command: CatalogRegister | CatalogDeregister): Promise<void>;
  /** What the servers hold for this node now. */
  fetch(): Promise<RemoteNode>;
}
