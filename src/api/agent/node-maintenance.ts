/** Takes this whole node out of use by hand, and back (spec 5.8). */
import { emptyAnswer } from '../../http/answer.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { MAINTENANCE_QUERY, maintenanceQuery } from './maintenance-query.ts';
import { demand, NODE_WRITE } from './permission.ts';
import { SYNC_WAIT_QUERY, syncWait } from './sync-wait.ts';

export const agentNodeMaintenance: ApiRoute = defineRoute({
  method: 'PUT',
  path: '/v1/agent/maintenance',
  summary: 'Puts the node into maintenance mode, or ends it.',
  acl: NODE_WRITE,
  query: { ...MAINTENANCE_QUERY, ...SYNC_WAIT_QUERY },
  async handle(request, { local }) {
    const wanted = maintenanceQuery(request.query);
    const wait = syncWait(request.query);
    demand(request, NODE_WRITE, local.nodeName);
    await local.setMaintenance('', wanted, wait);
    return emptyAnswer();
  },
});
