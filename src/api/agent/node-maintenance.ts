/** Takes this whole node out of use by hand, and back (spec 5.8). */
import { emptyAnswer } from '../../http/answer.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { MAINTENANCE_QUERY, maintenanceQuery } from './maintenance-query.ts';
import { demand, NODE_WRITE } from './permission.ts';

export const agentNodeMaintenance: ApiRoute = defineRoute({
  method: 'PUT',
  path: '/v1/agent/maintenance',
  summary: 'Puts the node into maintenance mode, or ends it.',
  acl: NODE_WRITE,
  query: MAINTENANCE_QUERY,
  async handle(request, { local }) {
    const { enable, reason } = maintenanceQuery(request.query);
    demand(request, NODE_WRITE, local.nodeName);
    await local.setMaintenance('', enable, reason);
    return emptyAnswer();
  },
});
