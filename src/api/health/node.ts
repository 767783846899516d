/** All checks on a node, its own and those of its services. */
import { filter } from '../../acl/rule.ts';
import { checkFields } from '../../topics/filter/check-fields.ts';
import { nodeChecksTopic } from '../../topics/node-checks.ts';
import { checkJson } from '../../wire/catalog.ts';
import type { ApiRoute } from '../context.ts';
import { allOf, byFilter, FILTER_QUERY, selectionName } from '../selection.ts';
import { topicRoute } from '../topic-route.ts';

export const healthNode: ApiRoute = topicRoute({
  path: '/v1/health/node/',
  rest: 'node',
  summary: 'All checks on a node, its own and those of its services.',
  acl: filter('node', 'read'),
  query: FILTER_QUERY,
  missing: 'Missing node name',
  topic: nodeChecksTopic,
  key: (name) => name.toLowerCase(),
  select: ({ query }, context) => allOf(selectionName(query, ['filter']), [byFilter(checkFields, query, context)]),
  encode: checkJson,
});
