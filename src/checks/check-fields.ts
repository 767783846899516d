/** What a registration can say about how a check is run: decoded by `wire/`, not yet judged. */

/** Absent, empty, false and 0 all mean "not given", where nothing else is said. Durations are nanoseconds, as Consul takes them. */
export interface CheckFields {
  readonly scriptArgs?: readonly string[] | undefined;
  readonly http?: string | undefined;
  readonly method?: string | undefined;
  readonly header?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly body?: string | undefined;
  readonly disableRedirects?: boolean | undefined;
  readonly tcp?: string | undefined;
  readonly tcpUseTls?: boolean | undefined;
  readonly ttlNs?: number | undefined;
  readonly intervalNs?: number | undefined;
  readonly timeoutNs?: number | undefined;
  readonly tlsServerName?: string | undefined;
  readonly tlsSkipVerify?: boolean | undefined;
  readonly successBeforePassing?: number | undefined;
  readonly failuresBeforeWarning?: number | undefined;
  readonly failuresBeforeCritical?: number | undefined;
  readonly outputMaxSize?: number | undefined;
  readonly deregisterCriticalServiceAfterNs?: number | undefined;
  readonly udp?: string | undefined;
  /** `host:port` or `host:port/service`. */
  readonly grpc?: string | undefined;
  readonly grpcUseTls?: boolean | undefined;
  readonly h2ping?: string | undefined;
  /** Not given: true. */
  readonly h2pingUseTls?: boolean | undefined;
  readonly osService?: string | undefined;
  readonly dockerContainerId?: string | undefined;
  readonly aliasNode?: string | undefined;
  readonly aliasService?: string | undefined;
}

const NS_PER_MS = 1e6;
const MIN_INTERVAL_MS = 1_000;

/** Milliseconds; 0 for nothing and for what is below 0. */
export const msOf = (ns: number | undefined): number => Math.max(ns ?? 0, 0) / NS_PER_MS;

/** The timing of a periodic check; an interval below 1 s is raised to it. */
export function periodicOf(fields: CheckFields): { readonly intervalMs: number; readonly timeoutMs: number } {
  return { intervalMs: Math.max(msOf(fields.intervalNs), MIN_INTERVAL_MS), timeoutMs: msOf(fields.timeoutNs) };
}
