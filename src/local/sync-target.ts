/** Where local registrations go: on a server a function call, on an agent the link. Owned by `local/`, connected by the assemblies. */
import type { CatalogDeregister, CatalogRegister } from '../model/commands/catalog.ts';
import type { Digest } from '../model/digest.ts';
import type { RemoteNode } from '../model/remote-node.ts';

export interface SyncTarget {
  /** Delivers one write; resolves when the servers have it and reads through this node show it. Throws when they do not. */
  push(command: CatalogRegister | CatalogDeregister): Promise<void>;
  /** What the servers hold for this node now; `same` if that is what `digest` stands for (`registrationDigest`). */
  fetch(digest: Digest): Promise<RemoteNode | 'same'>;
}
