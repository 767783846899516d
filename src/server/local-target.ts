/** A server's own node registers with a function call: no link in between. */
import type { SyncTarget } from '../local/sync-target.ts';
import type { CatalogDeregister, CatalogRegister } from '../model/commands/catalog.ts';
import type { RemoteNode } from '../model/remote-node.ts';
import type { State } from '../state/state.ts';
import type { Backend } from '../topics/backend.ts';

export interface LocalTargetOptions {
  readonly backend: Backend;
  readonly state: State;
  readonly nodeName: string;
}

export class LocalTarget implements SyncTarget {
  readonly #options: LocalTargetOptions;

  constructor(options: LocalTargetOptions) {
    this.#options = options;
  }

  async push(command: CatalogRegister | CatalogDeregister): Promise<void> {
    await this.#options.backend.submit(command);
  }

  fetch(): Promise<RemoteNode> {
    const entry = this.#options.state.catalog.entry(this.#options.nodeName);
    return Promise.resolve({ services: entry?.services.list() ?? [], checks: entry?.checks.list() ?? [], tombstones: [] });
  }
}
