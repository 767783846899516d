/** Where all nodes stand (spec section 11). */
import { filter } from '../../acl/rule.ts';
import type { Coordinate } from '../../model/coordinate.ts';
import { coordinatesTopic } from '../../topics/coordinates.ts';
import { coordinateJson } from '../../wire/coordinate.ts';
import type { ApiRoute } from '../context.ts';
import { selectionName } from '../selection.ts';
import { topicRoute } from '../topic-route.ts';
import { demandCoordinates } from './enabled.ts';
import { isInSegment, SEGMENT_QUERY } from './segment.ts';

export const coordinateNodes: ApiRoute = topicRoute<Coordinate>({
  path: '/v1/coordinate/nodes',
  summary: 'Where the nodes stand that have reported it.',
  acl: filter('node', 'read'),
  query: SEGMENT_QUERY,
  topic: coordinatesTopic,
  key: () => '',
  showsConsistency: false,
  select({ query }, { settings }) {
    demandCoordinates(settings);
    return { where: isInSegment(query) ? undefined : () => false, name: selectionName(query, ['segment']) };
  },
  encode: coordinateJson,
});
