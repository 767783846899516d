/** Service instances by the name they go by, each name with its own index, tags and mesh targets. */

import type { Service } from '../model/service.ts';

/** All instances of one name. Lives while there is at least one. */
export interface ServiceGroup {
  /** As the newest instance spells it. */
  name: string;
  readonly instances: Set<Service>;
  /** The last change of an instance, of its checks or of its node. */
  index: number;
  /** The union of the instances' tags; made when asked for. */
  tags: readonly string[] | undefined;
}

export class ServiceIndex {
  readonly #groups = new Map<string, ServiceGroup>();
  /** Instances that can be reached through the mesh, by the service they stand for. */
  readonly #connect = new Map<string, Set<Service>>();
  #index = 0;
  #extinctionIndex = 0;

  /** The last registration, change or removal of any instance. */
  get index(): number {
    return this.#index;
  }

  /** The last time any name lost its last instance: the index of names without instances. 0 if that never happened. */
  get extinctionIndex(): number {
    return this.#extinctionIndex;
  }

  /** Names with instances. */
  get nameCount(): number {
    return this.#groups.size;
  }

  /** Instances of all names. Counts them by name. */
  get instanceCount(): number {
    let count = 0;
    for (const { instances } of this.#groups.values()) count += instances.size;
    return count;
  }

  group(name: string): ServiceGroup | undefined {
    return this.#groups.get(name.toLowerCase());
  }

  /** All names with instances, sorted. */
  groups(): readonly ServiceGroup[] {
    return [...this.#groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
  }

  connectInstances(name: string): Iterable<Service> {
    return this.#connect.get(name.toLowerCase())?.values() ?? [];
  }

  /** Takes an instance in, out, or exchanges it; at least one of the two is given. `before` is the very record that was taken in. */
  apply(before: Service | undefined, after: Service | undefined, index: number): void {
    this.#index = index;
    if (before !== undefined) this.#unlinkConnect(before);
    if (after !== undefined) this.#linkConnect(after);
    // The new one first: a name whose only instance is exchanged has not lost its last.
    if (after !== undefined) this.#add(after, index);
    if (before !== undefined && before !== after) this.#remove(before, index);
  }

  /** A check or the node of an instance changed. */
  touch(name: string | undefined, index: number): void {
    const group = name === undefined ? undefined : this.group(name);
    if (group !== undefined) group.index = index;
  }

  reset(floor: number): void {
    this.#groups.clear();
    this.#connect.clear();
    this.#index = floor;
    this.#extinctionIndex = floor > 1 ? floor : 0;
  }

  #add(service: Service, index: number): void {
    const key = service.name.toLowerCase();
    const group = this.#groups.get(key) ?? { name: service.name, instances: new Set(), index: 0, tags: undefined };
    group.instances.add(service);
    group.name = service.name;
    group.index = index;
    group.tags = undefined;
    this.#groups.set(key, group);
  }

  #remove(service: Service, index: number): void {
    const key = service.name.toLowerCase();
    const group = this.#groups.get(key);
    if (group === undefined) return;
    group.instances.delete(service);
    group.index = index;
    group.tags = undefined;
    if (group.instances.size > 0) return;
    this.#groups.delete(key);
    this.#extinctionIndex = index;
  }

  #linkConnect(service: Service): void {
    const target = connectTarget(service);
    if (target === undefined) return;
    const instances = this.#connect.get(target) ?? new Set<Service>();
    instances.add(service);
    this.#connect.set(target, instances);
  }

  #unlinkConnect(service: Service): void {
    const target = connectTarget(service);
    const instances = target === undefined ? undefined : this.#connect.get(target);
    instances?.delete(service);
    if (target !== undefined && instances?.size === 0) this.#connect.delete(target);
  }
}

/** The union of a group's tags, sorted. */
export function tagsOf(group: ServiceGroup): readonly string[] {
  if (group.tags !== undefined) return group.tags;
  const tags = new Set<string>();
  for (const service of group.instances.values()) for (const tag of service.tags) tags.add(tag);
  group.tags = [...tags].sort();
  return group.tags;
}

/** The service (in lower case) that an instance stands for in the mesh: itself if native, a proxy its destination. */
export function connectTarget(service: Service): string | undefined {
  if (service.connectNative) return service.name.toLowerCase();
  if (service.kind !== 'connect-proxy') return undefined;
  const proxy = service.proxy as { readonly DestinationServiceName?: unknown } | undefined;
  return typeof proxy?.DestinationServiceName === 'string' ? proxy.DestinationServiceName.toLowerCase() : undefined;
}
