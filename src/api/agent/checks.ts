/** The checks registered on this node (spec 5.4). */
import { filter } from '../../acl/rule.ts';
import { jsonAnswer } from '../../http/answer.ts';
import type { RouteRequest } from '../../http/route.ts';
import type { Check } from '../../model/check.ts';
import { checkFields } from '../../topics/filter/check-fields.ts';
import { checkJson } from '../../wire/catalog.ts';
import { mapJson } from '../../wire/json.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { byFilter, FILTER_QUERY } from '../selection.ts';

const SERVICE_READ = filter('service', 'read');
const NODE_READ = filter('node', 'read');

export const agentChecks: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/agent/checks',
  summary: 'Lists the checks registered with this agent, by id.',
  acl: SERVICE_READ,
  query: FILTER_QUERY,
  handle(request, context) {
    const isPicked = byFilter(checkFields, request.query, context);
    const shown = [...context.local.checks()].filter(([, check]) => mayRead(request, check) && (isPicked?.(check) ?? true));
    return jsonAnswer(mapJson(Object.fromEntries(shown), checkJson));
  },
});

const mayRead = ({ authorizer }: RouteRequest, { serviceId, serviceName, node }: Check): boolean =>
  serviceId === '' ? authorizer.allows(NODE_READ, node) : authorizer.allows(SERVICE_READ, serviceName);
