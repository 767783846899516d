/** The parameter for network segments, which are Consul Enterprise's: as in the open Consul, all nodes are in the one without a name. */
import type { Query } from '../../http/request.ts';
import type { QueryDocs } from '../../http/route.ts';

export const SEGMENT_QUERY: QueryDocs = { segment: 'Only nodes in this network segment; there are none but the one without a name' };

/** Whether a node, any node, is in the segment that is asked for. */
export const isInSegment = (query: Query): boolean => query.get('segment') === '';
