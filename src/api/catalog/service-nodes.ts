/** The parameters and shape that the two endpoints of service instances share. */
import type { RouteRequest } from '../../http/route.ts';
import type { ServiceNode } from '../../topics/entries.ts';
import { serviceNodeFields } from '../../topics/filter/service-node-fields.ts';
import { serviceNodeJson } from '../../wire/catalog.ts';
import type { ApiContext } from '../context.ts';
import {
  allOf,
  byFilter,
  byNodeMeta,
  byTags,
  FILTER_QUERY,
  MESH_QUERY,
  NODE_META_QUERY,
  ofNoPeer,
  selectionName,
  TAG_QUERY,
} from '../selection.ts';
import type { Selection } from '../topic-route.ts';

export const SERVICE_NODE_QUERY: Readonly<Record<string, string>> = {
  ...TAG_QUERY,
  ...NODE_META_QUERY,
  ...FILTER_QUERY,
  ...MESH_QUERY,
};

export const selectServiceNodes = ({ query }: RouteRequest, context: ApiContext): Selection<ServiceNode> =>
  allOf(selectionName(query, ['tag', 'node-meta', 'filter', 'peer', 'sg', 'sameness-group']), [
    byFilter(serviceNodeFields, query, context),
    byTags(query),
    byNodeMeta(query, (entry) => entry.node),
    ofNoPeer(query),
  ]);

export const encodeServiceNode = (entry: ServiceNode, { settings }: ApiContext): string => serviceNodeJson(entry, settings.datacenter);
