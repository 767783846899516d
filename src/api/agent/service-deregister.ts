/** Removes a service, with its checks, from this node (spec 5.7). */
import { emptyAnswer } from '../../http/answer.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { demand, SERVICE_WRITE } from './permission.ts';
import { SYNC_WAIT_QUERY, syncWait } from './sync-wait.ts';
import { unknownService } from './unknown.ts';

export const agentServiceDeregister: ApiRoute = defineRoute({
  method: 'PUT',
  path: '/v1/agent/service/deregister/',
  rest: 'service_id',
  summary: 'Removes a service and its checks from this agent and the catalog.',
  acl: SERVICE_WRITE,
  query: SYNC_WAIT_QUERY,
  async handle(request, { local }) {
    const wait = syncWait(request.query);
    const service = local.services().get(request.rest);
    if (service !== undefined) demand(request, SERVICE_WRITE, service.name);
    if (await local.deregisterService(request.rest, wait)) return emptyAnswer();
    throw unknownService(request.rest);
  },
});
