/** From a definition to the body of its registration, or all that is wrong with it. The agent judges the rest, in Consul's words. */
import { CHECK_STATUSES } from '../model/check.ts';
import type { Json } from '../model/values.ts';
import { KonsulError } from '../runtime/errors.ts';
import { stringifyJson } from '../wire/json.ts';
import type { RegisterDefinition } from './definition.ts';
import {
  FieldReader,
  type FieldTable,
  flag,
  headers,
  mapOf,
  milliseconds,
  object,
  oneOf,
  text,
  textMap,
  texts,
  whole,
  word,
} from './definition-fields.ts';

const MAX_PORT = 65_535;
const MAX_COUNT = 1_000_000;
const MIN_INTERVAL_MS = 1_000;

const serviceFields: FieldTable = {
  name: word('Name'),
  id: word('ID'),
  address: text('Address'),
  port: whole('Port', 0, MAX_PORT),
  socketPath: text('SocketPath'),
  tags: texts('Tags'),
  meta: textMap('Meta'),
  weights: object('Weights', { passing: whole('Passing', 1, MAX_PORT), warning: whole('Warning', 0, MAX_PORT) }),
  taggedAddresses: mapOf('TaggedAddresses', { address: word('Address'), port: whole('Port', 0, MAX_PORT) }),
  locality: object('Locality', { region: text('Region'), zone: text('Zone') }),
  enableTagOverride: flag('EnableTagOverride'),
};

/** What says of which kind a check is. */
const kinds: FieldTable = {
  ttlMs: milliseconds('TTL', 1),
  http: word('HTTP'),
  tcp: word('TCP'),
  udp: word('UDP'),
  grpc: word('GRPC'),
  h2ping: word('H2PING'),
  script: texts('ScriptArgs'),
  osService: word('OSService'),
  aliasService: word('AliasService'),
};

const checkFields: FieldTable = {
  id: word('CheckID'),
  name: text('Name'),
  notes: text('Notes'),
  status: oneOf('Status', CHECK_STATUSES),
  successBeforePassing: whole('SuccessBeforePassing', 0, MAX_COUNT),
  failuresBeforeWarning: whole('FailuresBeforeWarning', 0, MAX_COUNT),
  failuresBeforeCritical: whole('FailuresBeforeCritical', 0, MAX_COUNT),
  deregisterAfterMs: milliseconds('DeregisterCriticalServiceAfter', 0),
  ...kinds,
  intervalMs: milliseconds('Interval', MIN_INTERVAL_MS),
  timeoutMs: milliseconds('Timeout', 0),
  method: text('Method'),
  headers: headers('Header'),
  body: text('Body'),
  disableRedirects: flag('DisableRedirects'),
  useTls: flag('useTls'),
  tlsServerName: text('TLSServerName'),
  tlsSkipVerify: flag('TLSSkipVerify'),
};

/** Kinds that run by themselves, never at an interval. */
const UNTIMED: readonly string[] = ['ttlMs', 'aliasService'];
/** What `useTls` is called with each kind that has it. */
const TLS_NAMES: Readonly<Record<string, string>> = { tcp: 'TCPUseTLS', grpc: 'GRPCUseTLS', h2ping: 'H2PingUseTLS' };

/** What a registration needs to know of its checks. */
export interface ReadCheck {
  readonly id: string;
  /** `undefined` for a check that the agent runs. */
  readonly ttlMs: number | undefined;
}

export interface ReadDefinition {
  readonly id: string;
  readonly name: string;
  readonly checks: readonly ReadCheck[];
  /** JSON of the HTTP API. */
  readonly body: string;
}

/** Throws BAD_REQUEST with everything that is wrong in its text, and as `details.problems`. */
export function readDefinition(definition: RegisterDefinition): ReadDefinition {
  const reader = new FieldReader();
  const { checks: givenChecks, ...given } = isRecord(definition) ? definition : ({} as RegisterDefinition);
  const service = reader.read(isRecord(definition) ? given : definition, serviceFields, '');
  if (isRecord(definition) && given.name === undefined) reader.problems.push('name is missing');
  const checks = readChecks(reader, givenChecks);
  if (reader.problems.length > 0) throw refusal(reader.problems);
  const id = given.id ?? given.name;
  const named = checks.map((check, at) => ({ ...check, CheckID: check.CheckID ?? defaultCheckId(id, at, checks.length) }));
  refuseTwice(named.map(({ CheckID }) => String(CheckID)));
  return {
    id,
    name: given.name,
    checks: named.map(({ CheckID }, at) => ({ id: String(CheckID), ttlMs: ttlOf(givenChecks?.[at]) })),
    body: stringifyJson({ ...service, Checks: named }),
  };
}

/** Consul's own ids, stated: so that it is known which to report. */
const defaultCheckId = (serviceId: string, at: number, count: number): string => `service:${serviceId}${count === 1 ? '' : `:${at + 1}`}`;

const ttlOf = (check: object | undefined): number | undefined =>
  check !== undefined && 'ttlMs' in check ? (check.ttlMs as number) : undefined;

const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

type CheckJson = { readonly [wire: string]: Json };

function readChecks(reader: FieldReader, given: unknown): readonly CheckJson[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) {
    reader.problems.push('checks must be a list');
    return [];
  }
  return given.map((check: unknown, at) => readCheck(reader, check, `checks[${at}]`));
}

function readCheck(reader: FieldReader, given: unknown, at: string): CheckJson {
  const { useTls, ...made } = reader.read(given, checkFields, at);
  if (!isRecord(given)) return {};
  const names = Object.entries(given as object).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const kind = kindOf(reader, names, at);
  if (kind === undefined) return made;
  const isTimed = !UNTIMED.includes(kind);
  if (isTimed && !names.includes('intervalMs')) reader.problems.push(`${at}.intervalMs is missing: how often is it to be run?`);
  if (!isTimed && names.includes('intervalMs')) reader.problems.push(`${at}.intervalMs makes no sense beside ${kind}`);
  if (useTls === undefined) return made;
  const tlsName = TLS_NAMES[kind];
  if (tlsName === undefined) reader.problems.push(`${at}.useTls makes no sense beside ${kind}`);
  return { ...made, [tlsName ?? '']: useTls };
}

function kindOf(reader: FieldReader, names: readonly string[], at: string): string | undefined {
  const found = names.filter((name) => Object.hasOwn(kinds, name));
  if (found.length === 1) return found[0];
  const all = Object.keys(kinds).join(', ');
  reader.problems.push(found.length === 0 ? `${at} needs one of ${all}` : `${at} must have one of ${found.join(' and ')}, not both`);
  return undefined;
}

function refuseTwice(ids: readonly string[]): void {
  const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
  if (twice.length > 0) throw refusal(twice.map((id) => `checks: the id ${id} is there twice`));
}

const refusal = (problems: readonly string[]): KonsulError =>
  new KonsulError('BAD_REQUEST', `this cannot be registered: ${problems.join('; ')}`, { details: { problems } });
