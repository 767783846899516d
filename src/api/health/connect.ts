/** The instances through which a service is reached in the mesh: native ones and proxies. */
import { refuse } from '../../acl/rule.ts';
import { connectHealthTopic } from '../../topics/connect-health.ts';
import type { ApiRoute } from '../context.ts';
import { topicRoute } from '../topic-route.ts';
import { encodeServiceEntry, SERVICE_ENTRY_QUERY, selectServiceEntries } from './service-entries.ts';

export const healthConnect: ApiRoute = topicRoute({
  path: '/v1/health/connect/',
  rest: 'service',
  summary: 'The mesh-capable instances of a service: native ones, and proxies registered for it.',
  acl: refuse('service', 'read'),
  query: SERVICE_ENTRY_QUERY,
  missing: 'Missing service name',
  topic: connectHealthTopic,
  key: (name) => name.toLowerCase(),
  isCacheable: true,
  select: selectServiceEntries,
  nodeNameOf: ({ node }) => node.name,
  encode: encodeServiceEntry,
});
