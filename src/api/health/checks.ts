/** The checks of all instances of a service. */
import { filter } from '../../acl/rule.ts';
import { serviceChecksTopic } from '../../topics/service-checks.ts';
import { checkJson } from '../../wire/catalog.ts';
import type { ApiRoute } from '../context.ts';
import { topicRoute } from '../topic-route.ts';
import { CHECK_QUERY, selectChecks } from './check-selection.ts';

export const healthChecks: ApiRoute = topicRoute({
  path: '/v1/health/checks/',
  rest: 'service',
  summary: 'The checks of all instances of a service; those of nodes are not among them.',
  acl: filter('service', 'read'),
  query: CHECK_QUERY,
  missing: 'Missing service name',
  topic: serviceChecksTopic,
  key: (name) => name.toLowerCase(),
  select: selectChecks,
  nodeNameOf: ({ node }) => node,
  encode: checkJson,
});
