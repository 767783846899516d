/** How each topic that the SDK reads is asked for over HTTP, and how its answer becomes the topic's items. */
import { checkOf, fieldsOf, kvEntryOf, listOf, nodeOf, serviceOf, userEventOf } from '../client/records.ts';
import type { Json } from '../model/values.ts';
import { invariant } from '../runtime/errors.ts';
import type { ServiceEntry } from '../topics/entries.ts';
import { eventsTopic } from '../topics/events.ts';
import { kvEntryTopic } from '../topics/kv-entry.ts';
import { kvPrefixTopic } from '../topics/kv-prefix.ts';
import { nodeChecksTopic } from '../topics/node-checks.ts';
import { nodesTopic } from '../topics/nodes.ts';
import { serviceChecksTopic } from '../topics/service-checks.ts';
import { serviceHealthTopic } from '../topics/service-health.ts';
import { type ServiceName, servicesTopic } from '../topics/services.ts';
import { stateChecksTopic } from '../topics/state-checks.ts';
import type { Topic } from '../topics/topic.ts';
import { keyPath, type Query } from '../wire/api-path.ts';

export interface ApiTopic<T = unknown> {
  path(key: string): string;
  readonly query?: Query;
  /** Of an answer with a body. 404 is a view without items. */
  decode(body: Json): readonly T[];
  /** Its index says which, not how many: it cannot go back. */
  readonly isUnordered?: boolean;
}

const table: ReadonlyMap<string, ApiTopic> = new Map([
  entry(serviceHealthTopic, {
    path: (key) => `/v1/health/service/${encodeURIComponent(key)}`,
    decode: (body) => listOf(body, 'health/service', serviceEntryOf),
  }),
  entry(servicesTopic, { path: () => '/v1/catalog/services', decode: serviceNamesOf }),
  entry(nodesTopic, { path: () => '/v1/catalog/nodes', decode: (body) => listOf(body, 'catalog/nodes', nodeOf) }),
  entry(stateChecksTopic, checksAt('state')),
  entry(serviceChecksTopic, checksAt('checks')),
  entry(nodeChecksTopic, checksAt('node')),
  entry(kvEntryTopic, { path: (key) => `/v1/kv/${keyPath(key)}`, decode: kvEntriesOf }),
  entry(kvPrefixTopic, { path: (key) => `/v1/kv/${keyPath(key)}`, query: { recurse: true }, decode: kvEntriesOf }),
  entry(eventsTopic, {
    path: () => '/v1/event/list',
    decode: (body) => listOf(body, 'event/list', userEventOf),
    isUnordered: true,
  }),
]);

/** What the API says of the topic; the SDK reads none but these. */
export function apiTopic<T>(topic: Topic<T>): ApiTopic<T> {
  const found = table.get(topic.name);
  invariant(found !== undefined, `the SDK does not read the topic ${topic.name} over HTTP`);
  return found as ApiTopic<T>;
}

function entry<T>(topic: Topic<T>, definition: ApiTopic<T>): readonly [string, ApiTopic] {
  return [topic.name, definition];
}

function checksAt(family: 'state' | 'checks' | 'node'): ApiTopic<ReturnType<typeof checkOf>> {
  return {
    path: (key) => `/v1/health/${family}/${encodeURIComponent(key)}`,
    decode: (body) => listOf(body, `health/${family}`, checkOf),
  };
}

function serviceEntryOf(value: Json): ServiceEntry {
  const { Node, Service, Checks } = fieldsOf(value, 'instance');
  const node = nodeOf(Node);
  return { node, service: serviceOf(Service, node.name), checks: listOf(Checks, 'Checks', checkOf) };
}

function serviceNamesOf(body: Json): readonly ServiceName[] {
  return Object.entries(fieldsOf(body, 'catalog/services')).map(([name, tags]) => ({
    name,
    tags: listOf(tags, 'tags', String),
  }));
}

function kvEntriesOf(body: Json): ReturnType<typeof kvEntryOf>[] {
  return [...listOf(body, 'kv', kvEntryOf)];
}
