/**
 * The catalog of the benches: instances spread evenly over services and nodes, a check each. One service, `hundred`, has 100 instances;
 * the others share the rest. The same numbers give the same catalog.
 */

export interface CatalogShape {
  readonly nodes: number;
  readonly services: number;
  readonly instances: number;
}

/** The size of Consul's published global-scale test. */
export const GLOBAL_SCALE: CatalogShape = { nodes: 10_000, services: 5_000, instances: 172_000 };
export const SMALL_SCALE: CatalogShape = { nodes: 200, services: 100, instances: 3_440 };
export const HUNDRED = 'hundred';
const HUNDRED_INSTANCES = 100;

/** The service of the n-th instance. */
export function serviceOf(shape: CatalogShape, instance: number): string {
  return instance < HUNDRED_INSTANCES ? HUNDRED : `service-${instance % (shape.services - 1)}`;
}

/** Instances go round the nodes; so node n has instances n, n + nodes, n + 2 nodes, … */
export function instancesOf(shape: CatalogShape, node: number): number[] {
  const count = Math.ceil((shape.instances - node) / shape.nodes);
  return Array.from({ length: count }, (_, round) => node + round * shape.nodes);
}

/** Operations of `/v1/txn` that put a node, its services and their checks. */
export function nodeTransaction(shape: CatalogShape, node: number): object[] {
  const name = `node-${node}`;
  const address = `10.${(node >> 16) & 255}.${(node >> 8) & 255}.${node & 255}`;
  const own = { Node: { Verb: 'set', Node: { Node: name, Address: address, Meta: { zone: `z${node % 3}` } } } };
  return [own, ...instancesOf(shape, node).flatMap((instance) => instanceOperations(shape, name, instance))];
}

function instanceOperations(shape: CatalogShape, node: string, instance: number): object[] {
  const service = serviceOf(shape, instance);
  const id = `${service}-${instance}`;
  const port = 1_024 + (instance % 60_000);
  return [
    {
      Service: {
        Verb: 'set',
        Node: node,
        Service: { ID: id, Service: service, Port: port, Tags: ['v1', `z${instance % 3}`], Meta: { version: '1' } },
      },
    },
    {
      Check: {
        Verb: 'set',
        Check: {
          Node: node,
          CheckID: `service:${id}`,
          Name: 'alive',
          Status: 'passing',
          Output: 'HTTP GET: 200 OK',
          ServiceID: id,
          ServiceName: service,
        },
      },
    },
  ];
}
