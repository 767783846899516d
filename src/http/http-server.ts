/**
 * The HTTP API on a socket: Node's server in front of the dispatcher, with limits on connections, headers, bodies and time. No
 * framework in between: routing by Consul's rules (301s, 405 with Allow, prefix paths) is the dispatcher's (ADR 0010).
 */
import { once, setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import { type Answer, textAnswer } from './answer.ts';
import { refuseClient } from './client-error.ts';
import { ConnectionLimit } from './connection-limit.ts';
import type { Dispatcher } from './dispatch.ts';
import { acceptsGzip } from './encodings.ts';
import type { HttpMeters } from './http-meters.ts';
import { HttpRules } from './http-rules.ts';
import { InOrder } from './in-order.ts';
import { IncomingRequest } from './incoming.ts';
import { lingerAtClose } from './lingering-close.ts';
import { BodyBudget, readBody } from './read-body.ts';
import type { Renderer, Response } from './render.ts';
import { asksPretty } from './request.ts';
import { parseTarget } from './request-target.ts';
import type { Route, SizeLimit } from './route.ts';
import { isDrained, writeResponse } from './write-response.ts';

/** An IP address and port (0 takes a free one), or a unix socket. */
export type Listen = { readonly host: string; readonly port: number } | { readonly path: string };

export interface HttpServerOptions<Context> {
  readonly listen: Listen;
  readonly dispatcher: Dispatcher<Context>;
  readonly renderer: Renderer;
  readonly clock: Clock;
  readonly logger: Logger;
  /** `limits.http_max_conns_per_client`; 0 for no limit. */
  readonly maxConnectionsPerClient: number;
  /** Of one request, in bytes; 0: the default of 64 KiB. */
  readonly maxHeaderBytes?: number;
  /** Default: none. */
  readonly rules?: HttpRules;
  /** Shared by all servers of the process. */
  readonly meters: HttpMeters;
}

/** What a request leads to. */
interface Outcome<Context> {
  readonly answer: Answer;
  readonly rawQuery: string;
  /** `undefined` if none is there for the request. */
  readonly route: Route<Context> | undefined;
}

const MAX_HEADER_BYTES = 64 * 1024;
/** Of all requests at one moment. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const HEADERS_TIMEOUT_MS = 20_000;
const REQUEST_TIMEOUT_MS = 300_000;
const KEEP_ALIVE_MS = 120_000;
/** How long running requests may take once the server stops. */
const STOP_DEADLINE_MS = 4_000;
const STOP_POLL_MS = 10;

/** Connections that may wait to be accepted: a whole cluster of watchers may come back at once. */
const BACKLOG = 4_096;

export class HttpServer<Context> {
  readonly name = 'http';
  readonly #options: HttpServerOptions<Context>;
  readonly #server: Server;
  readonly #stopping = new AbortController();
  readonly #order = new InOrder();
  /** On which an answer is being written. */
  readonly #answering = new WeakSet<Socket>();
  readonly #bodies = new BodyBudget(MAX_BODY_BYTES);
  readonly #limit: ConnectionLimit;
  readonly #rules: HttpRules;
  #running = 0;

  constructor(options: HttpServerOptions<Context>) {
    this.#options = options;
    this.#rules = options.rules ?? new HttpRules();
    // Every waiting request listens.
    setMaxListeners(0, this.#stopping.signal);
    this.#server = createServer({
      maxHeaderSize: options.maxHeaderBytes || MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    });
    this.#server.on('request', (message, response) => this.#take(message, response));
    this.#server.on('clientError', ({ code }: NodeJS.ErrnoException, socket) => this.#refuse(code, socket as Socket));
    this.#server.on('connection', (socket) => this.#count(socket));
    this.#limit = new ConnectionLimit(options.maxConnectionsPerClient, options.clock, options.meters.refusedConnections);
    this.#limit.guard(this.#server);
  }

  /** `host:port` as bound, or `unix:///path`. */
  get address(): string {
    const bound = this.#server.address();
    if (bound === null || typeof bound === 'string') return bound === null ? '' : `unix://${bound}`;
    return bound.family === 'IPv6' ? `[${bound.address}]:${bound.port}` : `${bound.address}:${bound.port}`;
  }

  /** Resolves when it listens; throws the system's error (EADDRINUSE, EACCES, …). */
  async start(): Promise<void> {
    this.#server.listen({ ...this.#options.listen, backlog: BACKLOG });
    await once(this.#server, 'listening');
  }

  /** Connections of one address from now on; 0 for no limit. Those that are there stay. */
  setConnectionLimit(max: number): void {
    this.#limit.setMax(max);
  }

  /** Stops accepting, ends every wait, lets running requests finish, then closes all connections. */
  async stop(): Promise<void> {
    const { clock, logger } = this.#options;
    const closed = this.#server.listening ? once(this.#server, 'close') : undefined;
    this.#server.close();
    this.#stopping.abort();
    this.#server.closeIdleConnections();
    const endMs = clock.nowMs() + STOP_DEADLINE_MS;
    while (this.#running > 0 && clock.nowMs() < endMs) await clock.sleep(STOP_POLL_MS);
    if (this.#running > 0) logger.warn({ requests: this.#running }, 'requests were cut off at stop');
    this.#server.closeAllConnections();
    await closed;
  }

  #take(message: IncomingMessage, response: ServerResponse): void {
    const { meters } = this.#options;
    this.#running += 1;
    meters.requests += 1;
    void this.#order
      .run(message, () => this.#handle(message, response))
      .finally(() => {
        this.#running -= 1;
        meters.requests -= 1;
      });
  }

  /** An answer that has begun can only break off: whatever is written now would be taken for a part of it. */
  #refuse(code: string | undefined, socket: Socket): void {
    if (this.#answering.has(socket)) socket.destroy();
    else refuseClient(code, socket, this.#options.clock);
  }

  #count(socket: Socket): void {
    const { meters } = this.#options;
    meters.connections += 1;
    socket.once('close', () => {
      meters.connections -= 1;
    });
  }

  /** Never rejects. */
  async #handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    // The connection ended while the request waited for those before it, or was one too many: nobody would learn what became of it.
    if (message.socket.destroyed || message.socket.writableEnded) return;
    const { clock, meters } = this.#options;
    const startMs = clock.nowMs();
    try {
      const { answer, rawQuery, route } = await this.#answer(message, response);
      const rendered = this.#finished(await this.#render(answer, rawQuery, message), message);
      meters.answered(rendered);
      this.#answering.add(message.socket);
      await writeResponse(response, rendered, clock);
      this.#answering.delete(message.socket);
      if (route !== undefined) meters.finished(route, clock.nowMs() - startMs);
    } catch (error) {
      this.#options.logger.error({ error: messageOf(error), url: message.url }, 'answer failed');
      response.destroy();
    }
  }

  async #answer(message: IncomingMessage, response: ServerResponse): Promise<Outcome<Context>> {
    const { dispatcher } = this.#options;
    const target = parseTarget(message.url ?? '/');
    if (target === undefined)
      return { answer: textAnswer(400, 'Bad Request: malformed escape in the URL path'), rawQuery: '', route: undefined };
    const found = dispatcher.match({ method: message.method ?? '', ...target });
    if (!('route' in found)) return { answer: found, rawQuery: target.rawQuery, route: undefined };
    // Nobody reads the body of a GET. Dropped, it does not keep Node from seeing that the client has gone.
    if (found.route.method === 'GET' && !isDrained(message)) message.resume();
    const request = new IncomingRequest({ message, response }, target, this.#stopping.signal);
    const hold = this.#bodies.open();
    try {
      const receive = async (limit: SizeLimit): Promise<void> => {
        request.body = await readBody(message, limit, hold);
      };
      return { answer: await dispatcher.run(found, request, receive), rawQuery: target.rawQuery, route: found.route };
    } finally {
      hold.release();
    }
  }

  #render(answer: Answer, rawQuery: string, { headers }: IncomingMessage): Response | Promise<Response> {
    return this.#options.renderer.render(answer, {
      isPretty: asksPretty(rawQuery),
      acceptsGzip: acceptsGzip(String(headers['accept-encoding'] ?? '')),
    });
  }

  /** The headers that every answer has; the connection ends with it if the server stops or the body was left unread. */
  #finished(rendered: Response, message: IncomingMessage): Response {
    const isUnread = !isDrained(message);
    const mustClose = this.#stopping.signal.aborted || isUnread;
    if (isUnread) lingerAtClose(message.socket, this.#options.clock);
    const common = { Vary: 'Accept-Encoding', ...this.#rules.responseHeaders, ...rendered.headers };
    return { ...rendered, headers: mustClose ? { ...common, Connection: 'close' } : common };
  }
}
