/** Registers a check with this agent, of the node or of a service here (spec 5.9). */
import { emptyAnswer } from '../../http/answer.ts';
import type { RouteRequest } from '../../http/route.ts';
import type { CheckRegistration } from '../../model/check-registration.ts';
import { checkRegisterBody, checkRegistrationOf } from '../../registration/check-body.ts';
import { decodeBody } from '../../wire/decode.ts';
import { type ApiContext, type ApiRoute, defineRoute } from '../context.ts';
import { demand, demandCheckWrite, NODE_WRITE, SERVICE_WRITE } from './permission.ts';
import { SYNC_WAIT_QUERY, syncWait } from './sync-wait.ts';

export const agentCheckRegister: ApiRoute = defineRoute({
  method: 'PUT',
  path: '/v1/agent/check/register',
  summary: 'Registers a check, or replaces the one with its id.',
  acl: SERVICE_WRITE,
  query: SYNC_WAIT_QUERY,
  body: checkRegisterBody,
  async handle(request, context) {
    const wait = syncWait(request.query);
    const check = checkRegistrationOf(decodeBody(checkRegisterBody, request.body), context.settings);
    demandRights(request, check, context);
    await context.local.registerCheck(check, wait);
    return emptyAnswer();
  },
});

/** On what the check is for, and on what a check of the same id is for now. */
function demandRights(request: RouteRequest, { id, serviceId }: CheckRegistration, { local }: ApiContext): void {
  const service = local.services().get(serviceId);
  if (service !== undefined) demand(request, SERVICE_WRITE, service.name);
  else if (serviceId === '') demand(request, NODE_WRITE, local.nodeName);
  const replaced = local.checks().get(id);
  if (replaced !== undefined) demandCheckWrite(request, replaced);
}
