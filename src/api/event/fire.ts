/** Fires a user event (spec section 9). */
import { refuse } from '../../acl/rule.ts';
import { jsonAnswer } from '../../http/answer.ts';
import type { RouteRequest } from '../../http/route.ts';
import type { EventFire } from '../../model/commands/event.ts';
import { eventSizeProblem } from '../../model/user-event.ts';
import { KonsulError, messageOf } from '../../runtime/errors.ts';
import { compileRegex } from '../../topics/filter/regex/regex.ts';
import { userEventJson } from '../../wire/event.ts';
import { type ApiContext, type ApiRoute, defineRoute } from '../context.ts';

export const eventFire: ApiRoute = defineRoute({
  method: 'PUT',
  path: '/v1/event/fire/',
  rest: 'name',
  summary: 'Fires an event, and answers it with its id. The body is its payload.',
  acl: refuse('event', 'write'),
  query: {
    node: 'Only for agents on nodes whose name this regular expression finds something in',
    service: 'Only for agents with a service whose name this regular expression finds something in',
    tag: 'Only if that service has a tag that this regular expression finds something in',
    dc: 'Datacenter; the own one only',
  },
  async handle(request, context) {
    if (request.rest === '') throw new KonsulError('BAD_REQUEST', 'Missing name');
    const event = eventOf(request, context);
    await context.backend.submit({ kind: 'event.fire', event });
    return jsonAnswer(userEventJson({ ...event, lTime: 0 }));
  },
});

function eventOf({ rest: name, query, body }: RouteRequest, { random }: ApiContext): EventFire['event'] {
  const [nodeFilter, serviceFilter, tagFilter] = [query.get('node'), query.get('service'), query.get('tag')];
  const payload = body.length === 0 ? undefined : body;
  const event = { id: random.uuid(), name, payload, nodeFilter, serviceFilter, tagFilter };
  if (tagFilter !== '' && serviceFilter === '') throw new KonsulError('REJECTED', 'Cannot provide tag filter without service filter');
  const problem =
    filterProblem('node', nodeFilter) ??
    filterProblem('service', serviceFilter) ??
    filterProblem('tag', tagFilter) ??
    eventSizeProblem(event);
  if (problem !== undefined) throw new KonsulError('REJECTED', problem);
  return event;
}

function filterProblem(what: string, pattern: string): string | undefined {
  try {
    compileRegex(pattern);
    return undefined;
  } catch (error) {
    return `Invalid ${what} filter: ${messageOf(error)}`;
  }
}
