/** Where one node stands (spec section 11). */
import { filter } from '../../acl/rule.ts';
import { emptyAnswer, jsonAnswer } from '../../http/answer.ts';
import { coordinatesTopic } from '../../topics/coordinates.ts';
import { coordinatesByNode } from '../../topics/near.ts';
import { coordinateJson } from '../../wire/coordinate.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { READ_QUERY, readTopic } from '../read-topic.ts';
import { demandCoordinates } from './enabled.ts';
import { isInSegment, SEGMENT_QUERY } from './segment.ts';

export const coordinateNode: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/coordinate/node/',
  rest: 'node',
  summary: 'Where one node stands, in a list; 404 if it has not reported it.',
  acl: filter('node', 'read'),
  query: { ...READ_QUERY, ...SEGMENT_QUERY },
  handle(request, context) {
    demandCoordinates(context.settings);
    return readTopic({ topic: coordinatesTopic, key: '', showsConsistency: false }, request, {
      context,
      respond(view) {
        const coordinate = coordinatesByNode(view).get(request.rest.toLowerCase());
        if (coordinate === undefined || !isInSegment(request.query)) return emptyAnswer(404);
        return jsonAnswer(`[${coordinateJson(coordinate)}]`);
      },
    });
  },
});
