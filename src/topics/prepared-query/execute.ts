/**
 * Executes a prepared query (spec section 10): the same for every door. Reads the topics it needs, answers at once, changes nothing.
 */
import type { PreparedQuery, QueryService } from '../../model/prepared-query.ts';
import type { Random } from '../../runtime/random.ts';
import type { Backend } from '../backend.ts';
import { connectHealthTopic } from '../connect-health.ts';
import { coordinatesTopic } from '../coordinates.ts';
import type { ServiceEntry } from '../entries.ts';
import { type Asker, distancesFrom, nodeNear, sortedBy } from '../near.ts';
import { queriesTopic } from '../queries.ts';
import { serviceHealthTopic } from '../service-health.ts';
import { pickInstances } from './pick-instances.ts';
import { resolverOf } from './resolver.ts';

/** What a door knows of who asks, and for what. */
export interface QueryRequest extends Asker {
  readonly nameOrId: string;
  /** `_agent`, `_ip` or a node, before what the query says; '' leaves it to the query. */
  readonly near: string;
  /** The most instances; 0 or less: all. */
  readonly limit: number;
  /** Asks for instances of the mesh, whatever the query says. */
  readonly wantsConnect: boolean;
  /** False: nothing is known of where nodes stand (`disable_coordinates`). */
  readonly usesCoordinates: boolean;
}

export interface QueryAnswer {
  readonly service: string;
  readonly entries: readonly ServiceEntry[];
  /** As in the query, a duration text; '' leaves it to the door. */
  readonly dnsTtl: string;
  /** How many other places were tried, as nothing was found here. */
  readonly failovers: number;
}

export interface QueryTools {
  readonly backend: Backend;
  readonly random: Random;
}

/** The query that a name or an id means, made from the name if it is a template. Throws as `QueryResolver.resolve`. */
export async function findQuery(nameOrId: string, backend: Backend): Promise<PreparedQuery | undefined> {
  return resolverOf(await backend.read(queriesTopic, '')).resolve(nameOrId);
}

/** `undefined`: there is no such query. Throws as `findQuery`. An unknown service has no instances. */
export async function executeQuery(request: QueryRequest, tools: QueryTools): Promise<QueryAnswer | undefined> {
  const query = await findQuery(request.nameOrId, tools.backend);
  if (query === undefined) return undefined;
  const { service } = query;
  const topic = service.connect || request.wantsConnect ? connectHealthTopic : serviceHealthTopic;
  const { items } = await tools.backend.read(topic, service.service.toLowerCase());
  const shuffled = shuffle(pickInstances(service, items), tools.random);
  const sorted = await nearestFirst(shuffled, service, { request, backend: tools.backend });
  const entries = request.limit > 0 ? sorted.slice(0, request.limit) : sorted;
  return { service: service.service, entries, dnsTtl: query.dnsTtl, failovers: entries.length === 0 ? triesElsewhere(service) : 0 };
}

/** In place (Fisher–Yates), so that load is spread where nothing else decides. */
function shuffle<T>(items: T[], random: Random): T[] {
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(random.float() * (last + 1));
    [items[last], items[other]] = [items[other] as T, items[last] as T];
  }
  return items;
}

/** A node that is near itself comes first if it is among so many, coordinates or not. */
const SEARCHED = 10;

async function nearestFirst(
  entries: readonly ServiceEntry[],
  service: QueryService,
  { request, backend }: { readonly request: QueryRequest; readonly backend: Backend },
): Promise<readonly ServiceEntry[]> {
  const near = await nodeNear(request.near || service.near, request, backend);
  if (near === '') return entries;
  const coordinates = request.usesCoordinates ? await backend.read(coordinatesTopic, '') : undefined;
  const distanceTo = coordinates && distancesFrom(near, coordinates);
  const sorted = distanceTo === undefined ? [...entries] : sortedBy(entries, ({ node }) => distanceTo(node.name));
  const own = sorted.slice(0, SEARCHED).findIndex(({ node }) => node.name.toLowerCase() === near.toLowerCase());
  const [first, itself] = [sorted[0], sorted[own]];
  if (first !== undefined && itself !== undefined) [sorted[0], sorted[own]] = [itself, first];
  return sorted;
}

/**
 * There is one datacenter: others are unknown, and Consul does not try, nor count, those that are unknown. Peers it looks for in its own
 * catalog, which counts as a try; nothing of peers is there.
 */
const triesElsewhere = ({ failover }: QueryService): number => (failover.targets ?? []).filter(({ peer }) => peer !== '').length;
