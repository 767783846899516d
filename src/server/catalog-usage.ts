/** Counts the catalog, for `operator/usage`. Goes through all instances: for questions that are seldom asked. */
import type { Service } from '../model/service.ts';
import type { Catalog } from '../state/catalog.ts';
import type { UsageCounts } from '../wire/operator.ts';

const NATIVE = 'connect-native';
const MESH_KINDS: readonly string[] = [NATIVE, 'connect-proxy', 'ingress-gateway', 'mesh-gateway', 'terminating-gateway'];

/** The servers' own service, which nobody pays for. */
const CONSUL = 'consul';

export function catalogUsage(catalog: Pick<Catalog, 'entries'>): UsageCounts {
  const instances = catalog.entries().flatMap(({ services }) => [...services]);
  return {
    nodes: catalog.entries().filter(({ node }) => node !== undefined).length,
    services: new Set(instances.map(({ name }) => name.toLowerCase())).size,
    instances: instances.length,
    billableInstances: instances.filter(({ kind, name }) => kind === '' && name !== CONSUL).length,
    meshInstances: Object.fromEntries(MESH_KINDS.map((kind) => [kind, instances.filter((one) => meshKindOf(one) === kind).length])),
  };
}

const meshKindOf = ({ kind, connectNative }: Service): string => (connectNative ? NATIVE : kind);
