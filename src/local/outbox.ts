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
import { type Marked, type MarkKind, Marks } from './marks.ts';
import type { Registry } from './registry.ts';
import { Revivals } from './revivals.ts';
import { type Concerned, subjectOf } from './subject.ts';

/** One write, and the marks that its confirmation clears. */
export interface Push {
  readonly command: CatalogRegister | CatalogDeregister;
  readonly covers: readonly Marked[];
  /** Of the revivals, when it was made. */
  readonly moment: number;
}

export class Outbox {
  /** What programs asked for lately. */
  readonly revivals: Revivals = new Revivals();
  readonly #registry: Registry;
  readonly #marks = new Marks();
  readonly #confirmations = new Confirmations();
  #node: NodeDefinition;

  constructor(node: NodeDefinition, registry: Registry) {
    this.#node = node;
    this.#registry = registry;
  }

  /** Records that wait to be confirmed. */
  get size(): number {
    return this.#marks.size;
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
    this.#marks.set('service', id, { kind, serviceId: '', token });
  }

  /** `token`: of a check that is gone. */
  markCheck({ id, serviceId }: Pick<Check, 'id' | 'serviceId'>, kind: MarkKind, token: string = ''): void {
    this.#marks.set('check', id, { kind, serviceId, token });
  }

  /** The mark of a service, if it has one. */
  serviceMark(id: string): MarkKind | undefined {
    return this.#marks.get('service', id)?.kind;
  }

  /** Waits for the marks that these have now; what has none is confirmed. */
  confirmed(clock: Clock, timeoutMs: number, subjects: Concerned): Promise<Outcome> {
    const expected = subjects.flatMap(([kind, id]): Expected[] => {
      const mark = this.#marks.get(kind, id);
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
    for (const covered of covers) {
      this.#marks.clear(covered);
      const subject = subjectOf(covered.kind, covered.id);
      this.revivals.agreed(subject, moment);
      this.#confirmations.answered({ subject, number: covered.mark.number }, refusal);
    }
  }

  /** The servers were compared with what was here at `moment`: what differed is marked. */
  agreed(moment: number): void {
    this.revivals.agreedOnAll(moment, (subject) => this.#marks.has(subject));
  }

  /** A write for each removal: of a service with its checks, and of each other check. See `Marks.groups` for `only`, and for when it is made. */
  *removals(only?: Concerned): Generator<Push> {
    for (const { service, checks } of this.#marks.groups('remove', only)) {
      if (service !== undefined) yield this.#deregister(service, checks);
      else for (const check of checks) yield this.#deregister(check, []);
    }
  }

  /** A write for each service with those of its checks that are marked, and for the marked checks of each other service. */
  *puts(only?: Concerned): Generator<Push> {
    for (const { service, checks } of this.#marks.groups('put', only)) {
      yield this.#register(service?.id, service === undefined ? checks : [service, ...checks]);
    }
  }

  #register(serviceId: string | undefined, covers: readonly Marked[]): Push {
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
  #tokenOf(covers: readonly Marked[]): string {
    for (const { kind, id } of covers) {
      const token = this.#registry.tokenOf(kind, id);
      if (token !== '') return token;
    }
    return '';
  }

  #deregister(what: Marked, checks: readonly Marked[]): Push {
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
