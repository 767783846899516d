/** From the fields of a registration to a check that can be run, or Consul's reason why not. Knows the rules that go across types. */
import type { CheckKind, CheckOptions, CheckSpec } from '../model/check-spec.ts';
import { KonsulError } from '../runtime/errors.ts';
import { type CheckFields, msOf } from './check-fields.ts';
import { checkTypes } from './check-types.ts';

/** The check that the fields ask for, with defaults. Throws BAD_REQUEST with `Invalid check: <reason>`. */
export function checkSpecFrom(fields: CheckFields): CheckSpec {
  const reason = problemOf(fields);
  if (reason !== undefined) throw new KonsulError('BAD_REQUEST', `Invalid check: ${reason}`);
  return { ...kindOf(fields), ...optionsOf(fields) };
}

/** What Consul would refuse, in its order and its words (its slips included). */
function problemOf(fields: CheckFields): string | undefined {
  const { intervalNs = 0, ttlNs = 0, outputMaxSize = 0, failuresBeforeWarning = 0, failuresBeforeCritical = 0 } = fields;
  const isPeriodic = isPeriodicCheck(fields);
  const isAlias = Boolean(fields.aliasNode || fields.aliasService);
  if (intervalNs > 0 && ttlNs > 0) return 'Interval and TTL cannot both be specified';
  if (isPeriodic && intervalNs <= 0) return 'Interval must be > 0 for Script, HTTP, H2PING, TCP, UDP or OSService checks';
  if (isPeriodic && isAlias) return 'Interval cannot be set for Alias checks';
  if (isAlias && ttlNs > 0) return 'TTL must be not be set for Alias checks';
  if (!isPeriodic && !isAlias && ttlNs <= 0) return 'TTL must be > 0 for TTL checks';
  // A tunnel is no answer. (Consul takes it, and waits for a body that has no end.)
  if (fields.method?.toUpperCase() === 'CONNECT') return 'Method CONNECT cannot be used for HTTP checks';
  if (outputMaxSize < 0) return 'MaxOutputMaxSize must be positive';
  if (failuresBeforeWarning > failuresBeforeCritical) return "FailuresBeforeWarning can't be higher than FailuresBeforeCritical";
  return undefined;
}

function isPeriodicCheck(fields: CheckFields): boolean {
  const { scriptArgs, http, tcp, udp, grpc, h2ping, osService } = fields;
  return Boolean(scriptArgs?.length || http || tcp || udp || grpc || h2ping || osService);
}

function kindOf(fields: CheckFields): CheckKind {
  for (const type of Object.values(checkTypes)) {
    const kind = type.kindFrom(fields);
    if (kind !== undefined) return kind;
  }
  throw new KonsulError('KONSUL_INVARIANT', 'a check passed validation although no type knows it');
}

function optionsOf(fields: CheckFields): CheckOptions {
  return {
    successBeforePassing: countOf(fields.successBeforePassing),
    failuresBeforeWarning: countOf(fields.failuresBeforeWarning),
    failuresBeforeCritical: countOf(fields.failuresBeforeCritical),
    outputMaxBytes: countOf(fields.outputMaxSize),
    deregisterAfterMs: msOf(fields.deregisterCriticalServiceAfterNs),
  };
}

const countOf = (count: number | undefined): number => Math.max(count ?? 0, 0);
