/** The mesh-capable instances of a service, without their health. */
import { filter } from '../../acl/rule.ts';
import { connectHealthTopic } from '../../topics/connect-health.ts';
import type { ApiRoute } from '../context.ts';
import { topicRoute } from '../topic-route.ts';
import { encodeServiceNode, SERVICE_NODE_QUERY, selectServiceNodes } from './service-nodes.ts';

export const catalogConnect: ApiRoute = topicRoute({
  path: '/v1/catalog/connect/',
  rest: 'service',
  summary: 'The mesh-capable instances of a service: native ones, and proxies registered for it.',
  acl: filter('service', 'read'),
  query: SERVICE_NODE_QUERY,
  missing: 'Missing service name',
  topic: connectHealthTopic,
  key: (name) => name.toLowerCase(),
  isCacheable: true,
  select: selectServiceNodes,
  nodeNameOf: ({ node }) => node.name,
  encode: encodeServiceNode,
});
