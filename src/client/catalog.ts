/** What the catalog holds (`/v1/catalog/`), and where its nodes are (`/v1/coordinate/`). */
import type { StringMap } from '../model/values.ts';
import type { Query } from '../wire/api-path.ts';
import { type ApiClient, bodyJson } from './api-client.ts';

export interface CatalogNode {
  readonly ID: string;
  readonly Node: string;
  readonly Address: string;
  readonly Datacenter: string;
  readonly TaggedAddresses: StringMap | null;
  readonly Meta: StringMap | null;
}

export interface CatalogServiceNode {
  readonly ID: string;
  readonly Node: string;
  readonly Address: string;
  readonly Datacenter: string;
  readonly TaggedAddresses: StringMap | null;
  readonly NodeMeta: StringMap | null;
}

/** Service names to all their tags. */
export type ServiceTags = Readonly<Record<string, readonly string[]>>;

export interface NodeCoordinate {
  readonly Node: string;
  readonly Coord: Coordinate;
}

/** A point in Vivaldi's space; all numbers are seconds. */
export interface Coordinate {
  readonly Vec: readonly number[];
  readonly Error: number;
  readonly Adjustment: number;
  readonly Height: number;
}

export interface AreaCoordinates {
  readonly Datacenter: string;
  readonly AreaID: string;
  readonly Coordinates: readonly NodeCoordinate[];
}

export const readDatacenters = (client: ApiClient): Promise<readonly string[]> =>
  client.json<readonly string[]>('GET', '/v1/catalog/datacenters');

export const readNodes = (client: ApiClient, query: Query): Promise<readonly CatalogNode[]> =>
  client.json<readonly CatalogNode[]>('GET', '/v1/catalog/nodes', { query });

/** The instances of a service, each with its node. */
export const readServiceNodes = (client: ApiClient, service: string, query: Query): Promise<readonly CatalogServiceNode[]> =>
  client.json<readonly CatalogServiceNode[]>('GET', `/v1/catalog/service/${encodeURIComponent(service)}`, { query });

export const readServices = (client: ApiClient, query: Query): Promise<ServiceTags> =>
  client.json<ServiceTags>('GET', '/v1/catalog/services', { query });

/** The services of one node with the tags of their instances; `undefined`: there is no such node. */
export async function readNodeServices(client: ApiClient, node: string): Promise<ServiceTags | undefined> {
  const path = `/v1/catalog/node/${encodeURIComponent(node)}`;
  const reply = await client.request('GET', path, { accepts: [404] });
  const found = reply.status === 404 ? null : bodyJson<{ readonly Services: Readonly<Record<string, NodeService>> } | null>(reply);
  if (found === null) return undefined;
  const tags = new Map<string, Set<string>>();
  for (const { Service, Tags } of Object.values(found.Services)) {
    tags.set(Service, new Set([...(tags.get(Service) ?? []), ...(Tags ?? [])]));
  }
  return Object.fromEntries([...tags].map(([name, all]) => [name, [...all]]));
}

interface NodeService {
  readonly Service: string;
  readonly Tags: readonly string[] | null;
}

export const readCoordinates = (client: ApiClient): Promise<readonly NodeCoordinate[]> =>
  client.json<readonly NodeCoordinate[]>('GET', '/v1/coordinate/nodes');

export const readAreas = (client: ApiClient): Promise<readonly AreaCoordinates[]> =>
  client.json<readonly AreaCoordinates[]>('GET', '/v1/coordinate/datacenters');
