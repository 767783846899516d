/**
 * What the servers do not have yet: one mark per service and check, kept until the servers confirm it. A mark says that something
 * changed, never how: what is sent is the state at that moment. Pure memory; after a restart the full sync finds the marks again.
 */

import type { Check } from '../model/check.ts';
import type { CatalogDeregister, CatalogRegister, CheckDefinition, NodeDefinition } from '../model/commands/catalog.ts';
import type { Service, ServiceDefinition } from '../model/service.ts';
import type { Registry } from './registry.ts';

export type MarkKind = 'put' | 'remove';

interface Mark {
  readonly kind: MarkKind;
  /** '' for a service, and for a check of the node. */
  readonly serviceId: string;
}

/** Identity tells marks apart: a mark that was set again while its push was on the way is another one, and stays. */
interface Covered {
  readonly marks: Map<string, Mark>;
  readonly id: string;
  readonly mark: Mark;
}

/** One write, and the marks that its confirmation clears. */
export interface Push {
  readonly command: CatalogRegister | CatalogDeregister;
  readonly covers: readonly Covered[];
}

export class Outbox {
  #node: NodeDefinition;
  readonly #registry: Registry;
  readonly #services = new Map<string, Mark>();
  readonly #checks = new Map<string, Mark>();

  constructor(node: NodeDefinition, registry: Registry) {
    this.#node = node;
    this.#registry = registry;
  }

  /** Records that wait to be confirmed. */
  get size(): number {
    return this.#services.size + this.#checks.size;
  }

  /** What is sent from here on is for this node record. */
  setNode(node: NodeDefinition): void {
    this.#node = node;
  }

  get isEmpty(): boolean {
    return this.size === 0;
  }

  markService(id: string, kind: MarkKind): void {
    this.#services.set(id, { kind, serviceId: '' });
  }

  markCheck(check: Pick<Check, 'id' | 'serviceId'>, kind: MarkKind): void {
    this.#checks.set(check.id, { kind, serviceId: check.serviceId });
  }

  /** The mark of a service, if it has one. */
  serviceMark(id: string): MarkKind | undefined {
    return this.#services.get(id)?.kind;
  }

  /** Clears what a push covered, as far as it was not marked again meanwhile. */
  confirm(push: Push): void {
    for (const { marks, id, mark } of push.covers) if (marks.get(id) === mark) marks.delete(id);
  }

  /** A write for each removal: of a service with its checks, and of each other check. */
  removals(): Push[] {
    const pushes: Push[] = [];
    const gone = this.#byService('remove');
    for (const [id, mark] of this.#services) {
      if (mark.kind !== 'remove') continue;
      pushes.push({ command: this.#deregister(id, ''), covers: [{ marks: this.#services, id, mark }, ...(gone.get(id) ?? [])] });
      gone.delete(id);
    }
    for (const covered of [...gone.values()].flat()) pushes.push({ command: this.#deregister('', covered.id), covers: [covered] });
    return pushes;
  }

  /** A write for each service with those of its checks that are marked, and for the marked checks of each other service. */
  puts(): Push[] {
    const pushes: Push[] = [];
    const checks = this.#byService('put');
    for (const [id, mark] of this.#services) {
      if (mark.kind !== 'put') continue;
      pushes.push(this.#register(id, [{ marks: this.#services, id, mark }, ...(checks.get(id) ?? [])]));
      checks.delete(id);
    }
    for (const covered of checks.values()) pushes.push(this.#register(undefined, covered));
    return pushes;
  }

  #byService(kind: MarkKind): Map<string, Covered[]> {
    const groups = new Map<string, Covered[]>();
    for (const [id, mark] of this.#checks) {
      if (mark.kind !== kind) continue;
      const covered = { marks: this.#checks, id, mark };
      const group = groups.get(mark.serviceId);
      if (group === undefined) groups.set(mark.serviceId, [covered]);
      else group.push(covered);
    }
    return groups;
  }

  #register(serviceId: string | undefined, covers: readonly Covered[]): Push {
    const service = serviceId === undefined ? undefined : this.#registry.services.get(serviceId);
    const checks = covers.filter(({ marks }) => marks === this.#checks).map(({ id }) => this.#registry.checks.get(id));
    const command: CatalogRegister = {
      kind: 'catalog.register',
      node: this.#node,
      skipNodeUpdate: true,
      services: service === undefined ? [] : [serviceDefinition(service)],
      checks: checks.filter((check) => check !== undefined).map(checkDefinition),
      owner: this.#node.id,
    };
    return { command, covers };
  }

  #deregister(serviceId: string, checkId: string): CatalogDeregister {
    return { kind: 'catalog.deregister', node: this.#node.name, serviceId, checkId };
  }
}

/** The catalog gives a record its own node, owner and indexes. */
function serviceDefinition({ node, owner, createIndex, modifyIndex, ...definition }: Service): ServiceDefinition {
  return definition;
}

function checkDefinition({ node, owner, createIndex, modifyIndex, serviceName, serviceTags, ...definition }: Check): CheckDefinition {
  return definition;
}
