/** The common course of a topic read: consistency, blocking, meta headers. Every read of the API but the local ones goes through here. */
import type { Answer, Headers } from '../http/answer.ts';
import { parseBlocking, readBlocking } from '../http/blocking.ts';
import { type Consistency, parseConsistency } from '../http/consistency.ts';
import type { QueryDocs, RouteRequest } from '../http/route.ts';
import type { Contact } from '../topics/backend.ts';
import type { Topic } from '../topics/topic.ts';
import type { View } from '../topics/view.ts';
import type { ApiContext } from './context.ts';

export interface TopicRead<T> {
  readonly topic: Topic<T>;
  readonly key: string;
  /** Catalog and health say which consistency was given; KV and sessions do not (spec 1.6). */
  readonly showsConsistency: boolean;
  /** Consul's agent cache knows the endpoint: `?cached` answers `X-Cache`. */
  readonly isCacheable?: boolean;
  /** False answers at once whatever the index. */
  readonly isBlocking?: boolean;
}

/** Query parameters that every topic read takes, for the reference. */
export const READ_QUERY: QueryDocs = {
  index: 'Answer when the index is greater than this (blocking query)',
  wait: 'The most to wait, as a duration; default 5m, at most 10m',
  stale: 'Any server may answer',
  consistent: 'The leader verifies its leadership first',
  leader: 'The default mode',
  max_stale: 'As stale, if the answer is not older than this duration',
  cached: 'May be answered from the cache of the agent',
  dc: 'Datacenter; the own one only',
  pretty: 'Indented JSON',
};

/** Reads and waits as the request asks, and answers with `respond` and the meta headers. */
export async function readTopic<T>(
  read: TopicRead<T>,
  request: RouteRequest,
  { context, respond }: { readonly context: ApiContext; readonly respond: (view: View<T>) => Answer | Promise<Answer> },
): Promise<Answer> {
  const consistency = parseConsistency(request);
  const blocking = parseBlocking(request.query, context.settings);
  const isConsistent = consistency.mode === 'consistent';
  const view = await readBlocking({ topic: read.topic, key: read.key, blocking, isConsistent }, request, context);
  const answer = await respond(view);
  return {
    ...answer,
    headers: { ...metaHeaders(view.index, context.backend.contact()), ...modeHeaders(read, consistency), ...answer.headers },
  };
}

/** The headers of an answer that comes from the state. */
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
