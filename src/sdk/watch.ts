/** What can be watched by name: `watch('service', { name: 'web' })`. One entry of `Watchable` for each, and how it is shown. */
import type { Check, CheckStatus } from '../model/check.ts';
import type { Node } from '../model/node.ts';
import type { UserEvent } from '../model/user-event.ts';
import type { StringMap } from '../model/values.ts';
import { KonsulError } from '../runtime/errors.ts';
import { eventsTopic } from '../topics/events.ts';
import { kvPrefixTopic } from '../topics/kv-prefix.ts';
import { nodeChecksTopic } from '../topics/node-checks.ts';
import { nodesTopic } from '../topics/nodes.ts';
import { serviceChecksTopic } from '../topics/service-checks.ts';
import { serviceHealthTopic } from '../topics/service-health.ts';
import { type ServiceName, servicesTopic } from '../topics/services.ts';
import { stateChecksTopic } from '../topics/state-checks.ts';
import type { Topic } from '../topics/topic.ts';
import { type Changes, FeedChanges, type Shows, type WatchOptions } from './changes.ts';
import type { Feeds } from './feeds.ts';
import { type Instance, isSameList } from './instance.ts';
import { type KvPair, showPairs } from './kv.ts';
import { type HealthOptions, serviceKey } from './selection.ts';
import { showInstances } from './service-handle.ts';

export interface WatchedNode {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly meta: StringMap;
}

export interface WatchedCheck {
  readonly id: string;
  readonly name: string;
  readonly node: string;
  readonly status: CheckStatus;
  readonly output: string;
  readonly notes: string;
  /** '' for a check of the node. */
  readonly serviceId: string;
  readonly serviceName: string;
}

export interface WatchedEvent {
  readonly id: string;
  readonly name: string;
  /** Empty if it has none. */
  readonly payload: Uint8Array;
  /** Its place among all events. */
  readonly lTime: number;
}

/** At most one of the three; none: all checks. */
export interface ChecksOptions {
  readonly status?: CheckStatus;
  readonly service?: string;
  readonly node?: string;
}

/** What each watch is asked with, and what it gives. */
export interface Watchable {
  service: { readonly options: HealthOptions & { readonly name: string }; readonly value: readonly Instance[] };
  /** Names with the tags of their instances. */
  services: { readonly options: object; readonly value: readonly ServiceName[] };
  /** '' is all keys. */
  kv: { readonly options: { readonly prefix: string }; readonly value: readonly KvPair[] };
  nodes: { readonly options: object; readonly value: readonly WatchedNode[] };
  checks: { readonly options: ChecksOptions; readonly value: readonly WatchedCheck[] };
  /** Those that came since the last change, the oldest first; at first those that are kept (256 at most). */
  events: { readonly options: { readonly name?: string }; readonly value: readonly WatchedEvent[] };
}

type Opens = {
  readonly [K in keyof Watchable]: (feeds: Feeds, options: Watchable[K]['options'] & WatchOptions) => Changes<Watchable[K]['value']>;
};

const opens: Opens = {
  service: (feeds, options) => {
    if (options.name === undefined || options.name === '')
      throw new KonsulError('BAD_REQUEST', 'watch("service") needs a name: { name: "web" }');
    return new FeedChanges(feeds.of(serviceHealthTopic, serviceKey(options.name)), showInstances(options), options);
  },
  services: (feeds, options) => new FeedChanges(feeds.of(servicesTopic, ''), showList(frozenName), options),
  kv: (feeds, options) => new FeedChanges(feeds.of(kvPrefixTopic, options.prefix ?? ''), showPairs(), options),
  nodes: (feeds, options) => new FeedChanges(feeds.of(nodesTopic, ''), showList(watchedNode), options),
  checks: (feeds, options) => new FeedChanges(feeds.of(...checksView(options)), showList(watchedCheck), options),
  events: (feeds, options) => new FeedChanges(feeds.of(eventsTopic, ''), showEvents(options.name), options),
};

/** Opens a watch. Throws BAD_REQUEST for a name that is none, and for options that make no sense. */
export function openWatch<K extends keyof Watchable>(
  feeds: Feeds,
  name: K,
  options: Watchable[K]['options'] & WatchOptions,
): Changes<Watchable[K]['value']> {
  if (!Object.hasOwn(opens, name))
    throw new KonsulError('BAD_REQUEST', `there is no watch "${name}"; there are ${Object.keys(opens).join(', ')}`);
  return opens[name](feeds, options);
}

function checksView({ status, service, node }: ChecksOptions): [Topic<Check>, string] {
  if ([status, service, node].filter((given) => given !== undefined).length > 1) {
    throw new KonsulError('BAD_REQUEST', 'watch("checks") takes one of status, service and node');
  }
  if (service !== undefined) return [serviceChecksTopic, serviceKey(service)];
  if (node !== undefined) return [nodeChecksTopic, serviceKey(node)];
  return [stateChecksTopic, status ?? 'any'];
}

/** Shows what is made of each item, whenever one is another. */
function showList<T extends object, V>(make: (item: T) => V): Shows<T, readonly V[]> {
  let shown: readonly T[] = [];
  let made = new Map<T, V>();
  return ({ items }, isFirst) => {
    if (!isFirst && isSameList(items, shown)) return undefined;
    const before = made;
    made = new Map(items.map((item) => [item, before.get(item) ?? make(item)]));
    shown = items;
    return { value: Object.freeze([...made.values()]) };
  };
}

function showEvents(name: string | undefined): Shows<UserEvent, readonly WatchedEvent[]> {
  let last = 0;
  return ({ items }, isFirst) => {
    if (isFirst) last = 0;
    const fresh = items.filter((event) => event.lTime > last && (name === undefined || event.name === name));
    last = items.reduce((latest, { lTime }) => Math.max(latest, lTime), last);
    return fresh.length === 0 ? undefined : { value: Object.freeze(fresh.map(watchedEvent)) };
  };
}

const frozenName = ({ name, tags }: ServiceName): ServiceName => Object.freeze({ name, tags: Object.freeze([...tags]) });

const watchedNode = ({ id, name, address, meta }: Node): WatchedNode =>
  Object.freeze({ id, name, address, meta: Object.freeze({ ...meta }) });

const watchedCheck = ({ id, name, node, status, output, notes, serviceId, serviceName }: Check): WatchedCheck =>
  Object.freeze({ id, name, node, status, output, notes, serviceId, serviceName });

const NOTHING = new Uint8Array();

const watchedEvent = ({ id, name, payload = NOTHING, lTime }: UserEvent): WatchedEvent => Object.freeze({ id, name, payload, lTime });
