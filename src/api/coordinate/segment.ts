/** The parameter of coordinates that stand in a network segment. */
import type { Query } from '../../http/request.ts';
import type { QueryDocs } from '../../http/route.ts';
import type { Coordinate } from '../../model/coordinate.ts';

export const SEGMENT_QUERY: QueryDocs = { segment: 'Only coordinates that were reported for this network segment' };

/** `undefined` for all, also where the parameter is empty. */
export function bySegment(query: Query): ((coordinate: Coordinate) => boolean) | undefined {
  const segment = query.get('segment');
  return segment === '' ? undefined : (coordinate) => coordinate.segment === segment;
}
