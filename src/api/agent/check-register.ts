/** Registers a check with this agent, of the node or of a service here (spec 5.9). */
import { emptyAnswer } from '../../http/answer.ts';
import type { RouteRequest } from '../../http/route.ts';
import { isCheckStatus } from '../../model/check.ts';
import type { CheckRegistration } from '../../model/check-registration.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { decodeBody } from '../../wire/decode.ts';
import { type ApiContext, type ApiRoute, defineRoute } from '../context.ts';
import { checkRegisterBody, checkSpecOf } from './check-body.ts';
import { demand, demandCheckWrite, NODE_WRITE, SERVICE_WRITE } from './permission.ts';

export const agentCheckRegister: ApiRoute = defineRoute({
  method: 'PUT',
  path: '/v1/agent/check/register',
  summary: 'Registers a check, or replaces the one with its id.',
  acl: SERVICE_WRITE,
  query: {},
  body: checkRegisterBody,
  async handle(request, context) {
    const check = checkFrom(request, context);
    demandRights(request, check, context);
    await context.local.registerCheck(check);
    return emptyAnswer();
  },
});

function checkFrom(request: RouteRequest, { settings }: ApiContext): CheckRegistration {
  const given = decodeBody(checkRegisterBody, request.body);
  const { Name: name = '', Status: status = '' } = given;
  if (name === '') throw new KonsulError('BAD_REQUEST', 'Missing check name');
  if (status !== '' && !isCheckStatus(status)) throw new KonsulError('BAD_REQUEST', 'Bad check status');
  return {
    id: given.ID || name,
    name,
    notes: given.Notes ?? '',
    serviceId: given.ServiceID ?? '',
    status: status === '' ? undefined : status,
    spec: checkSpecOf(given, settings),
  };
}

/** On what the check is for, and on what a check of the same id is for now. */
function demandRights(request: RouteRequest, { id, serviceId }: CheckRegistration, { local }: ApiContext): void {
  const service = local.services().get(serviceId);
  if (service !== undefined) demand(request, SERVICE_WRITE, service.name);
  else if (serviceId === '') demand(request, NODE_WRITE, local.nodeName);
  const replaced = local.checks().get(id);
  if (replaced !== undefined) demandCheckWrite(request, replaced);
}
