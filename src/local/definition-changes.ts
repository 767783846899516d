/**
 * What has to change so that what is registered from files is what the files say. Pure. Registrations of programs stay as they are, but
 * where a file has the same id: there the file wins, as in Consul.
 */
import type { Registrations } from '../registration/registrations.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { CheckPut, LogEntry, ServicePut } from './log-entry.ts';
import type { Registry } from './registry.ts';

/** By id. */
interface Wanted {
  readonly services: ReadonlyMap<string, ServicePut>;
  readonly checks: ReadonlyMap<string, CheckPut>;
}

/**
 * The changes, in their order; none for what stands as its file says. Throws CONFIG_INVALID for a check of a service that neither a
 * file nor a program has registered.
 */
export function definitionChanges(registry: Registry, registrations: Registrations): LogEntry[] {
  const wanted = wantedBy(registrations);
  refuseOrphans(registry, wanted);
  const puts = [...wanted.services.values(), ...wanted.checks.values()];
  // What is gone goes last: until then, a check that moves to another service keeps its status.
  return [...puts.filter((entry) => !registry.isSettled(entry)), ...removals(registry, wanted)];
}

function wantedBy({ services, checks }: Registrations): Wanted {
  const wantedChecks = new Map<string, CheckPut>();
  const put = (check: CheckPut['check'], unsetDuration: CheckPut['unsetDuration']): void => {
    wantedChecks.set(check.id, { op: 'check.put', check, unsetDuration, source: 'file' });
  };
  for (const { checks: own } of services) for (const check of own) put(check, '');
  for (const check of checks) put(check, '0s');
  return { services: new Map(services.map(({ service }) => [service.id, servicePut(service)])), checks: wantedChecks };
}

const servicePut = (service: ServicePut['service']): ServicePut => ({
  op: 'service.put',
  service,
  checks: [],
  replaceChecks: false,
  source: 'file',
});

function refuseOrphans(registry: Registry, { services, checks }: Wanted): void {
  for (const { check } of checks.values()) {
    const { id, serviceId } = check;
    if (serviceId === '' || services.has(serviceId) || registry.storedService(serviceId)?.source === 'api') continue;
    throw new KonsulError('CONFIG_INVALID', `Failed to register check '${id}': ServiceID "${serviceId}" does not exist`);
  }
}

/** What a program registers under the same id in the meantime is its own, so it is said whose is meant. */
function removals(registry: Registry, { services, checks }: Wanted): LogEntry[] {
  const goneChecks = [...registry.checks.keys()].filter((id) => registry.stored(id)?.source === 'file' && !checks.has(id));
  const goneServices = [...registry.services.keys()].filter((id) => registry.storedService(id)?.source === 'file' && !services.has(id));
  return [
    ...goneChecks.map((id): LogEntry => ({ op: 'check.remove', id, source: 'file' })),
    ...goneServices.map((id): LogEntry => ({ op: 'service.remove', id, source: 'file' })),
  ];
}
