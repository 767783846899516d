/** The health of one service instance on this node, by its id (spec 5.5). */
import { KonsulError } from '../../runtime/errors.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { HEALTH_QUERY, localHealth, localHealthJson, notFoundAnswer, statusAnswer } from './local-health.ts';
import { demand, SERVICE_READ } from './permission.ts';

const NOTHING = '{"AggregatedStatus":"critical","Service":null,"Checks":null}';

export const agentHealthServiceById: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/agent/health/service/id/',
  rest: 'service_id',
  summary: 'Tells the health of one local service instance, in the status code too.',
  acl: SERVICE_READ,
  query: HEALTH_QUERY,
  handle(request, context) {
    const { rest } = request;
    if (rest === '') throw new KonsulError('BAD_REQUEST', 'Missing serviceID');
    const service = context.local.services().get(rest);
    if (service !== undefined) demand(request, SERVICE_READ, service.name);
    const [health] = localHealth(service === undefined ? [] : [service], context);
    if (health === undefined) return notFoundAnswer(request, `ServiceId ${rest} not found`, NOTHING);
    return statusAnswer(request, health.status, localHealthJson(health, context));
  },
});
