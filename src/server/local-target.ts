/** A server's own node registers with a function call: no link in between. And what is held for a node, for whoever asks. */
import type { SyncTarget } from '../local/sync-target.ts';
import { registrationDigest } from '../model/canonical.ts';
import type { CatalogDeregister, CatalogRegister, NodeDefinition } from '../model/commands/catalog.ts';
import { type Digest, isSameDigest } from '../model/digest.ts';
import type { RemoteNode } from '../model/remote-node.ts';
import type { State } from '../state/state.ts';
import type { Backend } from '../topics/backend.ts';

export interface LocalTargetOptions {
  readonly backend: Backend;
  readonly state: State;
  readonly node: Pick<NodeDefinition, 'id' | 'name'>;
}

export class LocalTarget implements SyncTarget {
  readonly #options: LocalTargetOptions;

  constructor(options: LocalTargetOptions) {
    this.#options = options;
  }

  async push(command: CatalogRegister | CatalogDeregister): Promise<void> {
    await this.#options.backend.submit(command.kind === 'catalog.register' ? { ...command, isOfServer: true } : command);
  }

  async fetch(digest: Digest): Promise<RemoteNode | 'same'> {
    const { state, node } = this.#options;
    return fetchNode(state, { node: node.name, owner: node.id, digest });
  }
}

export interface NodeQuestion {
  readonly node: string;
  /** The node id of the agent that asks. */
  readonly owner: string;
  /** `registrationDigest` of what it registered. */
  readonly digest: Digest;
}

/**
 * What is held for a node; `same` if that is just what its agent registered. Never `same` where there is more to learn than the digest
 * tells: tombstones, and tags that the catalog may override.
 */
export function fetchNode(state: State, { node, owner, digest }: NodeQuestion): RemoteNode | 'same' {
  const entry = state.catalog.entry(node);
  const services = entry?.services.list() ?? [];
  const checks = entry?.checks.list() ?? [];
  const isOwn = (record: { readonly owner: string }): boolean => record.owner === owner;
  const tombstones = [...state.tombstones.on(node)].filter(isOwn);
  const own = services.filter(isOwn);
  const hasMore = tombstones.length > 0 || own.some(({ enableTagOverride }) => enableTagOverride);
  if (!hasMore && isSameDigest(digest, registrationDigest(own, checks.filter(isOwn)))) return 'same';
  return { services, checks, tombstones };
}
