/** The parameters and shape that the three endpoints of service health share. */
import type { RouteRequest } from '../../http/route.ts';
import type { ServiceEntry } from '../../topics/entries.ts';
import { serviceEntryFields } from '../../topics/filter/service-entry-fields.ts';
import { serviceEntryJson } from '../../wire/catalog.ts';
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
  wantsPassing,
} from '../selection.ts';
import type { Selection } from '../topic-route.ts';

export const SERVICE_ENTRY_QUERY: Readonly<Record<string, string>> = {
  passing: 'Only instances of which every check is passing',
  ...TAG_QUERY,
  ...NODE_META_QUERY,
  ...FILTER_QUERY,
  ...MESH_QUERY,
};

export function selectServiceEntries({ query }: RouteRequest, context: ApiContext): Selection<ServiceEntry> {
  const isPassing = ({ checks }: ServiceEntry): boolean => checks.every((check) => check.status === 'passing');
  return allOf(selectionName(query, ['passing', 'tag', 'node-meta', 'filter', 'peer', 'sg', 'sameness-group']), [
    byFilter(serviceEntryFields, query, context),
    byTags(query),
    byNodeMeta(query, (entry) => entry.node),
    ofNoPeer(query),
    wantsPassing(query) ? isPassing : undefined,
  ]);
}

export const encodeServiceEntry = (entry: ServiceEntry, { settings }: ApiContext): string => serviceEntryJson(entry, settings.datacenter);
