/** How much one agent may hold, so that a runaway program cannot fill memory, log and catalog. */
import { KonsulError } from '../runtime/errors.ts';
import type { LogEntry } from './log-entry.ts';
import type { Registry } from './registry.ts';

/** Services and checks together. */
export const DEFAULT_MAX_REGISTRATIONS = 100_000;

/** Throws REJECTED if `entries` would bring the services and checks of this agent above `max`. */
export function refuseIfFull(registry: Registry, entries: readonly LogEntry[], max: number): void {
  const before = registry.services.size + registry.checks.size;
  const after = entries.reduce((count, entry) => count + growth(registry, entry), before);
  if (after <= Math.max(before, max)) return;
  throw new KonsulError('REJECTED', `This agent holds ${before} services and checks; more than ${max} are refused`);
}

/** An estimate from above: the checks that go with a service are not counted. */
function growth({ services, checks }: Registry, entry: LogEntry): number {
  switch (entry.op) {
    case 'service.put':
      return Number(!services.has(entry.service.id)) + entry.checks.filter(({ id }) => !checks.has(id)).length;
    case 'check.put':
      return Number(!checks.has(entry.check.id));
    case 'service.remove':
    case 'check.remove':
      return -1;
    default:
      return 0;
  }
}
