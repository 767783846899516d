/** All nodes. */
import { filter } from '../../acl/rule.ts';
import { nodeFields } from '../../topics/filter/node-fields.ts';
import { nodesTopic } from '../../topics/nodes.ts';
import { nodeJson } from '../../wire/catalog.ts';
import type { ApiRoute } from '../context.ts';
import { allOf, byFilter, byNodeMeta, FILTER_QUERY, NODE_META_QUERY, selectionName } from '../selection.ts';
import { topicRoute } from '../topic-route.ts';

export const catalogNodes: ApiRoute = topicRoute({
  path: '/v1/catalog/nodes',
  summary: 'All nodes.',
  acl: filter('node', 'read'),
  query: { ...NODE_META_QUERY, ...FILTER_QUERY },
  topic: nodesTopic,
  key: () => '',
  select: ({ query }, context) =>
    allOf(selectionName(query, ['node-meta', 'filter']), [byFilter(nodeFields, query, context), byNodeMeta(query, (node) => node)]),
  nodeNameOf: ({ name }) => name,
  encode: (node, { settings }) => nodeJson(node, settings.datacenter),
});
