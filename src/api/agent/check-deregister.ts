/** Removes a check from this node (spec 5.9). */
import { emptyAnswer } from '../../http/answer.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { demandCheckWrite, SERVICE_WRITE } from './permission.ts';
import { SYNC_WAIT_QUERY, syncWait } from './sync-wait.ts';
import { unknownCheck } from './unknown.ts';

export const agentCheckDeregister: ApiRoute = defineRoute({
  method: 'PUT',
  path: '/v1/agent/check/deregister/',
  rest: 'check_id',
  summary: 'Removes a check from this agent and the catalog.',
  acl: SERVICE_WRITE,
  query: SYNC_WAIT_QUERY,
  async handle(request, { local }) {
    const wait = syncWait(request.query);
    const check = local.checks().get(request.rest);
    if (check !== undefined) demandCheckWrite(request, check);
    if (await local.deregisterCheck(request.rest, wait)) return emptyAnswer();
    throw unknownCheck(request.rest);
  },
});
