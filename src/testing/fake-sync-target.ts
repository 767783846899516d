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

  /** Somebody deregisters a service or check of an agent through another door: it leaves a tombstone. */
  deregisterElsewhere(kind: Tombstone['kind'], id: string): void {
    const record = kind === 'service' ? this.services.get(id) : this.checks.get(id);
    if (record === undefined) return;
    this.tombstones.add({ kind, id, node: record.node, owner: record.owner, createIndex: 1, modifyIndex: 1 });
    this.#remove(kind, id);
  }

  #register(command: CatalogRegister): void {
    if (command.services.length === 0 && command.checks.length === 0) {
      this.nodeWrites += 1;
      return;
    }
    this.pushes.push(command);
    const stamp = { node: command.node.name, owner: command.owner, createIndex: 1, modifyIndex: 1 };
    for (const service of command.services) {
      if (this.#mayReturn('service', service.id, command)) this.services.set(service.id, { ...service, ...stamp });
    }
    for (const check of command.checks) {
      if (!this.#mayReturn('check', check.id, command) || this.#tombstone('service', check.serviceId) !== undefined) continue;
      const service = this.services.get(check.serviceId);
      this.checks.set(check.id, { ...check, ...stamp, serviceName: service?.name ?? '', serviceTags: service?.tags ?? [] });
    }
  }

  #mayReturn(kind: Tombstone['kind'], id: string, { revives = false }: CatalogRegister): boolean {
    const tombstone = this.#tombstone(kind, id);
    if (tombstone !== undefined && revives) this.tombstones.delete(tombstone);
    return tombstone === undefined || revives;
  }

  #deregister(command: CatalogDeregister): void {
    this.pushes.push(command);
    const kind = command.serviceId === '' ? 'check' : 'service';
    const id = command.serviceId || command.checkId;
    const tombstone = this.#tombstone(kind, id);
    if (tombstone === undefined) this.#remove(kind, id);
    else if (tombstone.owner === command.owner) this.tombstones.delete(tombstone);
  }

  #remove(kind: Tombstone['kind'], id: string): void {
    if (kind === 'check') {
      this.checks.delete(id);
      return;
    }
    this.services.delete(id);
    for (const check of this.checks.values()) if (check.serviceId === id) this.checks.delete(check.id);
  }

  #tombstone(kind: Tombstone['kind'], id: string): Tombstone | undefined {
    return [...this.tombstones].find((each) => each.kind === kind && each.id === id);
  }
}
