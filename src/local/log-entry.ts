/**
 * The changes that the local log holds, and their bytes. Replaying them in order gives the state again: `registry.ts` applies them,
 * alive and after a restart alike. Adding a kind or a member needs no new log format; changing the meaning of one does.
 */
import type { CheckStatus } from '../model/check.ts';
import type { CheckRegistration } from '../model/check-registration.ts';
import type { ServiceDefinition } from '../model/service.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';
import { parseJson, stringifyJson } from '../wire/json.ts';
import type { SubjectKind } from './subject.ts';

export type LogEntry = ServicePut | ServiceRemove | CheckPut | CheckRemove | CheckResult | LetGo | LetGoFile | LetGoEnd | Adoption;

/** Who asked for a service or check: a program over the API, or a definition file of this agent. */
export type Source = 'api' | 'file';

export interface ServicePut {
  readonly op: 'service.put';
  readonly service: ServiceDefinition;
  readonly checks: readonly CheckRegistration[];
  /** Removes checks of the service that are not among `checks`. */
  readonly replaceChecks: boolean;
  /** Of the service and of `checks`. Absent: `api`. */
  readonly source?: Source;
  /** Sent with the service and its checks, for access rules; never shown. Absent: the agent's own. */
  readonly token?: string;
}

/** With its checks. */
export interface ServiceRemove {
  readonly op: 'service.remove';
  readonly id: string;
  /** Only if it is from there by then; absent: in any case. */
  readonly source?: Source;
}

export interface CheckPut {
  readonly op: 'check.put';
  readonly check: CheckRegistration;
  /** How an interval or time-out that was not given is shown: Consul shows checks registered on their own differently. */
  readonly unsetDuration: '' | '0s';
  /** Absent: `api`. */
  readonly source?: Source;
}

export interface CheckRemove {
  readonly op: 'check.remove';
  readonly id: string;
  /** As for a service. */
  readonly source?: Source;
}

export interface CheckResult {
  readonly op: 'check.result';
  readonly id: string;
  readonly status: CheckStatus;
  readonly output: string;
}

/**
 * Others deregistered it, and this agent follows: it goes, a service with its checks, and definition files do not bring it back until
 * what they say of it changes.
 */
export interface LetGo {
  readonly op: 'let-go';
  readonly kind: SubjectKind;
  readonly id: string;
  /** What a file says of it. Absent: what is registered, if that came from a file; else not known yet. */
  readonly definition?: ServiceDefinition | CheckRegistration;
}

/** What a file says of something that was let go, where that was not known. Only if it was not registered again meanwhile. */
export interface LetGoFile {
  readonly op: 'let-go.file';
  readonly kind: SubjectKind;
  readonly id: string;
  readonly definition: ServiceDefinition | CheckRegistration;
}

/** No file speaks of it any more. */
export interface LetGoEnd {
  readonly op: 'let-go.end';
  readonly kind: SubjectKind;
  readonly id: string;
}

/** The log is new, and the servers may hold what was registered here before (true); or the time for that is over. */
export interface Adoption {
  readonly op: 'adoption';
  readonly isActive: boolean;
}

export const encodeEntry = (entry: LogEntry): Uint8Array => Buffer.from(stringifyJson(entry), 'utf8');

/** Throws STORE_UNREADABLE for bytes that are no entry. Their checksum was right, so that is a fault of the program that wrote them. */
export function decodeEntry(bytes: Uint8Array): LogEntry {
  try {
    return parseJson(Buffer.from(bytes).toString('utf8')) as unknown as LogEntry;
  } catch (error) {
    throw new KonsulError('STORE_UNREADABLE', `The local log holds a record that is no entry: ${messageOf(error)}`, { cause: error });
  }
}

/** What an entry registers. */
export function definitionsIn(entry: LogEntry): (readonly [SubjectKind, ServiceDefinition | CheckRegistration])[] {
  if (entry.op === 'check.put') return [['check', entry.check]];
  if (entry.op !== 'service.put') return [];
  return [['service', entry.service], ...entry.checks.map((check) => ['check', check] as const)];
}
