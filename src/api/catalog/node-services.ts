/** One node with its services, as a list. */
import { filter } from '../../acl/rule.ts';
import { nodeJson, serviceJson } from '../../wire/catalog.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { READ_QUERY } from '../read-topic.ts';
import { FILTER_QUERY } from '../selection.ts';
import { readNode } from './node-read.ts';

export const catalogNodeServices: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/catalog/node-services/',
  rest: 'node',
  summary: 'One node with its services, as a list; both `null` for an unknown node.',
  acl: filter('node', 'read'),
  query: { ...READ_QUERY, ...FILTER_QUERY },
  handle: (request, context) =>
    readNode(request, context, (node, services) => {
      if (node === undefined) return '{"Node":null,"Services":null}';
      return `{"Node":${nodeJson(node, context.settings.datacenter)},"Services":[${services.map(serviceJson).join(',')}]}`;
    }),
});
