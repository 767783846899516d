/** The services of a gateway: none, since there is no mesh. */
import { filter } from '../../acl/rule.ts';
import { jsonAnswer } from '../../http/answer.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { serviceNodesTopic } from '../../topics/service-nodes.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { READ_QUERY, readTopic } from '../read-topic.ts';

export const catalogGatewayServices: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/catalog/gateway-services/',
  rest: 'gateway',
  summary: 'The services of a gateway: none, since there is no mesh.',
  acl: filter('service', 'read'),
  query: READ_QUERY,
  handle(request, context) {
    if (request.rest === '') throw new KonsulError('BAD_REQUEST', 'Missing gateway name');
    const read = { topic: serviceNodesTopic, key: request.rest.toLowerCase(), showsConsistency: true };
    return readTopic(read, request, { context, respond: () => jsonAnswer('[]') });
  },
});
