/** Joins of the catalog: an instance with its node, with the checks that count for it, and the names that a change touches. */
import type { Check } from '../model/check.ts';
import type { Service } from '../model/service.ts';
import type { ServiceEntry, ServiceNode } from '../topics/entries.ts';
import type { Catalog } from './catalog.ts';
import type { Applied } from './source.ts';
import type { State } from './state.ts';

/** Instances in storage order (node, then service id), without those whose node is not there. */
export function sortInstances(instances: Iterable<Service>): Service[] {
  return [...instances].sort((a, b) => compare(a.node.toLowerCase(), b.node.toLowerCase()) || compare(a.id, b.id));
}

/** Records in the order of their ids, as a store has them: so that a restart does not change what is shown. */
export function byId<T extends { readonly id: string }>(records: Iterable<T>): T[] {
  return sortedBy(records, ({ id }) => id);
}

/** Records in the order of their keys. */
export function sortedBy<T>(records: Iterable<T>, keyOf: (record: T) => string): T[] {
  return [...records].sort((a, b) => compare(keyOf(a), keyOf(b)));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export function serviceNodes(catalog: Catalog, instances: Iterable<Service>): ServiceNode[] {
  return sortInstances(instances).flatMap((service) => {
    const node = catalog.node(service.node);
    return node === undefined ? [] : [{ node, service }];
  });
}

export function serviceEntries(catalog: Catalog, instances: Iterable<Service>): ServiceEntry[] {
  return serviceNodes(catalog, instances).map(({ node, service }) => ({ node, service, checks: checksOf(catalog, service) }));
}

/** The checks of the node, then those of the instance. */
function checksOf(catalog: Catalog, service: Service): readonly Check[] {
  const checks: Check[] = [];
  for (const check of catalog.entry(service.node)?.checks ?? []) {
    if (check.serviceId === '' || check.serviceId === service.id) checks.push(check);
  }
  return checks.sort((a, b) => compare(a.serviceId, b.serviceId));
}

/** The index of a name: its own while it has instances, else that of the last extinction. */
export function serviceNameIndex(catalog: Catalog, name: string, countsChecks: boolean): number {
  const group = catalog.services.group(name);
  if (group !== undefined) return group.index;
  if (catalog.services.extinctionIndex > 0) return catalog.services.extinctionIndex;
  return Math.max(catalog.nodesIndex, catalog.services.index, countsChecks ? catalog.checksIndex : 0);
}

/** The names of the instances that a change of a service, of a check or of a node touches. */
export const touchedNames = {
  *service({ before, after }: Applied<'service'>): Iterable<string> {
    if (before !== undefined) yield before.name.toLowerCase();
    if (after !== undefined) yield after.name.toLowerCase();
  },
  *check({ before, after }: Applied<'check'>, state: State): Iterable<string> {
    for (const check of [before, after]) if (check !== undefined) yield* namesOfCheck(state, check);
  },
  *node({ before, after }: Applied<'node'>, state: State): Iterable<string> {
    const entry = state.catalog.entry((after ?? before)?.name ?? '');
    for (const service of entry?.services ?? []) yield service.name.toLowerCase();
  },
};

function* namesOfCheck(state: State, check: Check): Iterable<string> {
  if (check.serviceId !== '') {
    yield check.serviceName.toLowerCase();
    return;
  }
  for (const service of state.catalog.entry(check.node)?.services ?? []) yield service.name.toLowerCase();
}
