/**
 * What has to change so that what is registered from files is what the files say. Pure. Registrations of programs stay as they are, but
 * where a file has the same id: there the file wins, as in Consul. What others deregistered stays away as long as its file says the same.
 */
import type { CheckRegistration } from '../model/check-registration.ts';
import type { ServiceDefinition } from '../model/service.ts';
import { isEqual } from '../model/values.ts';
import type { Registrations } from '../registration/registrations.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { CheckPut, LogEntry, ServicePut } from './log-entry.ts';
import type { Registry } from './registry.ts';
import { type SubjectKind, subjectOf } from './subject.ts';

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
  const defined = wantedBy(registrations);
  refuseOrphans(registry, defined);
  const wanted = withoutReleased(registry, defined);
  const puts = [...wanted.services.values(), ...wanted.checks.values()];
  // What is gone goes last: until then, a check that moves to another service keeps its status.
  return [...puts.filter((entry) => !registry.isSettled(entry)), ...removals(registry, wanted), ...releases(registry, defined)];
}

/** Whether a file says something else of a thing than before: that counts as if a program had registered it. */
export function isRedefined(registry: Registry, kind: SubjectKind, definition: ServiceDefinition | CheckRegistration): boolean {
  const { id } = definition;
  const before = registry.released.get(subjectOf(kind, id))?.definition ?? registry.fileDefinition(kind, id);
  return before !== undefined && !isEqual(before, definition);
}

function wantedBy({ services, checks }: Registrations): Wanted {
  const wantedChecks = new Map<string, CheckPut>();
  const put = (check: CheckPut['check'], unsetDuration: CheckPut['unsetDuration']): void => {
    wantedChecks.set(check.id, { op: 'check.put', check, unsetDuration, source: 'file' });
  };
  for (const { checks: own } of services) for (const check of own) put(check, '');
  for (const check of checks) put(check, '0s');
  return { services: new Map(services.map((each) => [each.service.id, servicePut(each)])), checks: wantedChecks };
}

const servicePut = ({ service, token }: Registrations['services'][number]): ServicePut => ({
  op: 'service.put',
  service,
  checks: [],
  replaceChecks: false,
  source: 'file',
  ...(token === undefined ? {} : { token }),
});

function refuseOrphans(registry: Registry, { services, checks }: Wanted): void {
  for (const { check } of checks.values()) {
    const { id, serviceId } = check;
    if (serviceId === '' || services.has(serviceId) || registry.storedService(serviceId)?.source === 'api') continue;
    throw new KonsulError('CONFIG_INVALID', `Failed to register check '${id}': ServiceID "${serviceId}" does not exist`);
  }
}

/** Without what others deregistered and its file says the same of, and without the checks of such services. */
function withoutReleased(registry: Registry, { services, checks }: Wanted): Wanted {
  if (registry.released.size === 0) return { services, checks };
  const isReleased = (kind: SubjectKind, definition: ServiceDefinition | CheckRegistration): boolean =>
    registry.released.has(subjectOf(kind, definition.id)) && !isRedefined(registry, kind, definition);
  const kept = new Map([...services].filter(([, { service }]) => !isReleased('service', service)));
  const hasService = (id: string): boolean => id === '' || kept.has(id) || !services.has(id);
  const keptChecks = [...checks].filter(([, { check }]) => hasService(check.serviceId) && !isReleased('check', check));
  return { services: kept, checks: new Map(keptChecks) };
}

/** What the files say of what was let go, where that was not known; and the end of it, where they say nothing any more. */
function releases(registry: Registry, { services, checks }: Wanted): LogEntry[] {
  return [...registry.released.values()].flatMap(({ kind, id, definition: known }): LogEntry[] => {
    const definition = kind === 'service' ? services.get(id)?.service : checks.get(id)?.check;
    if (definition === undefined) return [{ op: 'let-go.end', kind, id }];
    return known === undefined ? [{ op: 'let-go.file', kind, id, definition }] : [];
  });
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
