/**
 * What is registered on this node, in memory: owned here, changed only by `apply`, which replays the log in the same way. Knows neither
 * disk nor servers; a listener learns of every change. Published records are frozen and replaced, never changed.
 */
import type { Check, CheckStatus } from '../model/check.ts';
import type { CheckRegistration } from '../model/check-registration.ts';
import type { Service, ServiceDefinition } from '../model/service.ts';
import { isEqual } from '../model/values.ts';
import { checkRecord, type StoredCheck } from './check-record.ts';
import type { CheckPut, CheckRemove, CheckResult, LetGo, LogEntry, ServicePut, ServiceRemove, Source } from './log-entry.ts';
import { type Subject, type SubjectKind, subjectOf } from './subject.ts';

/** Told of changes right after each; `undefined` stands for "was not there" and "is gone". */
export interface RegistryListener {
  /** `isNews` is false when only tags were taken over from the catalog, or the same was registered again. */
  serviceChanged(service: Service | undefined, previous: Service | undefined, isNews: boolean): void;
  checkChanged(check: Check | undefined, previous: Check | undefined): void;
  /** A check is to run as `stored` says from now on; follows `checkChanged`. */
  checkRegistered(stored: StoredCheck, check: Check): void;
}

/** A service as it was asked for: the tags of its record may be the catalog's. */
export interface StoredService {
  readonly definition: ServiceDefinition;
  readonly source: Source;
  /** '' for none. */
  readonly token: string;
}

/** Something that others deregistered. */
export interface Released {
  readonly kind: SubjectKind;
  readonly id: string;
  /** What a definition file says of it; `undefined`: not known yet. */
  readonly definition: ServiceDefinition | CheckRegistration | undefined;
}

export interface RegistryOptions {
  readonly nodeName: string;
  readonly nodeId: string;
}

export class Registry {
  readonly #options: RegistryOptions;
  readonly #services = new Map<string, Service>();
  readonly #storedServices = new Map<string, StoredService>();
  readonly #checks = new Map<string, Check>();
  readonly #stored = new Map<string, StoredCheck>();
  /** Check ids by service id; '' for the node's own. */
  readonly #checkIds = new Map<string, Set<string>>();
  readonly #released = new Map<Subject, Released>();
  #isAdopting = false;
  #listener: RegistryListener | undefined;

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /** Tells `listener` of every change from here on. One listener; while the log is replayed there is none. */
  listen(listener: RegistryListener): void {
    this.#listener = listener;
  }

  /** The live maps; not to be changed. */
  get services(): ReadonlyMap<string, Service> {
    return this.#services;
  }

  get checks(): ReadonlyMap<string, Check> {
    return this.#checks;
  }

  storedService(serviceId: string): StoredService | undefined {
    return this.#storedServices.get(serviceId);
  }

  stored(checkId: string): StoredCheck | undefined {
    return this.#stored.get(checkId);
  }

  /** The token that was given for it, or for the service of a check; '' if none was. */
  tokenOf(kind: SubjectKind, id: string): string {
    if (kind === 'service') return this.#storedServices.get(id)?.token ?? '';
    const registration = this.#stored.get(id)?.registration;
    return registration?.token ?? this.tokenOf('service', registration?.serviceId ?? '');
  }

  /** What a file said of what is registered, if it came from one. */
  fileDefinition(kind: SubjectKind, id: string): Released['definition'] {
    if (kind === 'check') return isFrom(this.#stored.get(id), FILE) ? this.#stored.get(id)?.registration : undefined;
    return isFrom(this.#storedServices.get(id), FILE) ? this.#storedServices.get(id)?.definition : undefined;
  }

  /** What others deregistered, as far as a file may still speak of it. */
  get released(): ReadonlyMap<Subject, Released> {
    return this.#released;
  }

  /** Whether the servers may hold what was registered here before the log began. */
  get isAdopting(): boolean {
    return this.#isAdopting;
  }

  checkIdsOf(serviceId: string): readonly string[] {
    return [...(this.#checkIds.get(serviceId) ?? [])];
  }

  /** Whether everything stands as `entry` would leave it, so that it need not be written. Only for entries that put something. */
  isSettled(entry: ServicePut | CheckPut): boolean {
    if (entry.op === 'check.put') return isStoredAs(this.#stored.get(entry.check.id), entry.check, entry);
    const { service: definition, checks, replaceChecks, source = 'api', token = '' } = entry;
    const stored = this.#storedServices.get(definition.id);
    if (stored?.source !== source || stored.token !== token || !isEqual(stored.definition, definition)) return false;
    if (replaceChecks && this.checkIdsOf(definition.id).length !== new Set(checks.map(({ id }) => id)).size) return false;
    return checks.every((check) => isStoredAs(this.#stored.get(check.id), check, { unsetDuration: '', source }));
  }

  /** Makes a change, at once. What it refers to may be gone by now: then nothing happens. */
  apply(entry: LogEntry): void {
    switch (entry.op) {
      case 'service.put':
        this.#putService(entry);
        break;
      case 'service.remove':
        if (isFrom(this.#storedServices.get(entry.id), entry)) this.#removeService(entry.id);
        break;
      case 'check.put':
        this.#putCheck(entry);
        break;
      case 'check.remove':
        if (isFrom(this.#stored.get(entry.id), entry)) this.#removeCheck(entry.id);
        break;
      case 'check.result':
        this.#setResult(entry);
        break;
      case 'let-go':
        this.#letGo(entry);
        break;
      case 'let-go.file':
        if (this.#released.has(subjectOf(entry.kind, entry.id))) this.#remember(entry);
        break;
      case 'let-go.end':
        this.#released.delete(subjectOf(entry.kind, entry.id));
        break;
      case 'adoption':
        this.#isAdopting = entry.isActive;
    }
  }

  /** Takes over the catalog's tags of a service with `enableTagOverride`. Not logged: the next full sync brings them again. */
  adoptTags(serviceId: string, tags: readonly string[]): void {
    const service = this.#services.get(serviceId);
    if (service !== undefined) this.#setService(Object.freeze({ ...service, tags }), false);
  }

  /** The shortest list of entries that gives this state. */
  *snapshot(): Iterable<LogEntry> {
    if (this.#isAdopting) yield { op: 'adoption', isActive: true };
    for (const { kind, id, definition } of this.#released.values()) {
      yield { op: 'let-go', kind, id, ...(definition === undefined ? {} : { definition }) };
    }
    for (const { definition: service, source, token } of this.#storedServices.values()) {
      yield { op: 'service.put', service, checks: [], replaceChecks: false, source, ...(token === '' ? {} : { token }) };
    }
    for (const [id, { registration, unsetDuration, source }] of this.#stored) {
      yield { op: 'check.put', check: registration, unsetDuration, source };
      const check = this.#checks.get(id);
      if (check !== undefined) yield { op: 'check.result', id, status: check.status, output: check.output };
    }
  }

  #putService({ service: definition, checks, replaceChecks, source = 'api', token = '' }: ServicePut): void {
    const { id } = definition;
    const before = this.#storedServices.get(id)?.definition;
    const tags = this.#tagsFor(definition, before);
    const { nodeName: node, nodeId: owner } = this.#options;
    this.#storedServices.set(id, { definition, source, token });
    this.#released.delete(subjectOf('service', id));
    this.#setService(Object.freeze({ ...definition, tags, node, owner, createIndex: 0, modifyIndex: 0 }), !isEqual(before, definition));
    const kept = new Set(checks.map((check) => check.id));
    if (replaceChecks) for (const checkId of this.checkIdsOf(id)) if (!kept.has(checkId)) this.#removeCheck(checkId);
    for (const check of checks) this.#storeCheck(storedCheck(check, { unsetDuration: '', source }));
  }

  /** The catalog's tags stay until the program itself asks for others. */
  #tagsFor(definition: ServiceDefinition, before: ServiceDefinition | undefined): readonly string[] {
    const isOverridden = before?.enableTagOverride === true && definition.enableTagOverride && isEqual(before.tags, definition.tags);
    return (isOverridden ? this.#services.get(definition.id)?.tags : undefined) ?? definition.tags;
  }

  #setService(service: Service, isNews: boolean): void {
    const previous = this.#services.get(service.id);
    this.#services.set(service.id, service);
    this.#listener?.serviceChanged(service, previous, isNews);
    for (const checkId of this.checkIdsOf(service.id)) this.#refreshCheck(checkId);
  }

  #removeService(id: string): void {
    const service = this.#services.get(id);
    if (service === undefined) return;
    for (const checkId of this.checkIdsOf(id)) this.#removeCheck(checkId);
    this.#services.delete(id);
    // What was registered is known until all have heard that it goes: its token goes with the last word about it.
    this.#listener?.serviceChanged(undefined, service, true);
    this.#storedServices.delete(id);
  }

  #putCheck(entry: CheckPut): void {
    const { check } = entry;
    if (check.serviceId === '' || this.#services.has(check.serviceId)) this.#storeCheck(storedCheck(check, entry));
  }

  /** A check that is registered again keeps its status and output, so that it does not flap. */
  #storeCheck(stored: StoredCheck): void {
    const { registration } = stored;
    const previous = this.#checks.get(registration.id);
    if (previous !== undefined && previous.serviceId !== registration.serviceId) this.#unlink(previous);
    this.#stored.set(registration.id, stored);
    this.#released.delete(subjectOf('check', registration.id));
    this.#link(registration);
    const check = this.#setCheck(registration.id, previous?.status ?? registration.status ?? 'critical', previous?.output ?? '');
    if (check !== undefined) this.#listener?.checkRegistered(stored, check);
  }

  #setResult({ id, status, output }: CheckResult): void {
    if (this.#checks.has(id)) this.#setCheck(id, status, output);
  }

  /** Gives a check the present name and tags of its service. */
  #refreshCheck(id: string): void {
    const check = this.#checks.get(id);
    const service = check && this.#services.get(check.serviceId);
    if (check === undefined || service === undefined) return;
    if (check.serviceName !== service.name || !isEqual(check.serviceTags, service.tags)) this.#setCheck(id, check.status, check.output);
  }

  #setCheck(id: string, status: CheckStatus, output: string): Check | undefined {
    const stored = this.#stored.get(id);
    if (stored === undefined) return undefined;
    const { nodeName: node, nodeId: owner } = this.#options;
    const service = this.#services.get(stored.registration.serviceId);
    const previous = this.#checks.get(id);
    const check = checkRecord(stored, { node, owner, service, status, output });
    this.#checks.set(id, check);
    this.#listener?.checkChanged(check, previous);
    return check;
  }

  #removeCheck(id: string): void {
    const check = this.#checks.get(id);
    if (check === undefined) return;
    this.#checks.delete(id);
    this.#unlink(check);
    this.#listener?.checkChanged(undefined, check);
    this.#stored.delete(id);
  }

  /** Remembers what a file says of it, so that the same file does not bring it back. */
  #letGo({ kind, id, definition }: LetGo): void {
    const known = definition ?? this.fileDefinition(kind, id) ?? this.#released.get(subjectOf(kind, id))?.definition;
    if (kind === 'service') this.#removeService(id);
    else this.#removeCheck(id);
    this.#remember({ kind, id, definition: known });
  }

  #remember({ kind, id, definition }: Released): void {
    this.#released.set(subjectOf(kind, id), { kind, id, definition });
  }

  #link({ id, serviceId }: CheckRegistration): void {
    const ids = this.#checkIds.get(serviceId);
    if (ids === undefined) this.#checkIds.set(serviceId, new Set([id]));
    else ids.add(id);
  }

  #unlink({ id, serviceId }: Check): void {
    const ids = this.#checkIds.get(serviceId);
    ids?.delete(id);
    if (ids?.size === 0) this.#checkIds.delete(serviceId);
  }
}

type StoredAs = Pick<CheckPut, 'unsetDuration' | 'source'>;

const storedCheck = (registration: CheckRegistration, { unsetDuration, source = 'api' }: StoredAs): StoredCheck => ({
  registration,
  unsetDuration,
  source,
});

/** Looks at what costs little first: a reload asks this of all that files define. */
const isStoredAs = (
  stored: StoredCheck | undefined,
  registration: CheckRegistration,
  { unsetDuration, source = 'api' }: StoredAs,
): boolean => stored?.source === source && stored.unsetDuration === unsetDuration && isEqual(stored.registration, registration);

const FILE = { source: 'file' } as const;

const isFrom = (stored: StoredService | StoredCheck | undefined, { source }: Pick<ServiceRemove | CheckRemove, 'source'>): boolean =>
  source === undefined || stored?.source === source;
