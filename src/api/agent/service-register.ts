/** Registers a service, with its checks, with this agent (spec 5.6). */
import { emptyAnswer } from '../../http/answer.ts';
import type { Query } from '../../http/request.ts';
import { serviceChecksOf, serviceDefinitionOf, serviceRegisterBody } from '../../registration/service-body.ts';
import { decodeBody } from '../../wire/decode.ts';
import { type ApiRoute, defineRoute } from '../context.ts';
import { demand, SERVICE_WRITE } from './permission.ts';
import { SYNC_WAIT_QUERY, syncWait } from './sync-wait.ts';

export const agentServiceRegister: ApiRoute = defineRoute({
  method: 'PUT',
  path: '/v1/agent/service/register',
  summary: 'Registers a service and its checks, or replaces the service with its id.',
  acl: SERVICE_WRITE,
  query: {
    'replace-existing-checks': 'Empty or `true`: removes checks of the service that are not in this request',
    ...SYNC_WAIT_QUERY,
  },
  body: serviceRegisterBody,
  async handle(request, { local, settings }) {
    const wait = syncWait(request.query);
    const given = decodeBody(serviceRegisterBody, request.body);
    const service = serviceDefinitionOf(given, settings);
    const checks = serviceChecksOf(given, service, settings);
    const replaced = local.services().get(service.id);
    for (const name of new Set([service.name, replaced?.name ?? service.name])) demand(request, SERVICE_WRITE, name);
    const { Token: token = '' } = given;
    await local.registerService(service, checks, { replaceChecks: wantsReplacement(request.query), token, wait });
    return emptyAnswer();
  },
});

const wantsReplacement = (query: Query): boolean =>
  query.has('replace-existing-checks') && ['', 'true'].includes(query.get('replace-existing-checks'));
