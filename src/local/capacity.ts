/** How much one agent may hold, so that a runaway program cannot fill memory, log and catalog. */
import { KonsulError } from '../runtime/errors.ts';
import type { CheckPut, ServicePut } from './log-entry.ts';
import type { Registry } from './registry.ts';

/** Services and checks together. */
export const DEFAULT_MAX_REGISTRATIONS = 100_000;

/** Throws REJECTED if `entry` would bring the services and checks of this agent above `max`. */
export function refuseIfFull(registry: Registry, entry: ServicePut | CheckPut, max: number): void {
  const { services, checks } = registry;
  const added = entry.op === 'check.put' ? [entry.check] : entry.checks;
  const isNewService = entry.op === 'service.put' && !services.has(entry.service.id);
  const count = services.size + checks.size + Number(isNewService) + added.filter(({ id }) => !checks.has(id)).length;
  if (count <= max) return;
  throw new KonsulError('REJECTED', `This agent holds ${services.size + checks.size} services and checks; more than ${max} are refused`);
}
