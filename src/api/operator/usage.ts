/** Counts of nodes, services and instances (spec section 14). */
import { refuse } from '../../acl/rule.ts';
import { jsonAnswer } from '../../http/answer.ts';
import { nodesTopic } from '../../topics/nodes.ts';
import { quote } from '../../wire/json.ts';
import { usageJson } from '../../wire/operator.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { READ_QUERY, readTopic } from '../read-topic.ts';

export const operatorUsage: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/operator/usage',
  summary: 'Counts nodes, services and instances. The index is that of the nodes, which services move too.',
  acl: refuse('operator', 'read'),
  // Counted in the whole catalog.
  isRelayed: true,
  query: { ...READ_QUERY, global: 'Of all datacenters; there is one' },
  handle: (request, context) =>
    readTopic({ topic: nodesTopic, key: '', showsConsistency: true }, request, {
      context,
      respond: () => jsonAnswer(`{"Usage":{${quote(context.settings.datacenter)}:${usageJson(context.operations.usage())}}}`),
    }),
});
