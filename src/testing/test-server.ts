/** A whole server without a socket: every route over a real state and a store in memory, on a fake clock. */
import { agentConfig } from '../config/agent-config.ts';
import { loadConfig } from '../config/load.ts';
import { Renderer, type Response } from '../http/render.ts';
import { type ApiRequest, asksPretty, Query, undecodableQuery } from '../http/request.ts';
import { parseTarget } from '../http/request-target.ts';
import type { Disk } from '../runtime/disk.ts';
import type { LinkTransport } from '../runtime/link.ts';
import { type Logger, silentLogger } from '../runtime/logger.ts';
import { SeededRandom } from '../runtime/random.ts';
import { Server, type ServerTools } from '../server/server.ts';
import { MemoryStore } from '../store/memory.ts';
import { indentJson } from '../wire/json.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeProber } from './fake-prober.ts';
import { MemoryDisk } from './memory-disk.ts';

export interface TestServerOptions {
  /** Flags of `konsul agent`, over `-dev -node=s1`, without an HTTP port. */
  readonly flags?: Readonly<Record<string, string>>;
  /** Options that have no flag, as a configuration file. */
  readonly file?: unknown;
  readonly disk?: Disk;
  /** Keeps what is in it from one server to the next. Default: an empty one, of a lineage of its own. */
  readonly store?: MemoryStore;
  readonly logger?: Logger;
  readonly openUdp?: ServerTools['openUdp'];
  /** Default: one of its own. */
  readonly clock?: FakeClock;
  /** Where agents link to it. Default: nowhere. */
  readonly transport?: LinkTransport;
}

export interface SentRequest {
  /** A text or bytes are sent as they are, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly acceptsGzip?: boolean;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  readonly text: string;
  /** `X-Consul-Index`; NaN if there is none. */
  readonly index: number;
  /** The body as JSON; throws if it is none. */
  json<T = unknown>(): T;
}

/** `call` is a method and a target: `GET /v1/kv/a?raw`. */
export type Send = (call: string, request?: SentRequest) => Promise<Reply>;

export interface TestServer {
  readonly server: Server;
  readonly clock: FakeClock;
  readonly store: MemoryStore;
  readonly send: Send;
  stop(): Promise<void>;
}

let storesMade = 0;

/** Of another lineage than every one before in this process: nothing else depends on the seed. */
function emptyStore(): MemoryStore {
  storesMade += 1;
  return new MemoryStore(new SeededRandom(FIRST_STORE_SEED + storesMade));
}

/** Away from the seeds of servers and agents. */
const FIRST_STORE_SEED = 1_000;

/** A server that leads, of seed 1 on an empty store, named `s1`, with its own node and the service `consul` in the catalog. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const clock = options.clock ?? new FakeClock();
  const store = options.store ?? emptyStore();
  // As in the world, none draws again the ids that one before it on the same store drew.
  const random = new SeededRandom(store.loaded().index);
  const flags = new Map(
    Object.entries({ dev: 'true', node: 's1', 'http-port': '-1', ...options.flags }).map(([flag, value]) => [flag, [value]]),
  );
  const files = options.file === undefined ? [] : [{ path: 'test.json', text: JSON.stringify(options.file) }];
  const config = agentConfig(loadConfig({ files, environment: {}, flags }), { hostName: 'host', address: '10.0.0.1' });
  const server = await Server.open(config, {
    clock,
    random,
    disk: options.disk ?? new MemoryDisk(),
    prober: new FakeProber(),
    logger: options.logger ?? silentLogger,
    openEngine: async () => store.open(),
    openUdp: options.openUdp ?? (() => ({ send: async () => {}, close: () => {} })),
    ...(options.transport === undefined ? {} : { transport: options.transport }),
  });
  await server.start();
  const renderer = new Renderer({ clock, indentsAlways: false, indent: indentJson });
  return {
    server,
    clock,
    store,
    send: (call, request) => sendTo({ dispatcher: server.dispatcher, renderer }, call, request),
    stop: () => server.stop(),
  };
}

/** What answers requests without a socket. */
export interface Doorless {
  readonly dispatcher: Server['dispatcher'];
  readonly renderer: Renderer;
}

/** One request and its whole reply. */
export async function sendTo({ dispatcher, renderer }: Doorless, call: string, request: SentRequest = {}): Promise<Reply> {
  const asked = requestOf(call, request);
  const answer = await dispatcher.dispatch(asked);
  const isPretty = asksPretty(asked.rawQuery);
  return replyOf(await renderer.render(answer, { isPretty, acceptsGzip: request.acceptsGzip === true }));
}

/** A request as the HTTP server would make it, without a socket. */
export function requestOf(call: string, request: SentRequest = {}): ApiRequest {
  const [method = '', url = ''] = call.split(/ (.*)/s);
  const { path, rawQuery } = parseTarget(url) ?? { path: url, rawQuery: '' };
  const body = bytesOf(request.body);
  return {
    method,
    path,
    rawQuery,
    get query(): Query {
      const query = Query.parse(rawQuery);
      if (query === undefined) throw undecodableQuery();
      return query;
    },
    headers: request.headers ?? {},
    body,
    bodyStream: streamOf(body),
    remoteAddress: '',
    signal: request.signal ?? new AbortController().signal,
  };
}

function bytesOf(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return Buffer.from(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body));
}

async function* streamOf(body: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  if (body.length > 0) yield body;
}

/** The whole of a rendered response. */
export async function replyOf({ status, headers, body }: Response): Promise<Reply> {
  const chunks: Uint8Array[] = [];
  if (body instanceof Buffer) chunks.push(body);
  else for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const text = bytes.toString();
  return { status, headers, bytes, text, index: Number(headers['X-Consul-Index'] ?? Number.NaN), json: <T>() => JSON.parse(text) as T };
}
