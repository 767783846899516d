/** A request of Node's HTTP server as routes see it. What most requests never ask for (query, signal) is made when asked for. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { chunksOf } from './read-body.ts';
import { type ApiRequest, Query, undecodableQuery } from './request.ts';

const NO_BODY: Uint8Array = new Uint8Array();

export class IncomingRequest implements ApiRequest {
  readonly #message: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #stopping: AbortSignal;
  readonly path: string;
  readonly rawQuery: string;
  /** Set once the request was admitted. */
  body: Uint8Array = NO_BODY;
  #query: Query | undefined;
  #signal: AbortSignal | undefined;

  /** `stopping` aborts when the process stops. */
  constructor(
    { message, response }: { readonly message: IncomingMessage; readonly response: ServerResponse },
    target: { readonly path: string; readonly rawQuery: string },
    stopping: AbortSignal,
  ) {
    this.#message = message;
    this.#response = response;
    this.#stopping = stopping;
    this.path = target.path;
    this.rawQuery = target.rawQuery;
  }

  get method(): string {
    return this.#message.method ?? '';
  }

  get headers(): ApiRequest['headers'] {
    return this.#message.headers;
  }

  get bodyStream(): AsyncIterable<Uint8Array> {
    return chunksOf(this.#message);
  }

  get remoteAddress(): string {
    return this.#message.socket.remoteAddress ?? '';
  }

  /** Throws the empty 500 of Consul for a query that cannot be decoded. */
  get query(): Query {
    this.#query ??= Query.parse(this.rawQuery);
    if (this.#query === undefined) throw undecodableQuery();
    return this.#query;
  }

  get signal(): AbortSignal {
    this.#signal ??= this.#watch();
    return this.#signal;
  }

  /** A response that waits behind others on its connection has no socket, so only the request says that the client has gone. */
  #watch(): AbortSignal {
    const gone = new AbortController();
    const end = (): void => {
      this.#stopping.removeEventListener('abort', end);
      gone.abort();
    };
    if (this.#stopping.aborted || this.#response.closed || this.#message.socket.destroyed) gone.abort();
    this.#stopping.addEventListener('abort', end);
    this.#response.once('close', end);
    this.#message.once('close', () => {
      // One whose body was read to its end closes as well, and says nothing of the client.
      if (!this.#message.complete || !this.#message.readableEnded) end();
    });
    return gone.signal;
  }
}
