/**
 * Requests that an agent has answered by a server (ADR 0023): what only servers know, `?consistent`, and views that are too large to be
 * held here. The one place where a request of this process becomes one of the link, and the answer of the link one of this process.
 */
import type { Answer, Headers } from '../http/answer.ts';
import type { RouteRequest } from '../http/route.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { RelayAnswer, RelayRequest } from '../topics/backend.ts';
import type { ApiContext, ApiRoute } from './context.ts';
import { SOURCE_NODE_HEADER } from './source-address.ts';

/** The same routes, as an agent has them: each request goes to a server where `Route.isRelayed` says so. */
export const relayedRoutes = (routes: readonly ApiRoute[]): readonly ApiRoute[] => routes.map(relayed);

/** Of the routes of a server's own agent, what other agents ask of it: who is a member, and to forget one. */
const ASKED_OF_SERVERS: ReadonlySet<string> = new Set(['GET /v1/agent/members', 'PUT /v1/agent/force-leave/']);

/** What a server runs for an agent that is linked to it: what agents relay, and nothing that concerns the server's own node. */
export function isServedToAgents({ method, path, isRelayed }: ApiRoute): boolean {
  if (ASKED_OF_SERVERS.has(`${method} ${path}`)) return true;
  if (isRelayed !== undefined) return isRelayed;
  return method === 'GET' && !path.startsWith('/v1/agent/');
}

/** What a server answers to the request. Fails with NO_SERVERS or UNREACHABLE. For a backend with a relay only. */
export async function relayAnswer(request: RouteRequest, { backend, settings }: ApiContext): Promise<Answer> {
  const { relay } = backend;
  if (relay === undefined) throw new KonsulError('KONSUL_INVARIANT', 'there is no server behind this one');
  return answerOf(await relay(relayRequest(request, settings.nodeName)));
}

function relayed(route: ApiRoute): ApiRoute {
  if (route.isRelayed === true) return Object.freeze<ApiRoute>({ ...route, bodyLimit: () => 'stream', handle: relayAnswer });
  return route.isRelayed === false || route.method !== 'GET' ? route : relayedIfTooLarge(route);
}

const relayedIfTooLarge = (route: ApiRoute): ApiRoute =>
  Object.freeze({
    ...route,
    async handle(request, context) {
      try {
        return await route.handle(request, context);
      } catch (error) {
        if (error instanceof KonsulError && error.code === 'VIEW_TOO_LARGE') return relayAnswer(request, context);
        throw error;
      }
    },
  } satisfies ApiRoute);

/** Of one connection, not of what is asked (RFC 9110, 7.6.1), and what this process does by itself: compress, and count bodies. */
const OF_THE_CONNECTION: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

function relayRequest(request: RouteRequest, nodeName: string): RelayRequest {
  const { method, path, rawQuery, remoteAddress, signal } = request;
  return {
    ...{ method, path, rawQuery, remoteAddress, signal },
    headers: { ...endToEnd(request.headers), [SOURCE_NODE_HEADER]: nodeName },
    // Nobody reads the body of a GET.
    bodyStream: method === 'GET' ? nothing() : request.bodyStream,
  };
}

function endToEnd(headers: RouteRequest['headers']): RelayRequest['headers'] {
  const named = new Set(
    String(headers.connection ?? '')
      .toLowerCase()
      .split(',')
      .map((name) => name.trim()),
  );
  const kept = Object.entries(headers).filter(([name]) => !OF_THE_CONNECTION.has(name) && !named.has(name));
  return Object.fromEntries(kept);
}

/** What answers may bring that is this process's to say. */
const NOT_PASSED_ON: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'date',
  'keep-alive',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'vary',
]);

/** A short answer is one piece, so that it has a length. */
const MAX_WHOLE_BYTES = 64 * 1024;

async function answerOf({ status, headers, chunks }: RelayAnswer): Promise<Answer> {
  const passed: Headers = Object.fromEntries(Object.entries(headers).filter(([name]) => !NOT_PASSED_ON.has(name.toLowerCase())));
  const rest = chunks[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let sizeBytes = 0;
  while (sizeBytes <= MAX_WHOLE_BYTES) {
    const next = await rest.next();
    if (next.done === true) return { status, headers: passed, body: { kind: 'bytes', bytes: Buffer.concat(first, sizeBytes) } };
    first.push(next.value);
    sizeBytes += next.value.length;
  }
  return { status, headers: passed, body: { kind: 'stream', chunks: joined(first, rest), isCompressible: isText(passed) } };
}

/** Ending it early ends `rest`, which cancels the answer. */
async function* joined(first: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

const isText = (headers: Headers): boolean =>
  Object.entries(headers).some(([name, value]) => name.toLowerCase() === 'content-type' && /^(?:application\/json|text\/)/.test(value));

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {}
