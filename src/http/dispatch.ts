/**
 * From a method and a path to a route, and from a thrown error to an answer. Routing follows Go's ServeMux as Consul uses it: exact
 * paths, and paths that end in `/` and match all below. Knows no noun and no socket; the HTTP server, tests and the simulator call it.
 */
import type { Authorizer } from '../acl/authorizer.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import { type Answer, emptyAnswer, type Headers, textAnswer } from './answer.ts';
import { checkCommonParameters } from './common-parameters.ts';
import { HttpRules } from './http-rules.ts';
import { tooLarge } from './read-body.ts';
import type { ApiRequest, Method } from './request.ts';
import type { RequestTarget } from './request-target.ts';
import { type BodyLimit, DEFAULT_BODY_LIMIT, type Route, type RouteRequest, type SizeLimit } from './route.ts';

export interface DispatcherOptions<Context> {
  readonly routes: readonly Route<Context>[];
  readonly context: Context;
  readonly authorizer: Authorizer;
  readonly datacenter: string;
  readonly logger: Logger;
  /** Default: none. */
  readonly rules?: HttpRules;
}

/** All routes of one path. */
interface Endpoint<Context> {
  readonly path: string;
  readonly methods: Map<string, Route<Context>>;
}

export interface Match<Context> {
  readonly route: Route<Context>;
  readonly rest: string;
}

/** What routing looks at. */
export interface Target extends RequestTarget {
  readonly method: string;
}

const UNPRINTABLE = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u;
const UNCLEAN = /\/\/|\/\.{1,2}(?:\/|$)/;
const NOT_AN_ENDPOINT = 'Invalid URL path: not a recognized HTTP API endpoint\n';
const NOT_V1 = "Invalid URL path: if attempting to use the HTTP API, ensure the path starts with '/v1/'\n";
const UI_DISABLED = 'Consul Agent: UI disabled. To enable, set ui_config.enabled=true in the agent configuration and restart.';

/** On every answer of a registered endpoint, and on no other. */
const ENDPOINT_HEADERS: Headers = Object.freeze({ 'X-Consul-Default-Acl-Policy': 'allow' });
/** The order in which Consul names methods, whatever the order of the routes. */
const METHODS: readonly Method[] = ['GET', 'POST', 'PUT', 'DELETE'];

export class Dispatcher<Context> {
  readonly #exact = new Map<string, Endpoint<Context>>();
  /** Longest first. */
  readonly #prefixes: Endpoint<Context>[];
  readonly #options: DispatcherOptions<Context>;
  readonly #rules: HttpRules;

  constructor(options: DispatcherOptions<Context>) {
    this.#options = options;
    this.#rules = options.rules ?? new HttpRules();
    for (const route of options.routes) {
      const endpoint = this.#exact.get(route.path) ?? { path: route.path, methods: new Map() };
      endpoint.methods.set(route.method, route);
      this.#exact.set(route.path, endpoint);
    }
    this.#prefixes = [...this.#exact.values()].filter(({ path }) => path.endsWith('/')).sort((a, b) => b.path.length - a.path.length);
  }

  /** The route for a request, or the answer that it gets instead. */
  match(target: Target): Match<Context> | Answer {
    if (UNPRINTABLE.test(target.path)) return emptyAnswer(400);
    if (UNCLEAN.test(target.rawPath)) return redirect(cleanPath(target.rawPath), target);
    const endpoint = this.#find(target.path);
    if (endpoint === undefined) return this.#unknown(target);
    const blocked = this.#rules.blocked(target.path);
    if (blocked !== undefined) return blocked;
    const route = endpoint.methods.get(target.method);
    if (route !== undefined) return { route, rest: target.path.slice(endpoint.path.length) };
    const headers = { ...ENDPOINT_HEADERS, Allow: allowed(endpoint.methods) };
    return target.method === 'OPTIONS' ? emptyAnswer(200, headers) : textAnswer(405, `method ${target.method} not allowed`, headers);
  }

  /**
   * Runs the route. Never rejects: every failure is an answer. `receive` is called to get the body, with the route's limit, once
   * nothing else speaks against the request: who may not write or names another datacenter has nothing of his body read.
   */
  async run({ route, rest }: Match<Context>, request: ApiRequest, receive: (limit: SizeLimit) => void | Promise<void>): Promise<Answer> {
    const { authorizer, context, datacenter } = this.#options;
    try {
      this.#rules.demandAccess(route.method, request.remoteAddress);
      checkCommonParameters(request, datacenter);
      if (route.acl.kind === 'refuse' && !authorizer.allows(route.acl, rest))
        throw new KonsulError('PERMISSION_DENIED', 'Permission denied');
      const limit = this.#bodyLimit(route);
      if (limit !== 'stream') await receive(limit);
      const answer = await route.handle(new MatchedRequest(request, rest, authorizer), context);
      return { ...answer, headers: { ...ENDPOINT_HEADERS, ...answer.headers } };
    } catch (error) {
      return this.#failure(error, route);
    }
  }

  /** Match and run in one, for callers that have the whole request. */
  async dispatch(request: ApiRequest): Promise<Answer> {
    const found = this.match({ method: request.method, path: request.path, rawPath: request.path, rawQuery: request.rawQuery });
    if (!('route' in found)) return found;
    return this.run(found, request, (limit) => {
      if (request.body.length > limit.bytes) throw tooLarge(limit, request.body.length);
    });
  }

  /** How much body a route takes. Bodies of GET are nobody's: they stay unread. */
  #bodyLimit(route: Route<Context>): BodyLimit {
    if (route.method === 'GET') return 'stream';
    return route.bodyLimit?.(this.#options.context) ?? DEFAULT_BODY_LIMIT;
  }

  #find(path: string): Endpoint<Context> | undefined {
    return this.#exact.get(path) ?? this.#prefixes.find((endpoint) => path.startsWith(endpoint.path));
  }

  #unknown(target: Target): Answer {
    if (this.#exact.has(`${target.path}/`)) return redirect(`${target.rawPath}/`, target);
    if (target.path === '/') return textAnswer(200, UI_DISABLED);
    return textAnswer(404, target.path.includes('/v1/') ? NOT_AN_ENDPOINT : NOT_V1);
  }

  #failure(error: unknown, { method, path }: Route<Context>): Answer {
    if (!(error instanceof KonsulError) || error.code === 'KONSUL_INVARIANT') {
      this.#options.logger.error(
        { method, path, error: messageOf(error), stack: error instanceof Error ? error.stack : undefined },
        'request failed',
      );
      return textAnswer(500, messageOf(error), ENDPOINT_HEADERS);
    }
    const headers = error.retryable && error.status === 429 ? { ...ENDPOINT_HEADERS, 'Retry-After': '1' } : ENDPOINT_HEADERS;
    return textAnswer(error.status, error.message, headers);
  }
}

const allowed = (methods: ReadonlyMap<string, unknown>): string =>
  ['OPTIONS', ...METHODS.filter((method) => methods.has(method))].join(',');

/** The request with what routing found out; reads through, so that what is costly stays lazy. */
class MatchedRequest implements RouteRequest {
  readonly #request: ApiRequest;
  readonly rest: string;
  readonly authorizer: Authorizer;

  constructor(request: ApiRequest, rest: string, authorizer: Authorizer) {
    this.#request = request;
    this.rest = rest;
    this.authorizer = authorizer;
  }

  get method(): string {
    return this.#request.method;
  }

  get path(): string {
    return this.#request.path;
  }

  get rawQuery(): string {
    return this.#request.rawQuery;
  }

  get query(): ApiRequest['query'] {
    return this.#request.query;
  }

  get headers(): ApiRequest['headers'] {
    return this.#request.headers;
  }

  get body(): Uint8Array {
    return this.#request.body;
  }

  get bodyStream(): AsyncIterable<Uint8Array> {
    return this.#request.bodyStream;
  }

  get remoteAddress(): string {
    return this.#request.remoteAddress;
  }

  get signal(): AbortSignal {
    return this.#request.signal;
  }
}

/** Go's answer to a path that it would write differently. */
function redirect(path: string, { method, rawQuery }: Target): Answer {
  const location = rawQuery === '' ? path : `${path}?${rawQuery}`;
  if (method !== 'GET') return emptyAnswer(301, { Location: location });
  const html = `<a href="${location.replaceAll('&', '&amp;').replaceAll('"', '&#34;').replaceAll('<', '&lt;')}">Moved Permanently</a>.\n\n`;
  return {
    status: 301,
    headers: { Location: location, 'Content-Type': 'text/html; charset=utf-8' },
    body: { kind: 'bytes', bytes: Buffer.from(html) },
  };
}

/** Without empty and dot segments, as Go's path.Clean, a final slash kept. */
function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  const clean = `/${parts.join('/')}`;
  return path.endsWith('/') && clean !== '/' ? `${clean}/` : clean;
}
