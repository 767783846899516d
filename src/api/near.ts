/** The parameter `near` of lists (spec 1.10): what is nearer to the node that it names comes first. Without it nothing here is done. */
import type { QueryDocs, RouteRequest } from '../http/route.ts';
import { coordinatesTopic } from '../topics/coordinates.ts';
import { distancesFrom, nodeNear, sortedBy } from '../topics/near.ts';
import type { ApiContext } from './context.ts';
import { sourceAddress, sourceNode } from './source-address.ts';

export const NEAR_QUERY: QueryDocs = {
  near: "Sort by distance from this node; `_agent` is the answering one, `_ip` the one with the client's address",
};

export interface NearOptions<T> {
  readonly request: RouteRequest;
  readonly context: ApiContext;
  /** The node that an item is on. */
  readonly nodeNameOf: (item: T) => string;
}

/** The items in the order that the request's `near` asks for; as they are where nothing is known of the node that it names. */
export async function sortedNear<T>(items: readonly T[], { request, context, nodeNameOf }: NearOptions<T>): Promise<readonly T[]> {
  const { backend, settings } = context;
  if (settings.coordinatesDisabled) return items;
  const asker = { agentNode: sourceNode(request, settings), sourceAddress: sourceAddress(request) };
  const nodeName = await nodeNear(request.query.get('near'), asker, backend);
  const distanceTo = distancesFrom(nodeName, await backend.read(coordinatesTopic, ''));
  return distanceTo === undefined ? items : sortedBy(items, (item) => distanceTo(nodeNameOf(item)));
}
