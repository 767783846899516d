/** Ingress gateways of a service: none without a mesh, so a service that cannot exist is read. */
import { refuse } from '../../acl/rule.ts';
import { connectHealthTopic } from '../../topics/connect-health.ts';
import type { ApiRoute } from '../context.ts';
import { topicRoute } from '../topic-route.ts';
import { encodeServiceEntry, SERVICE_ENTRY_QUERY, selectServiceEntries } from './service-entries.ts';

export const healthIngress: ApiRoute = topicRoute({
  path: '/v1/health/ingress/',
  rest: 'service',
  summary: 'The ingress gateways of a service: none, since there is no mesh.',
  acl: refuse('service', 'read'),
  query: SERVICE_ENTRY_QUERY,
  missing: 'Missing service name',
  topic: connectHealthTopic,
  key: (name) => name.toLowerCase(),
  select: (request, context) => ({ ...selectServiceEntries(request, context), where: () => false, name: 'none' }),
  nodeNameOf: ({ node }) => node.name,
  encode: encodeServiceEntry,
});
