/** One service registered on this node; may block until its registration changes (spec 5.3, 1.8). */
import { type Answer, jsonAnswer } from '../../http/answer.ts';
import { parseWait, withJitter } from '../../http/blocking.ts';
import type { RouteRequest } from '../../http/route.ts';
import { contentHash } from '../../model/canonical.ts';
import type { Service } from '../../model/service.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { agentServiceJson } from '../../wire/agent.ts';
import { type ApiContext, type ApiRoute, defineRoute } from '../context.ts';
import { demand, SERVICE_READ } from './permission.ts';

export const agentService: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/agent/service/',
  rest: 'service_id',
  summary: 'Shows one service registered with this agent.',
  acl: SERVICE_READ,
  query: { hash: 'Wait while the content hash is this one', wait: 'The most to wait; default 5m, at most 10m' },
  async handle(request, context) {
    const waitMs = parseWait(request.query, context.settings);
    const hash = request.query.get('hash');
    const first = found(request, context);
    if (hash === '' || hash !== contentHash(first)) return show(first, context);
    return show(await nextVersion(request, context, waitMs), context);
  },
});

/** The service once its hash is not the asked one; or as it is when time is over, the client has gone, or the process stops. */
async function nextVersion(request: RouteRequest, context: ApiContext, waitMs: number): Promise<Service> {
  const { clock, random, local } = context;
  const hash = request.query.get('hash');
  const endMs = clock.nowMs() + withJitter(waitMs, random);
  let service = found(request, context);
  while (contentHash(service) === hash && clock.nowMs() < endMs && !request.signal.aborted) {
    await local.waitForChange(endMs - clock.nowMs(), request.signal);
    service = found(request, context);
  }
  return service;
}

function found(request: RouteRequest, { local }: ApiContext): Service {
  const service = local.services().get(request.rest);
  if (service === undefined) throw new KonsulError('NOT_FOUND', `unknown service ID: ${request.rest}`);
  demand(request, SERVICE_READ, service.name);
  return service;
}

function show(service: Service, { settings }: ApiContext): Answer {
  const hash = contentHash(service);
  const json = agentServiceJson(service, { datacenter: settings.datacenter, contentHash: hash });
  return jsonAnswer(json, 200, { 'X-Consul-ContentHash': hash });
}
