/** The known datacenters: the own one. */
import { open } from '../../acl/rule.ts';
import { jsonAnswer } from '../../http/answer.ts';
import { parseConsistency } from '../../http/consistency.ts';
import { stringifyJson } from '../../wire/json.ts';
import { type ApiRoute, defineRoute } from '../context.ts';

export const catalogDatacenters: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/catalog/datacenters',
  summary: 'The known datacenters, the own one first.',
  acl: open('names no node or service'),
  query: { cached: 'May be answered from the cache of the agent' },
  handle(request, { settings }) {
    const { isCached } = parseConsistency(request, settings);
    return jsonAnswer(stringifyJson([settings.datacenter]), 200, isCached ? { 'X-Cache': 'HIT', Age: '0' } : {});
  },
});
