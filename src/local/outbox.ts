/**
 * What the servers do not have yet: one mark per service and check, kept until the servers confirm it. A mark says that something
 * changed, never how: what is sent is the state at that moment. Pure memory; after a restart the full sync finds the marks again.
 */
import type { Check } from '../model/check.ts';
import type { CatalogDeregister, CatalogRegister, CheckDefinition, NodeDefinition } from '../model/commands/catalog.ts';
import type { Service, ServiceDefinition } from '../model/service.ts';
import type { Clock } from '../runtime/clock.ts';
import type { KonsulError } from '../runtime/errors.ts';
import { Confirmations, type Expected, type Outcome } from './confirmations.ts';
import type { Registry } from './registry.ts';
import { Revivals } from './revivals.ts';
import { type Subject, type SubjectKind, subjectOf } from './subject.ts';

export type MarkKind = 'put' | 'remove';

interface Mark {
  readonly kind: MarkKind;
  /** '' for a service, and for a check of the node. */
  readonly serviceId: string;
  /** Of what is to be removed: it is not registered any more. */
  readonly token: string;
  /** A mark that was set again while its push was on the way is another one, and stays. */
  readonly number: number;
}

/** What a write delivers. */
interface Covered {
  readonly kind: SubjectKind;
  readonly id: string;
  readonly mark: Mark;
}

/** One write, and the marks that its confirmation clears. */
export interface Push {
  readonly command: CatalogRegister | CatalogDeregister;
  readonly covers: readonly Covered[];
  /** Of the revivals, when it was made. */
  readonly moment: number;
}

export class Outbox {
  /** What programs asked for lately. */
  readonly revivals: Revivals = new Revivals();
  readonly #registry: Registry;
  readonly #marks = { service: new Map<string, Mark>(), check: new Map<string, Mark>() };
  readonly #confirmations = new Confirmations();
  #node: NodeDefinition;
  #marked = 0;

  constructor(node: NodeDefinition, registry: Registry) {
    this.#node = node;
    this.#registry = registry;
  }

  /** Records that wait to be confirmed. */
  get size(): number {
    return this.#marks.service.size + this.#marks.check.size;
  }

  get isEmpty(): boolean {
    return this.size === 0;
  }

  /** What is sent from here on is for this node record. */
  setNode(node: NodeDefinition): void {
    this.#node = node;
  }

  /** `token`: of a service that is gone. */
  markService(id: string, kind: MarkKind, token: string = ''): void {
    this.#marked += 1;
    this.#marks.service.set(id, { kind, serviceId: '', token, number: this.#marked });
  }

  /** `token`: of a check that is gone. */
  markCheck({ id, serviceId }: Pick<Check, 'id' | 'serviceId'>, kind: MarkKind, token: string = ''): void {
    this.#marked += 1;
    this.#marks.check.set(id, { kind, serviceId, token, number: this.#marked });
  }

  /** The mark of a service, if it has one. */
  serviceMark(id: string): MarkKind | undefined {
    return this.#marks.service.get(id)?.kind;
  }

  /** Waits for the marks that these have now; what has none is confirmed. */
  confirmed(clock: Clock, timeoutMs: number, subjects: readonly (readonly [SubjectKind, string])[]): Promise<Outcome> {
    const expected = subjects.flatMap(([kind, id]): Expected[] => {
      const mark = this.#marks[kind].get(id);
      return mark === undefined ? [] : [{ subject: subjectOf(kind, id), number: mark.number }];
    });
    return this.#confirmations.wait(clock, timeoutMs, expected);
  }

  /** Ends all waits. */
  stop(reason: KonsulError): void {
    this.#confirmations.stop(reason);
  }

  /** Clears what a push covered, as far as it was not marked again meanwhile. `refusal`: the servers will not have it. */
  confirm({ covers, moment }: Push, refusal?: KonsulError): void {
    for (const { kind, id, mark } of covers) {
      const marks = this.#marks[kind];
      if (marks.get(id) === mark) marks.delete(id);
      const subject = subjectOf(kind, id);
      this.revivals.agreed(subject, moment);
      this.#confirmations.answered({ subject, number: mark.number }, refusal);
    }
  }

  /** The servers were compared with what was here at `moment`: what differed is marked. */
  agreed(moment: number): void {
    const onTheWay = new Set<Subject>();
    for (const kind of ['service', 'check'] as const) for (const id of this.#marks[kind].keys()) onTheWay.add(subjectOf(kind, id));
    this.revivals.agreedOnAll(moment, (subject) => onTheWay.has(subject));
  }

  /** A write for each removal: of a service with its checks, and of each other check. */
  removals(): Push[] {
    const pushes: Push[] = [];
    const gone = this.#checksByService('remove');
    for (const [id, mark] of this.#marks.service) {
      if (mark.kind !== 'remove') continue;
      pushes.push(this.#deregister({ kind: 'service', id, mark }, gone.get(id) ?? []));
      gone.delete(id);
    }
    for (const covered of [...gone.values()].flat()) pushes.push(this.#deregister(covered, []));
    return pushes;
  }

  /** A write for each service with those of its checks that are marked, and for the marked checks of each other service. */
  puts(): Push[] {
    const pushes: Push[] = [];
    const checks = this.#checksByService('put');
    for (const [id, mark] of this.#marks.service) {
      if (mark.kind !== 'put') continue;
      pushes.push(this.#register(id, [{ kind: 'service', id, mark }, ...(checks.get(id) ?? [])]));
      checks.delete(id);
    }
    for (const covered of checks.values()) pushes.push(this.#register(undefined, covered));
    return pushes;
  }

  #checksByService(kind: MarkKind): Map<string, Covered[]> {
    const groups = new Map<string, Covered[]>();
    for (const [id, mark] of this.#marks.check) {
      if (mark.kind !== kind) continue;
      const covered: Covered = { kind: 'check', id, mark };
      const group = groups.get(mark.serviceId);
      if (group === undefined) groups.set(mark.serviceId, [covered]);
      else group.push(covered);
    }
    return groups;
  }

  #register(serviceId: string | undefined, covers: readonly Covered[]): Push {
    const service = serviceId === undefined ? undefined : this.#registry.services.get(serviceId);
    const checks = covers.filter(({ kind }) => kind === 'check').map(({ id }) => this.#registry.checks.get(id));
    const isAskedFor = covers.some(({ kind, id }) => this.revivals.has(subjectOf(kind, id)));
    const command: CatalogRegister = {
      kind: 'catalog.register',
      node: this.#node,
      skipNodeUpdate: true,
      services: service === undefined ? [] : [serviceDefinition(service)],
      checks: checks.filter((check) => check !== undefined).map(checkDefinition),
      owner: this.#node.id,
      ...(isAskedFor ? { revives: true } : {}),
      ...withToken(this.#tokenOf(covers)),
    };
    return { command, covers, moment: this.revivals.moment };
  }

  /** Of what is registered: a service's own, which then counts for its checks too. */
  #tokenOf(covers: readonly Covered[]): string {
    for (const { kind, id } of covers) {
      const token = this.#registry.tokenOf(kind, id);
      if (token !== '') return token;
    }
    return '';
  }

  #deregister(what: Covered, checks: readonly Covered[]): Push {
    const command: CatalogDeregister = {
      kind: 'catalog.deregister',
      node: this.#node.name,
      serviceId: what.kind === 'service' ? what.id : '',
      checkId: what.kind === 'check' ? what.id : '',
      owner: this.#node.id,
      ...withToken(what.mark.token),
    };
    return { command, covers: [what, ...checks], moment: this.revivals.moment };
  }
}

const withToken = (token: string): { readonly token?: string } => (token === '' ? {} : { token });

/** The catalog gives a record its own node, owner and indexes. */
function serviceDefinition({ node, owner, createIndex, modifyIndex, ...definition }: Service): ServiceDefinition {
  return definition;
}

function checkDefinition({ node, owner, createIndex, modifyIndex, serviceName, serviceTags, ...definition }: Check): CheckDefinition {
  return definition;
}
