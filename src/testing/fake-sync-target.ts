/** Servers for the local state, in memory: they hold what is pushed as a catalog would, count writes, and fail when told to. */
import type { SyncTarget } from '../local/sync-target.ts';
import type { Check } from '../model/check.ts';
import type { CatalogDeregister, CatalogRegister } from '../model/commands/catalog.ts';
import type { RemoteNode } from '../model/remote-node.ts';
import type { Service } from '../model/service.ts';
import type { Tombstone } from '../model/tombstone.ts';

export class FakeSyncTarget implements SyncTarget {
  /** All writes that were taken, oldest first; without those of the node alone. May be emptied. */
  readonly pushes: (CatalogRegister | CatalogDeregister)[] = [];
  /** Writes of the node record alone. */
  nodeWrites = 0;
  /** What the catalog holds for the node, to be looked at and changed. */
  readonly services: Map<string, Service> = new Map();
  readonly checks: Map<string, Check> = new Map();
  readonly tombstones: Set<Tombstone> = new Set();
  /** Called before each write and each `fetch`; what it throws is the answer, and a promise makes the servers slow. */
  before: (command: CatalogRegister | CatalogDeregister | 'fetch') => void | Promise<void> = () => {};

  async push(command: CatalogRegister | CatalogDeregister): Promise<void> {
    await this.before(command);
    if (command.kind === 'catalog.deregister') this.#deregister(command);
    else this.#register(command);
  }

  /** Always in full: that the digest is the same is for servers to find. */
  async fetch(): Promise<RemoteNode> {
    await this.before('fetch');
    return { services: [...this.services.values()], checks: [...this.checks.values()], tombstones: [...this.tombstones] };
  }

  #register(command: CatalogRegister): void {
    if (command.services.length === 0 && command.checks.length === 0) {
      this.nodeWrites += 1;
      return;
    }
    this.pushes.push(command);
    const stamp = { node: command.node.name, owner: command.owner, createIndex: 1, modifyIndex: 1 };
    for (const service of command.services) this.services.set(service.id, { ...service, ...stamp });
    for (const check of command.checks) {
      const service = this.services.get(check.serviceId);
      this.checks.set(check.id, { ...check, ...stamp, serviceName: service?.name ?? '', serviceTags: service?.tags ?? [] });
    }
  }

  #deregister(command: CatalogDeregister): void {
    this.pushes.push(command);
    if (command.serviceId === '') {
      this.checks.delete(command.checkId);
      return;
    }
    this.services.delete(command.serviceId);
    for (const check of this.checks.values()) if (check.serviceId === command.serviceId) this.checks.delete(check.id);
  }
}
