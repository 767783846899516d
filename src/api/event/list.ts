/**
 * The last events that were meant for this agent (spec section 9). Its index is made of the last one's id: it says which, not how many,
 * so a query blocks while the index is the same, and is not to be compared by size.
 */
import { filter } from '../../acl/rule.ts';
import { listAnswer } from '../../http/answer.ts';
import { parseWait } from '../../http/blocking.ts';
import type { Query } from '../../http/request.ts';
import type { RouteRequest } from '../../http/route.ts';
import type { UserEvent } from '../../model/user-event.ts';
import { KonsulError } from '../../runtime/errors.ts';
import { eventsTopic } from '../../topics/events.ts';
import { userEventJson } from '../../wire/event.ts';
import { type ApiContext, type ApiRoute, defineRoute } from '../context.ts';

const EVENT_READ = filter('event', 'read');

export const eventList: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/event/list',
  summary: 'The last events that were meant for this agent, at most 256, the oldest first.',
  acl: EVENT_READ,
  // A server would tell which events were meant for itself.
  isRelayed: false,
  query: {
    name: 'Only events of this name',
    index: 'Answer when the index is another than this (blocking query)',
    wait: 'The most to wait, as a duration; default and at most 10m',
    dc: 'Datacenter; the own one only',
  },
  async handle(request, context) {
    const events = await nextEvents(request, context);
    return listAnswer({ items: events, where: undefined, encode: userEventJson }, 200, { 'X-Consul-Index': String(indexOf(events)) });
  },
});

/** The events, once their index is not the asked one; or as they are when time is over, the client has gone, or all was replaced. */
async function nextEvents(request: RouteRequest, context: ApiContext): Promise<readonly UserEvent[]> {
  const { backend, clock, eventInbox, settings } = context;
  const endMs = clock.nowMs() + parseWait(request.query, { ...settings, defaultQueryTimeMs: settings.maxQueryTimeMs });
  const index = parseIndex(request.query);
  for (;;) {
    const read = backend.read(eventsTopic, '');
    // No `await` for what is there: between a read and its wait nothing may change.
    const view = read instanceof Promise ? await read : read;
    const events = eventInbox.keep(view.items).filter((event) => isShown(event, request));
    const timeoutMs = endMs - clock.nowMs();
    if (index === 0n || indexOf(events) !== index || timeoutMs <= 0 || request.signal.aborted) return events;
    if (await backend.wait(eventsTopic, '', view.index, { timeoutMs, signal: request.signal })) return events;
  }
}

function isShown({ name }: UserEvent, { query, authorizer }: RouteRequest): boolean {
  const asked = query.get('name');
  return (asked === '' || name === asked) && authorizer.allows(EVENT_READ, name);
}

/** Of 64 bits, which a double does not hold. */
function parseIndex(query: Query): bigint {
  const text = query.get('index') || '0';
  if (!/^\d{1,20}$/.test(text) || BigInt(text) >= 2n ** 64n) throw new KonsulError('BAD_REQUEST', 'Invalid index');
  return BigInt(text);
}

/** The two halves of the last event's id, one against the other; 1 if there is none. */
function indexOf(events: readonly UserEvent[]): bigint {
  const hex = events.at(-1)?.id.replaceAll('-', '');
  return hex === undefined ? 1n : BigInt(`0x${hex.slice(0, 16)}`) ^ BigInt(`0x${hex.slice(16)}`);
}
