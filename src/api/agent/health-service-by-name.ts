/** The health of all instances of a service on this node (spec 5.5). */
import { KonsulError } from '../../runtime/errors.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { HEALTH_QUERY, localHealth, localHealthJson, notFoundAnswer, statusAnswer, worstOf } from './local-health.ts';
import { demand, SERVICE_READ } from './permission.ts';

export const agentHealthServiceByName: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/agent/health/service/name/',
  rest: 'service_name',
  summary: 'Tells the health of all local instances of a service, the worst in the status code.',
  acl: SERVICE_READ,
  query: HEALTH_QUERY,
  handle(request, context) {
    const { rest } = request;
    if (rest === '') throw new KonsulError('BAD_REQUEST', 'Missing service Name');
    demand(request, SERVICE_READ, rest);
    const services = [...context.local.services().values()].filter(({ name }) => name === rest);
    if (services.length === 0) return notFoundAnswer(request, `ServiceName ${rest} Not Found`, '[]');
    const healths = localHealth(services, context);
    const json = `[${healths.map((health) => localHealthJson(health, context)).join(',')}]`;
    return statusAnswer(request, worstOf(healths.map(({ status }) => status)), json);
  },
});
