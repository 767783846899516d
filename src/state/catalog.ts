/**
 * Nodes with what is on them, services by name, and Consul's index rules for both: an index per node and per service name, so that
 * a blocking query wakes for what it asked only. Case of node and service names does not count.
 */
import type { Check } from '../model/check.ts';
import type { Node } from '../model/node.ts';
import type { Service } from '../model/service.ts';
import { OrderedMap } from './ordered-map.ts';
import { ServiceIndex } from './service-index.ts';
import { SortedRecords } from './sorted-records.ts';

/** A node and what is on it. A check or a service may be applied before its node when a store is loaded. */
export interface NodeEntry {
  node: Node | undefined;
  readonly services: SortedRecords<Service>;
  readonly checks: SortedRecords<Check>;
  /** The last change of the node or of its services. */
  index: number;
}

export class Catalog {
  readonly #nodes = new OrderedMap<NodeEntry>();
  readonly #byId = new Map<string, Node>();
  readonly services: ServiceIndex = new ServiceIndex();
  nodesIndex = 0;
  checksIndex = 0;
  /** The last time a node or an id was removed: the index of nodes that are not there. */
  nodeRemovalIndex = 0;

  /** By name, in any case. */
  entry(name: string): NodeEntry | undefined {
    return this.#nodes.get(name.toLowerCase());
  }

  get nodeCount(): number {
    return this.#nodes.size;
  }

  node(name: string): Node | undefined {
    return this.entry(name)?.node;
  }

  nodeById(id: string): Node | undefined {
    return this.#byId.get(id);
  }

  /** The nodes whose id starts with `prefix` (two or more characters): at most the first two, since only a unique one counts. */
  nodesByIdPrefix(prefix: string): readonly Node[] {
    if (!/^[0-9a-f-]{2,36}$/i.test(prefix)) return [];
    const wanted = prefix.toLowerCase();
    const found: Node[] = [];
    for (const [id, node] of this.#byId) {
      if (!id.startsWith(wanted)) continue;
      found.push(node);
      if (found.length === 2) break;
    }
    return found;
  }

  /** All nodes, by name. */
  entries(): readonly NodeEntry[] {
    return this.#nodes.under('');
  }

  /** Puts or removes (`node` undefined) the node of that name; gives what stood there before. Removing nothing moves no index. */
  applyNode(name: string, node: Node | undefined, index: number): Node | undefined {
    const before = this.node(name);
    if (before === undefined && node === undefined) return undefined;
    const entry = this.#entryFor(name);
    this.#applyNodeId(before, node, index);
    entry.node = node;
    entry.index = index;
    this.nodesIndex = index;
    if (node === undefined) this.nodeRemovalIndex = index;
    this.#touchServices(entry, index);
    this.#dropIfEmpty(name, entry);
    return before;
  }

  /** As `applyNode`, for the service with that id on a node. */
  applyService(nodeName: string, id: string, service: Service | undefined, index: number): Service | undefined {
    const before = this.entry(nodeName)?.services.get(id);
    if (before === undefined && service === undefined) return undefined;
    const entry = this.#entryFor(nodeName);
    if (service === undefined) entry.services.delete(id);
    else entry.services.set(service);
    this.services.apply(before, service, index);
    entry.index = index;
    this.nodesIndex = index;
    this.#dropIfEmpty(nodeName, entry);
    return before;
  }

  /** As `applyNode`, for the check with that id on a node. */
  applyCheck(nodeName: string, id: string, check: Check | undefined, index: number): Check | undefined {
    const before = this.entry(nodeName)?.checks.get(id);
    if (before === undefined && check === undefined) return undefined;
    const entry = this.#entryFor(nodeName);
    if (check === undefined) entry.checks.delete(id);
    else entry.checks.set(check);
    this.checksIndex = index;
    for (const touched of new Set([before?.serviceId, check?.serviceId])) {
      if (touched === '') this.#touchServices(entry, index);
      else if (touched !== undefined) this.services.touch(entry.services.get(touched)?.name, index);
    }
    this.#dropIfEmpty(nodeName, entry);
    return before;
  }

  reset(floor: number): void {
    this.#nodes.clear();
    this.#byId.clear();
    this.services.reset(floor);
    this.nodesIndex = floor;
    this.checksIndex = floor;
    this.nodeRemovalIndex = floor;
  }

  #entryFor(name: string): NodeEntry {
    const key = name.toLowerCase();
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    const entry: NodeEntry = { node: undefined, services: new SortedRecords(), checks: new SortedRecords(), index: 0 };
    this.#nodes.set(key, entry);
    return entry;
  }

  /** In a commit that renames a node the new name may come before the removal of the old one: then the id is the new one's already. */
  #applyNodeId(before: Node | undefined, node: Node | undefined, index: number): void {
    if (before?.id && before.id !== node?.id) {
      if (this.#byId.get(before.id) === before) this.#byId.delete(before.id);
      this.nodeRemovalIndex = index;
    }
    if (node?.id) this.#byId.set(node.id, node);
  }

  #dropIfEmpty(name: string, entry: NodeEntry): void {
    if (entry.node === undefined && entry.services.size === 0 && entry.checks.size === 0) this.#nodes.delete(name.toLowerCase());
  }

  #touchServices(entry: NodeEntry, index: number): void {
    for (const service of entry.services) this.services.touch(service.name, index);
  }
}
