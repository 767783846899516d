/**
 * The HTTP API on a socket: Fastify in front of the dispatcher, with limits on connections, headers, bodies and time. Fastify
 * routes nothing here: Consul's routing rules (301s, 405 with Allow, prefix paths) are the dispatcher's.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type FastifyInstance, fastify } from 'fastify';
import type { Clock } from '../runtime/clock.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import { type Answer, textAnswer } from './answer.ts';
import { ConnectionLimit } from './connection-limit.ts';
import type { Dispatcher, Match } from './dispatch.ts';
import { IncomingRequest, readBody } from './incoming.ts';
import type { Renderer, Response } from './render.ts';
import { isDrained, writeResponse } from './write-response.ts';

export interface HttpServerOptions<Context> {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly dispatcher: Dispatcher<Context>;
  readonly renderer: Renderer;
  readonly clock: Clock;
  readonly logger: Logger;
  /** `limits.http_max_conns_per_client`; 0 for no limit. */
  readonly maxConnectionsPerClient: number;
}

const MAX_HEADER_BYTES = 64 * 1024;
const HEADERS_TIMEOUT_MS = 20_000;
const REQUEST_TIMEOUT_MS = 300_000;
const KEEP_ALIVE_MS = 120_000;
/** How long running requests may take once the server stops. */
const STOP_DEADLINE_MS = 4_000;
const STOP_POLL_MS = 10;

export class HttpServer<Context> {
  readonly name = 'http';
  readonly #options: HttpServerOptions<Context>;
  readonly #app: FastifyInstance;
  readonly #stopping = new AbortController();
  #running = 0;

  constructor(options: HttpServerOptions<Context>) {
    this.#options = options;
    this.#app = fastify({
      logger: false,
      exposeHeadRoutes: false,
      forceCloseConnections: true,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      http: { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: HEADERS_TIMEOUT_MS },
      routerOptions: { maxParamLength: MAX_HEADER_BYTES },
      frameworkErrors: (_error, request, reply) => {
        reply.hijack();
        void this.#handle(request.raw, reply.raw);
      },
    });
    this.#takeEverything();
    new ConnectionLimit(options.maxConnectionsPerClient).guard(this.#app.server);
  }

  /** `host:port` as bound. */
  get address(): string {
    const bound = this.#app.server.address();
    if (bound === null || typeof bound === 'string') return '';
    return bound.family === 'IPv6' ? `[${bound.address}]:${bound.port}` : `${bound.address}:${bound.port}`;
  }

  async start(): Promise<void> {
    await this.#app.listen({ host: this.#options.host, port: this.#options.port });
  }

  /** Stops accepting, ends every wait, lets running requests finish, then closes all connections. */
  async stop(): Promise<void> {
    const { clock, logger } = this.#options;
    this.#app.server.close();
    this.#stopping.abort();
    this.#app.server.closeIdleConnections();
    const endMs = clock.nowMs() + STOP_DEADLINE_MS;
    while (this.#running > 0 && clock.nowMs() < endMs) await clock.sleep(STOP_POLL_MS);
    if (this.#running > 0) logger.warn({ requests: this.#running }, 'requests were cut off at stop');
    this.#app.server.closeAllConnections();
    await this.#app.close();
  }

  #takeEverything(): void {
    this.#app.removeAllContentTypeParsers();
    this.#app.addContentTypeParser('*', (_request, _payload, done) => done(null));
    this.#app.setNotFoundHandler((request, reply) => {
      reply.hijack();
      void this.#handle(request.raw, reply.raw);
    });
    this.#app.all('*', (request, reply) => {
      reply.hijack();
      void this.#handle(request.raw, reply.raw);
    });
  }

  async #handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#running += 1;
    try {
      await this.#answer(message, response);
    } catch (error) {
      this.#options.logger.error({ error: messageOf(error), url: message.url }, 'answer failed');
      response.destroy();
    } finally {
      this.#running -= 1;
    }
  }

  async #answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const { dispatcher } = this.#options;
    const url = splitUrl(message.url ?? '/');
    if (url === undefined) return this.#send(message, response, textAnswer(400, 'Bad Request: malformed escape in the URL path'), '');
    const found = dispatcher.match({ method: message.method ?? '', ...url });
    const answer = 'route' in found ? await this.#run(found, message, response, url) : found;
    await this.#send(message, response, answer, url.rawQuery);
  }

  async #run(
    found: Match<Context>,
    message: IncomingMessage,
    response: ServerResponse,
    url: { path: string; rawQuery: string },
  ): Promise<Answer> {
    const request = new IncomingRequest(message, response, url, this.#stopping.signal);
    const limit = this.#options.dispatcher.bodyLimit(found);
    try {
      if (limit !== 'stream') request.body = await readBody(message, limit);
    } catch (error) {
      if (error instanceof KonsulError) return textAnswer(error.status, error.message, this.#options.dispatcher.commonHeaders);
      return textAnswer(400, `Request body could not be read: ${messageOf(error)}`);
    }
    return this.#options.dispatcher.run(found, request);
  }

  async #send(message: IncomingMessage, response: ServerResponse, answer: Answer, rawQuery: string): Promise<void> {
    const rendered = await this.#options.renderer.render(answer, {
      isPretty: /(?:^|&)pretty(?:=|&|$)/.test(rawQuery),
      acceptsGzip: /\bgzip\b/.test(String(message.headers['accept-encoding'] ?? '')),
    });
    await writeResponse(response, this.#finished(rendered, message));
  }

  /** The headers that every answer has; the connection ends with it if the server stops or the body was left unread. */
  #finished(rendered: Response, message: IncomingMessage): Response {
    const mustClose = this.#stopping.signal.aborted || !isDrained(message);
    const common = { ...this.#options.dispatcher.commonHeaders, Vary: 'Accept-Encoding', ...rendered.headers };
    return { ...rendered, headers: mustClose ? { ...common, Connection: 'close' } : common };
  }
}

/** Path and query; `undefined` if the path has a malformed escape. */
function splitUrl(url: string): { path: string; rawPath: string; rawQuery: string } | undefined {
  const mark = url.indexOf('?');
  const rawPath = mark === -1 ? url : url.slice(0, mark);
  const rawQuery = mark === -1 ? '' : url.slice(mark + 1);
  if (!rawPath.includes('%')) return { path: rawPath, rawPath, rawQuery };
  try {
    return { path: decodeURIComponent(rawPath), rawPath, rawQuery };
  } catch {
    return undefined;
  }
}
