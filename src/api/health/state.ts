/** All checks in a state. */
import { filter } from '../../acl/rule.ts';
import { stateChecksTopic } from '../../topics/state-checks.ts';
import { checkJson } from '../../wire/catalog.ts';
import type { ApiRoute } from '../context.ts';
import { topicRoute } from '../topic-route.ts';
import { CHECK_QUERY, selectChecks } from './check-selection.ts';

export const healthState: ApiRoute = topicRoute({
  path: '/v1/health/state/',
  rest: 'state',
  summary: 'All checks in the state `passing`, `warning`, `critical`, or `any`.',
  acl: filter('node', 'read'),
  query: CHECK_QUERY,
  missing: 'Missing check state',
  topic: stateChecksTopic,
  key: (word) => word,
  select: selectChecks,
  nodeNameOf: ({ node }) => node,
  encode: checkJson,
});
