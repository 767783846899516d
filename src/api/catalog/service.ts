/** The instances of a service, without their health. */
import { filter } from '../../acl/rule.ts';
import { serviceNodesTopic } from '../../topics/service-nodes.ts';
import type { ApiRoute } from '../context.ts';
import { topicRoute } from '../topic-route.ts';
import { encodeServiceNode, SERVICE_NODE_QUERY, selectServiceNodes } from './service-nodes.ts';

export const catalogService: ApiRoute = topicRoute({
  path: '/v1/catalog/service/',
  rest: 'service',
  summary: 'The instances of a service, whatever their health.',
  acl: filter('service', 'read'),
  query: SERVICE_NODE_QUERY,
  missing: 'Missing service name',
  topic: serviceNodesTopic,
  key: (name) => name.toLowerCase(),
  isCacheable: true,
  select: selectServiceNodes,
  nodeNameOf: ({ node }) => node.name,
  encode: encodeServiceNode,
});
