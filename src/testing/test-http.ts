/** An HTTP server on a real socket with a few routes that do what a test needs: wait, stream, break, be slow. */
import { allowAll } from '../acl/authorizer.ts';
import { open } from '../acl/rule.ts';
import { type Answer, emptyAnswer, jsonAnswer, textAnswer } from '../http/answer.ts';
import { Dispatcher } from '../http/dispatch.ts';
import { HttpMeters } from '../http/http-meters.ts';
import { HttpRules } from '../http/http-rules.ts';
import { HttpServer, type Listen } from '../http/http-server.ts';
import { Renderer } from '../http/render.ts';
import type { Method } from '../http/request.ts';
import type { Route } from '../http/route.ts';
import { SystemClock } from '../runtime/clock.ts';
import { type Logger, silentLogger } from '../runtime/logger.ts';
import { indentJson } from '../wire/json.ts';
import { type ConnectOptions, RawClient } from './raw-client.ts';

/** What the routes of a test did and got. */
export interface Seen {
  readonly bodies: Uint8Array[];
  /** The signals of waiting requests. */
  readonly waits: AbortSignal[];
  /** Order in which requests ran. */
  readonly log: string[];
}

const route = (method: Method, path: string, handle: Route<Seen>['handle'], rest: Partial<Route<Seen>> = {}): Route<Seen> => ({
  method,
  path,
  summary: '',
  acl: open('a test'),
  query: {},
  handle,
  ...rest,
});

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });

const ROUTES: readonly Route<Seen>[] = [
  route(
    'PUT',
    '/v1/small/',
    ({ body, rest }, { bodies, log }) => {
      bodies.push(body);
      log.push(`put ${rest}`);
      return jsonAnswer('true');
    },
    { bodyLimit: () => ({ bytes: 10, setting: 'kv_max_value_size' }) },
  ),
  route('PUT', '/v1/slow/', async ({ rest }, { log }) => {
    await new Promise((resolve) => setImmediate(resolve));
    log.push(`slow ${rest}`);
    return textAnswer(200, `slow ${rest}`);
  }),
  route('GET', '/v1/wait', async ({ signal }, { waits }) => {
    waits.push(signal);
    await untilAborted(signal);
    return textAnswer(200, 'woken');
  }),
  route(
    'PUT',
    '/v1/take',
    async ({ bodyStream, signal }, { waits }) => {
      waits.push(signal);
      for await (const _chunk of bodyStream);
      await untilAborted(signal);
      return textAnswer(200, 'woken');
    },
    { bodyLimit: () => 'stream' },
  ),
  route('GET', '/v1/read/', ({ rest, query, headers, remoteAddress }, { log }) => {
    log.push(`get ${rest}`);
    return jsonAnswer(JSON.stringify({ rest, x: query.all('x'), header: headers['x-test'], remoteAddress }));
  }),
  route(
    'PUT',
    '/v1/stream',
    async ({ bodyStream }, { bodies }) => {
      for await (const chunk of bodyStream) {
        bodies.push(chunk);
        if (chunk[0] === 0x21) return textAnswer(500, 'no snapshot');
      }
      return emptyAnswer();
    },
    { bodyLimit: () => 'stream' },
  ),
  route('GET', '/v1/broken', (): Answer => ({ status: 200, headers: {}, body: { kind: 'stream', chunks: breaking() } })),
  route('GET', '/v1/large', (): Answer => ({ status: 200, headers: {}, body: { kind: 'stream', chunks: endless() } })),
];

async function* breaking(): AsyncGenerator<Uint8Array, void, undefined> {
  yield Buffer.from('half');
  throw new Error('the disk broke');
}

/** How often the endless answer was given up. */
export const given: { up: number } = { up: 0 };

async function* endless(): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    while (true) yield Buffer.alloc(64 * 1024);
  } finally {
    given.up += 1;
  }
}

export interface TestHttp {
  readonly server: HttpServer<Seen>;
  readonly meters: HttpMeters;
  readonly seen: Seen;
  connect(options?: ConnectOptions): Promise<RawClient>;
}

export interface TestHttpOptions {
  readonly maxConnectionsPerClient?: number;
  readonly logger?: Logger;
  /** Default: a free port of the loopback address. */
  readonly listen?: Listen;
  readonly rules?: HttpRules;
}

const servers: HttpServer<Seen>[] = [];
const clients: RawClient[] = [];

/** Ends all that `startTestHttp` began. */
export async function stopTestHttp(): Promise<void> {
  for (const client of clients.splice(0)) client.destroy();
  for (const server of servers.splice(0)) await server.stop();
}

/** A server on a free port of the loopback address. */
export async function startTestHttp(options: TestHttpOptions = {}): Promise<TestHttp> {
  const seen: Seen = { bodies: [], waits: [], log: [] };
  const clock = new SystemClock();
  const logger = options.logger ?? silentLogger;
  const rules = options.rules ?? new HttpRules();
  const meters = new HttpMeters(ROUTES);
  const server = new HttpServer({
    listen: options.listen ?? { host: '127.0.0.1', port: 0 },
    dispatcher: new Dispatcher({ routes: ROUTES, context: seen, authorizer: allowAll, datacenter: 'dc1', logger, rules }),
    rules,
    renderer: new Renderer({ clock, indentsAlways: false, indent: indentJson }),
    clock,
    logger,
    maxConnectionsPerClient: options.maxConnectionsPerClient ?? 0,
    meters,
  });
  await server.start();
  servers.push(server);
  const connect = async (options?: ConnectOptions): Promise<RawClient> => {
    const client = await RawClient.connect(server.address, options);
    clients.push(client);
    return client;
  };
  return { server, meters, seen, connect };
}

/** A PUT request as bytes. */
export const put = (path: string, headers: readonly string[], body = ''): string =>
  `PUT ${path} HTTP/1.1\r\n${['Host: test', ...headers].join('\r\n')}\r\n\r\n${body}`;

/** Bodies as texts. */
export const texts = (bodies: readonly Uint8Array[]): string[] => bodies.map((body) => Buffer.from(body).toString());
