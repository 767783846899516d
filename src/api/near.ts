/** The parameter `near` of lists (spec 1.10): what is nearer to the node that it names comes first. Without it nothing here is done. */
import type { QueryDocs, RouteRequest } from '../http/route.ts';
import { coordinatesTopic } from '../topics/coordinates.ts';
import { distancesFrom, nodeNameAt, sortedBy } from '../topics/near.ts';
import { nodesTopic } from '../topics/nodes.ts';
import type { ApiContext } from './context.ts';
import { sourceAddress } from './source-address.ts';

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
  if (context.settings.coordinatesDisabled) return items;
  const nodeName = await nodeNear(request, context);
  const distanceTo = distancesFrom(nodeName, await context.backend.read(coordinatesTopic, ''));
  return distanceTo === undefined ? items : sortedBy(items, (item) => distanceTo(nodeNameOf(item)));
}

/** The name of the node that `near` means: '' if no node has the client's address. */
async function nodeNear(request: RouteRequest, { backend, settings }: ApiContext): Promise<string> {
  const near = request.query.get('near');
  if (near === '_agent') return settings.nodeName;
  return near === '_ip' ? nodeNameAt(sourceAddress(request), await backend.read(nodesTopic, '')) : near;
}
