/** The watches of configuration files: what to follow, and what to run at each change. All problems at once, each with its place. */
import type { Definition } from '../config/definition.ts';
import { suggest } from '../config/suggest.ts';
import type { Json, StringMap } from '../model/values.ts';
import { BlockDecoder } from '../registration/block-decoder.ts';
import { KonsulError } from '../runtime/errors.ts';
import { bool, duration, list, map, object, opaque, type Schema, text } from '../wire/schema.ts';
import { type WatchQuery, watchPath, watchTypes } from './watch-query.ts';

/** What runs at each change. */
export type WatchHandler =
  | { readonly kind: 'script'; readonly args: readonly string[] }
  | {
      readonly kind: 'http';
      readonly url: string;
      readonly method: string;
      readonly headers: Readonly<Record<string, readonly string[]>>;
      readonly timeoutMs: number;
      readonly tlsSkipVerify: boolean;
    };

export interface WatchDefinition {
  readonly type: string;
  /** The request to follow, with its query. */
  readonly path: string;
  /** '' is the agent's. Never shown. */
  readonly token: string;
  readonly handler: WatchHandler;
}

export interface ReadWatches {
  /** To be used only if there are no problems. */
  readonly watches: readonly WatchDefinition[];
  /** One line each: `path:line: key: problem`. */
  readonly problems: readonly string[];
}

interface HttpHandlerBody {
  readonly path?: string;
  readonly method?: string;
  /** Nanoseconds. */
  readonly timeout?: number;
  readonly header?: Readonly<Record<string, readonly string[]>>;
  readonly tlsSkipVerify?: boolean;
}

interface WatchBody {
  readonly type?: string;
  readonly key?: string;
  readonly prefix?: string;
  readonly service?: string;
  readonly tag?: Json;
  readonly passingOnly?: boolean;
  readonly state?: string;
  readonly name?: string;
  readonly filter?: string;
  readonly datacenter?: string;
  readonly stale?: boolean;
  readonly token?: string;
  readonly handlerType?: string;
  readonly args?: readonly string[];
  readonly handler?: string;
  readonly httpHandlerConfig?: HttpHandlerBody;
}

const watchBody: Schema<WatchBody> = object({
  type: text(),
  key: text(),
  prefix: text(),
  service: text(),
  tag: opaque(),
  passingOnly: bool({ aliases: ['passing_only'] }),
  state: text(),
  name: text(),
  filter: text(),
  datacenter: text(),
  stale: bool(),
  token: text(),
  handlerType: text({ aliases: ['handler_type'] }),
  args: list(text()),
  handler: text(),
  httpHandlerConfig: object(
    {
      path: text(),
      method: text(),
      timeout: duration(),
      header: map(list(text())),
      tlsSkipVerify: bool({ aliases: ['tls_skip_verify'] }),
    },
    { aliases: ['http_handler_config'] },
  ),
});

const DEFAULT_TIMEOUT_MS = 10_000;
const NS_PER_MS = 1e6;

/** The watches among `definitions`; services and checks are skipped. */
export function watchesOf(definitions: readonly Definition[]): ReadWatches {
  const decoder = new BlockDecoder();
  const watches = definitions.flatMap(({ kind, path, block }) => {
    if (kind !== 'watch') return [];
    const before = decoder.problems.count;
    const body = decoder.decode(watchBody, block, { path, line: block.line, key: 'watch' });
    if (decoder.problems.count > before) return [];
    try {
      return [watchOf(body)];
    } catch (error) {
      if (!(error instanceof KonsulError) || error.code !== 'CONFIG_INVALID') throw error;
      const { member } = error.details as { readonly member?: string };
      const place = decoder.placeOf(body, member === undefined ? undefined : (SPELLED[member] ?? member));
      decoder.report(place, `${error.message}${hintOf(body, member)}`);
      return [];
    }
  });
  return { watches, problems: decoder.problems.lines };
}

/** Where a parameter of `watch-query.ts` has another name here. */
const SPELLED: StringMap = { tags: 'tag', isPassingOnly: 'passingOnly' };

function hintOf({ type = '' }: WatchBody, member: string | undefined): string {
  if (member !== 'type' || type === '' || watchTypes.includes(type)) return '';
  const known = suggest(type.slice(0, MAX_SUGGESTED_CHARS), watchTypes);
  return known === undefined ? `; it is one of ${watchTypes.join(', ')}` : `; did you mean "${known}"?`;
}

const MAX_SUGGESTED_CHARS = 64;

function watchOf(body: WatchBody): WatchDefinition {
  const { type = '', token = '' } = body;
  return { type, path: watchPath(queryOf(body)), token, handler: handlerOf(body) };
}

function queryOf({ type = '', tag, passingOnly = false, stale = false, ...rest }: WatchBody): WatchQuery {
  const { key = '', prefix = '', service = '', state = '', name = '', filter = '', datacenter = '' } = rest;
  return {
    type: type.toLowerCase(),
    ...{ key, prefix, service, state, name, filter, datacenter },
    tags: tagsOf(tag),
    isPassingOnly: passingOnly,
    isStale: stale,
  };
}

function tagsOf(tag: Json = []): readonly string[] {
  const tags = Array.isArray(tag) ? (tag as readonly Json[]) : [tag];
  if (!tags.every((each) => typeof each === 'string')) throw invalid('tag', 'must be a text or a list of texts');
  return tags as readonly string[];
}

/** Without a type, `args` or the old `handler` say that it is a script, as in Consul. */
function handlerOf(body: WatchBody): WatchHandler {
  const { handlerType = '', args = [], handler = '', httpHandlerConfig: http } = body;
  if (handlerType !== '' && handlerType !== 'script' && handlerType !== 'http')
    throw invalid('handlerType', `must be "script" or "http", not "${handlerType}"`);
  if (args.length > 0 && handler !== '') throw invalid('handler', 'args and handler are two ways to say the same; give one');
  const isScript = args.length > 0 || handler !== '';
  if (isScript && (http !== undefined || handlerType === 'http'))
    throw invalid('httpHandlerConfig', 'a watch has one handler: either a script (args) or http (http_handler_config)');
  if (handlerType === 'http' || (handlerType === '' && http !== undefined)) return httpHandlerOf(http ?? {});
  if (!isScript)
    throw invalid('handlerType', 'a watch needs a handler: args = ["program"], or handler_type = "http" with http_handler_config');
  return { kind: 'script', args: args.length > 0 ? args : ['/bin/sh', '-c', handler] };
}

function httpHandlerOf({ path = '', method = 'POST', timeout, header = {}, tlsSkipVerify = false }: HttpHandlerBody): WatchHandler {
  if (!/^https?:\/\//i.test(path) || !URL.canParse(path))
    throw invalid(
      'httpHandlerConfig',
      `path must be the URL to call, such as "http://127.0.0.1:8000/changed"${path === '' ? '' : `, not "${path}"`}`,
    );
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(method)) throw invalid('httpHandlerConfig', 'method is no method of HTTP');
  const timeoutMs = timeout === undefined ? DEFAULT_TIMEOUT_MS : timeout / NS_PER_MS;
  if (timeoutMs <= 0) throw invalid('httpHandlerConfig', 'timeout must be more than 0');
  return { kind: 'http', url: path, method, headers: header, timeoutMs, tlsSkipVerify };
}

const invalid = (member: keyof WatchBody, message: string): KonsulError =>
  new KonsulError('CONFIG_INVALID', message, { details: { member } });
