/** The common course of a topic read: consistency, blocking, meta headers. Every read of the API but the local ones goes through here. */
import type { Answer, Headers } from '../http/answer.ts';
import { parseBlocking, readBlocking } from '../http/blocking.ts';
import { type Consistency, parseConsistency } from '../http/consistency.ts';
import type { QueryDocs, RouteRequest } from '../http/route.ts';
import { rfc3339 } from '../runtime/utc-text.ts';
import type { Contact } from '../topics/backend.ts';
import type { Topic } from '../topics/topic.ts';
import type { View } from '../topics/view.ts';
import type { ApiContext, ApiSettings } from './context.ts';
import { relayAnswer } from './relayed-route.ts';

export interface TopicRead<T> {
  readonly topic: Topic<T>;
  readonly key: string;
  /** Catalog and health say which consistency was given; KV and sessions do not (spec 1.6). */
  readonly showsConsistency: boolean;
  /** Consul's agent cache knows the endpoint: `?cached` answers `X-Cache`. */
  readonly isCacheable?: boolean;
  /** Which default of the configuration says who answers; absent: that of discovery. */
  readonly family?: 'discovery' | 'kv';
}

/** Query parameters that every topic read takes, for the reference. */
export const READ_QUERY: QueryDocs = {
  index: 'Answer when the index is greater than this (blocking query)',
  wait: 'The most to wait, as a duration; default 5m, at most 10m',
  stale: 'Any server may answer',
  consistent: 'The leader verifies its leadership first',
  leader: 'The default mode; given, an agent has a server answer',
  max_stale: 'As stale, if the answer is not older than this duration',
  cached: 'May be answered from the cache of the agent',
  dc: 'Datacenter; the own one only',
  pretty: 'Indented JSON',
};

/** Reads and waits as the request asks, and answers with `respond` and the meta headers; or has a server do it, if one must. */
export async function readTopic<T>(
  read: TopicRead<T>,
  request: RouteRequest,
  { context, respond }: { readonly context: ApiContext; readonly respond: (view: View<T>) => Answer | Promise<Answer> },
): Promise<Answer> {
  const { backend, settings } = context;
  const { topic, key } = read;
  const consistency = parseConsistency(request, settings);
  const blocking = parseBlocking(request.query, settings);
  if (backend.relay !== undefined && isForServers(read, request, { consistency, settings })) return relayAnswer(request, context);
  const { accepts, mode } = consistency;
  const { view, isHit } = await readBlocking({ topic, key, blocking, isConsistent: mode === 'consistent', accepts }, request, context);
  const contact = backend.contact(topic, key, view);
  const answer = await respond(view);
  const headers = { ...metaHeaders(view.index, contact), ...modeHeaders(read, consistency), ...freshnessHeaders(contact, isHit, context) };
  return { ...answer, headers: { ...headers, ...answer.headers } };
}

interface AskedOf {
  readonly consistency: Consistency;
  readonly settings: ApiSettings;
}

/** Whether the request, or else the configuration, wants no view of an agent. */
function isForServers<T>({ family }: TopicRead<T>, { query }: RouteRequest, { consistency, settings }: AskedOf): boolean {
  if (consistency.isExplicit) return consistency.mode === 'consistent' || (query.has('leader') && consistency.mode === 'leader');
  return (family === 'kv' ? settings.kvConsistency : settings.discoveryConsistency) === 'leader';
}

/** The headers of every answer with an index. */
export const metaHeaders = (index: number, { knownLeader, lastContactMs }: Contact): Headers => ({
  'X-Consul-Index': String(Math.max(index, 1)),
  'X-Consul-KnownLeader': String(knownLeader),
  'X-Consul-LastContact': String(Math.floor(lastContactMs)),
  'X-Consul-Query-Backend': 'blocking-query',
});

function modeHeaders<T>(read: TopicRead<T>, { mode, isCached }: Consistency): Headers {
  return {
    ...(read.showsConsistency ? { 'X-Consul-Effective-Consistency': mode } : {}),
    ...(isCached && read.isCacheable ? { 'X-Cache': 'HIT', Age: '0' } : {}),
  };
}

/** What an agent says of its views (DESIGN section 6). What was held and is shown since nothing newer could be had is a hit as well. */
function freshnessHeaders({ freshness }: Contact, isHit: boolean, { clock }: ApiContext): Headers {
  if (freshness === undefined) return {};
  const cache = isHit || !freshness.isLive ? 'HIT' : 'MISS';
  if (freshness.isLive) return { 'X-Cache': cache, Age: '0', 'X-Konsul-Freshness': 'live' };
  const { ageMs, reason } = freshness;
  const since = rfc3339(clock.wallMs() - ageMs);
  return { 'X-Cache': cache, Age: String(Math.floor(ageMs / 1_000)), 'X-Konsul-Freshness': `stale; since=${since}; reason=${reason}` };
}
