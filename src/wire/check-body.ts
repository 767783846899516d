/** A check in a request body, as the catalog shows it (HealthCheck). */
import { isCheckStatus } from '../model/check.ts';
import type { CheckDefinition } from '../model/commands/catalog.ts';
import { formatDurationNs } from '../model/duration.ts';
import type { Json } from '../model/values.ts';
import { bool, duration, int, list, map, object, type Schema, text, uint64 } from './schema.ts';

/** How the check is run: kept and shown, run by nobody here. Durations in nanoseconds. */
type DefinitionBody = Readonly<Record<string, unknown>>;

export interface CheckBody {
  readonly Node?: string;
  readonly CheckID?: string;
  readonly Name?: string;
  readonly Status?: string;
  readonly Notes?: string;
  readonly Output?: string;
  readonly ServiceID?: string;
  readonly Type?: string;
  readonly Interval?: string;
  readonly Timeout?: string;
  readonly ExposedPort?: number;
  readonly Definition?: DefinitionBody;
  readonly ModifyIndex?: number | bigint;
}

const checkDefinition: Schema<DefinitionBody> = object(
  {
    Interval: duration(),
    Timeout: duration(),
    DeregisterCriticalServiceAfter: duration(),
    IntervalDuration: duration(),
    TimeoutDuration: duration(),
    DeregisterCriticalServiceAfterDuration: duration(),
    HTTP: text(),
    TLSServerName: text(),
    TLSSkipVerify: bool(),
    Header: map(list(text())),
    Method: text(),
    Body: text(),
    DisableRedirects: bool(),
    TCP: text(),
    TCPUseTLS: bool(),
    UDP: text(),
    H2PING: text(),
    H2PingUseTLS: bool(),
    OSService: text(),
    GRPC: text(),
    GRPCUseTLS: bool(),
    ScriptArgs: list(text()),
    DockerContainerID: text(),
    Shell: text(),
    AliasNode: text(),
    AliasService: text(),
    TTL: duration(),
  },
  { lenient: true },
);

export const checkBody: Schema<CheckBody> = object({
  Node: text(),
  CheckID: text({ description: 'Default: the name' }),
  Name: text(),
  Status: text({ description: '`passing`, `warning` or `critical` (default)' }),
  Notes: text(),
  Output: text(),
  ServiceID: text(),
  ServiceName: text(),
  ServiceTags: list(text()),
  Type: text(),
  Interval: text(),
  Timeout: text(),
  ExposedPort: int(),
  Definition: checkDefinition,
  PeerName: text(),
  CreateIndex: uint64(),
  ModifyIndex: uint64(),
});

/** What is wrong with a check, in words; `undefined` if nothing is. */
export function checkProblem(given: CheckBody): string | undefined {
  if (!given.CheckID && !given.Name) return 'Must provide check ID or check name';
  return isCheckStatus(given.Status || 'critical') ? undefined : "Status for checks must 'passing', 'warning', 'critical'";
}

/** The check; where the status is none, it is `critical`. */
export function checkFrom(given: CheckBody): CheckDefinition {
  const status = given.Status ?? '';
  const definition = definitionFrom(given.Definition ?? {});
  return {
    id: given.CheckID || (given.Name ?? ''),
    name: given.Name ?? '',
    status: isCheckStatus(status) ? status : 'critical',
    notes: given.Notes ?? '',
    output: given.Output ?? '',
    serviceId: given.ServiceID ?? '',
    type: given.Type || typeOf(given.Definition ?? {}),
    interval: given.Interval ?? '',
    timeout: given.Timeout ?? '',
    exposedPort: given.ExposedPort ?? 0,
    definition: Object.keys(definition).length === 0 ? undefined : definition,
  };
}

const DURATIONS = ['Interval', 'Timeout', 'DeregisterCriticalServiceAfter'] as const;

/** The members that say something, durations as texts, in Consul's order. */
function definitionFrom(given: DefinitionBody): Record<string, Json> {
  const shown: Record<string, Json> = {};
  for (const name of DURATIONS) {
    const ns = given[name] || given[`${name}Duration`];
    if (typeof ns === 'number' && ns !== 0) shown[name] = formatDurationNs(ns);
  }
  for (const [name, value] of Object.entries(given)) {
    if (name in shown || name.endsWith('Duration') || (DURATIONS as readonly string[]).includes(name)) continue;
    if (!saysSomething(value)) continue;
    shown[name] = name === 'TTL' && typeof value === 'number' ? formatDurationNs(value) : (value as Json);
  }
  return shown;
}

const saysSomething = (value: unknown): boolean =>
  typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value);

const TYPE_OF_MEMBER: readonly (readonly [string, string])[] = [
  ['HTTP', 'http'],
  ['TCP', 'tcp'],
  ['UDP', 'udp'],
  ['GRPC', 'grpc'],
  ['H2PING', 'h2ping'],
  ['OSService', 'os_service'],
  ['DockerContainerID', 'docker'],
  ['ScriptArgs', 'script'],
  ['AliasNode', 'alias'],
  ['AliasService', 'alias'],
  ['TTL', 'ttl'],
];

const typeOf = (given: DefinitionBody): string => TYPE_OF_MEMBER.find(([member]) => saysSomething(given[member]))?.[1] ?? '';
