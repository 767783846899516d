/** The services registered on this node (spec 5.2). */
import { filter } from '../../acl/rule.ts';
import { jsonAnswer } from '../../http/answer.ts';
import { serviceFields } from '../../topics/filter/service-fields.ts';
import { agentServiceJson } from '../../wire/agent.ts';
import { mapJson } from '../../wire/json.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { byFilter, FILTER_QUERY } from '../selection.ts';

const SERVICE_READ = filter('service', 'read');

export const agentServices: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/agent/services',
  summary: 'Lists the services registered with this agent, by id.',
  acl: SERVICE_READ,
  query: FILTER_QUERY,
  handle({ query, authorizer }, context) {
    const isPicked = byFilter(serviceFields, query, context);
    const { datacenter } = context.settings;
    const shown = [...context.local.services()].filter(
      ([, service]) => authorizer.allows(SERVICE_READ, service.name) && (isPicked?.(service) ?? true),
    );
    return jsonAnswer(mapJson(Object.fromEntries(shown), (service) => agentServiceJson(service, { datacenter })));
  },
});
