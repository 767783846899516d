/** One node with its services, by id. */
import { filter } from '../../acl/rule.ts';
import { nodeJson, serviceJson } from '../../wire/catalog.ts';
import { mapJson } from '../../wire/json.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { READ_QUERY } from '../read-topic.ts';
import { FILTER_QUERY } from '../selection.ts';
import { readNode } from './node-read.ts';

export const catalogNode: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/catalog/node/',
  rest: 'node',
  summary: 'One node with its services, as an object by service id; `null` for an unknown node.',
  acl: filter('node', 'read'),
  query: { ...READ_QUERY, ...FILTER_QUERY },
  handle: (request, context) =>
    readNode(request, context, (node, services) => {
      if (node === undefined) return 'null';
      const byId = Object.fromEntries(services.map((service) => [service.id, service]));
      return `{"Node":${nodeJson(node, context.settings.datacenter)},"Services":${mapJson(byId, serviceJson)}}`;
    }),
});
