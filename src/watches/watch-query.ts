/** What can be watched: the types of Consul, the parameters of each, and the request that shows it. Pure. */
import { KonsulError } from '../runtime/errors.ts';
import { keyPath, type Query, withQuery } from '../wire/api-path.ts';

/** What a configuration file or a command line asks for. Absent and '' are the same. */
export interface WatchQuery {
  readonly type: string;
  readonly key?: string;
  readonly prefix?: string;
  readonly service?: string;
  readonly tags?: readonly string[];
  readonly isPassingOnly?: boolean;
  readonly state?: string;
  readonly name?: string;
  /** A filter expression, where the request takes one. */
  readonly filter?: string;
  /** '' is the agent's own. */
  readonly datacenter?: string;
  /** Any server may answer. */
  readonly isStale?: boolean;
}

type Parameter = 'key' | 'prefix' | 'service' | 'tags' | 'isPassingOnly' | 'state' | 'name' | 'filter';

/** As users write them. */
const SPELLED: Readonly<Record<Parameter, string>> = {
  key: 'key',
  prefix: 'prefix',
  service: 'service',
  tags: 'tag',
  isPassingOnly: 'passingonly',
  state: 'state',
  name: 'name',
  filter: 'filter',
};

interface WatchType {
  readonly takes: readonly Parameter[];
  readonly required?: Parameter;
  request(query: WatchQuery): { readonly path: string; readonly query: Query };
}

const TYPES: Readonly<Record<string, WatchType>> = {
  key: { takes: ['key'], required: 'key', request: ({ key = '' }) => ({ path: `kv/${keyPath(key)}`, query: {} }) },
  keyprefix: {
    takes: ['prefix'],
    required: 'prefix',
    request: ({ prefix = '' }) => ({ path: `kv/${keyPath(prefix)}`, query: { recurse: true } }),
  },
  services: { takes: ['filter'], request: ({ filter = '' }) => ({ path: 'catalog/services', query: { filter: orNothing(filter) } }) },
  nodes: { takes: ['filter'], request: ({ filter = '' }) => ({ path: 'catalog/nodes', query: { filter: orNothing(filter) } }) },
  service: {
    takes: ['service', 'tags', 'isPassingOnly', 'filter'],
    required: 'service',
    request: ({ service = '', tags, isPassingOnly, filter = '' }) => ({
      path: `health/service/${encodeURIComponent(service)}`,
      query: { tag: tags, passing: isPassingOnly, filter: orNothing(filter) },
    }),
  },
  checks: {
    takes: ['service', 'state', 'filter'],
    request: ({ service = '', state = '', filter = '' }) => ({
      path:
        service === ''
          ? `health/state/${encodeURIComponent(state === '' ? 'any' : state)}`
          : `health/checks/${encodeURIComponent(service)}`,
      query: { filter: orNothing(filter) },
    }),
  },
  event: { takes: ['name'], request: ({ name = '' }) => ({ path: 'event/list', query: { name: orNothing(name) } }) },
};

const orNothing = (text: string): string | undefined => (text === '' ? undefined : text);

/** The types, for messages. */
export const watchTypes: readonly string[] = Object.keys(TYPES);

/** The path that shows what `query` asks for, with its parameters. Throws CONFIG_INVALID, with Consul's texts, if it asks for nothing. */
export function watchPath(query: WatchQuery): string {
  if (query.type === '') throw invalid('type', 'Watch type must be specified');
  const type = Object.hasOwn(TYPES, query.type) ? TYPES[query.type] : undefined;
  if (type === undefined) throw invalid('type', `Unsupported watch type: ${query.type}`);
  const { takes, required } = type;
  if (required !== undefined && !isGiven(query, required)) throw invalid('type', `Must specify a single ${required} to watch`);
  const alien = (Object.keys(SPELLED) as Parameter[]).find((name) => isGiven(query, name) && !takes.includes(name));
  if (alien !== undefined) throw invalid(alien, `Invalid parameters: [${SPELLED[alien]}]`);
  if (query.type === 'checks' && isGiven(query, 'service') && isGiven(query, 'state'))
    throw invalid('state', 'Cannot specify service and state');
  const { path, query: own } = type.request(query);
  const { datacenter = '', isStale } = query;
  return withQuery(`/v1/${path}`, { ...own, dc: orNothing(datacenter), stale: isStale });
}

function isGiven(query: WatchQuery, name: Parameter): boolean {
  const value = query[name];
  return value !== undefined && value !== '' && value !== false && !(Array.isArray(value) && value.length === 0);
}

const invalid = (member: keyof WatchQuery, message: string): KonsulError =>
  new KonsulError('CONFIG_INVALID', message, { details: { member } });
