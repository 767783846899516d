/** The instances of a service, with the checks of each and of its node. */
import { filter } from '../../acl/rule.ts';
import { serviceHealthTopic } from '../../topics/service-health.ts';
import type { ApiRoute } from '../context.ts';
import { topicRoute } from '../topic-route.ts';
import { encodeServiceEntry, SERVICE_ENTRY_QUERY, selectServiceEntries } from './service-entries.ts';

export const healthService: ApiRoute = topicRoute({
  path: '/v1/health/service/',
  rest: 'service',
  summary: 'The instances of a service, with the checks of each and of its node.',
  acl: filter('service', 'read'),
  query: SERVICE_ENTRY_QUERY,
  missing: 'Missing service name',
  topic: serviceHealthTopic,
  key: (name) => name.toLowerCase(),
  isCacheable: true,
  select: selectServiceEntries,
  nodeNameOf: ({ node }) => node.name,
  encode: encodeServiceEntry,
});
