/** Takes a service on this node out of use by hand, and back (spec 5.8). */
import { emptyAnswer } from '../../http/answer.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { MAINTENANCE_QUERY, maintenanceQuery } from './maintenance-query.ts';
import { demand, SERVICE_WRITE } from './permission.ts';
import { SYNC_WAIT_QUERY, syncWait } from './sync-wait.ts';
import { unknownService } from './unknown.ts';

export const agentServiceMaintenance: ApiRoute = defineRoute({
  method: 'PUT',
  path: '/v1/agent/service/maintenance/',
  rest: 'service_id',
  summary: 'Puts a service into maintenance mode, or ends it.',
  acl: SERVICE_WRITE,
  query: { ...MAINTENANCE_QUERY, ...SYNC_WAIT_QUERY },
  async handle(request, { local }) {
    if (request.rest === '') throw new KonsulError('BAD_REQUEST', 'Missing service ID');
    const wanted = maintenanceQuery(request.query);
    const wait = syncWait(request.query);
    const service = local.services().get(request.rest);
    if (service !== undefined) demand(request, SERVICE_WRITE, service.name);
    if (await local.setMaintenance(request.rest, wanted, wait)) return emptyAnswer();
    throw unknownService(request.rest);
  },
});
