/** A request of Node's HTTP server as routes see it. What most requests never ask for (query, signal) is made when asked for. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { KonsulError } from '../runtime/errors.ts';
import type { ApiRequest } from './request.ts';
import { Query } from './request.ts';

const NO_BODY = new Uint8Array();

export class IncomingRequest implements ApiRequest {
  readonly #message: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #stopping: AbortSignal;
  readonly path: string;
  readonly rawQuery: string;
  body: Uint8Array = NO_BODY;
  #query: Query | undefined;
  #signal: AbortSignal | undefined;

  constructor(message: IncomingMessage, response: ServerResponse, target: { path: string; rawQuery: string }, stopping: AbortSignal) {
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
    return this.#message;
  }

  get remoteAddress(): string {
    return this.#message.socket.remoteAddress ?? '';
  }

  /** Throws the empty 500 of Consul for a query with a malformed escape. */
  get query(): Query {
    this.#query ??= Query.parse(this.rawQuery);
    if (this.#query === undefined) throw new KonsulError('BAD_REQUEST', '', { status: 500 });
    return this.#query;
  }

  get signal(): AbortSignal {
    if (this.#signal !== undefined) return this.#signal;
    const gone = new AbortController();
    this.#signal = gone.signal;
    if (this.#stopping.aborted || this.#response.closed) gone.abort();
    const end = (): void => gone.abort();
    this.#stopping.addEventListener('abort', end);
    this.#response.once('close', () => {
      this.#stopping.removeEventListener('abort', end);
      end();
    });
    return this.#signal;
  }
}

/** A body that is longer than its route takes: what Consul says, by the setting that limits it. */
function tooLarge(setting: string, limitBytes: number, declaredBytes: number | undefined): KonsulError {
  const size = declaredBytes === undefined ? 'Request body' : `Request body(${declaredBytes} bytes)`;
  const see = `https://www.consul.io/docs/agent/config/config-files#${setting}`;
  return new KonsulError('TOO_LARGE', `${size} too large, max size: ${limitBytes} bytes. See ${see}.`);
}

/** Reads a whole body of at most `limitBytes`; TOO_LARGE as soon as it is known to be longer. */
export async function readBody(message: IncomingMessage, limit: { readonly bytes: number; readonly setting: string }): Promise<Uint8Array> {
  const declared = message.headers['content-length'];
  const declaredBytes = declared === undefined ? undefined : Number(declared);
  if (declaredBytes !== undefined && declaredBytes > limit.bytes) throw tooLarge(limit.setting, limit.bytes, declaredBytes);
  if (declaredBytes === 0 || (declaredBytes === undefined && message.headers['transfer-encoding'] === undefined)) return NO_BODY;
  return collect(message, limit);
}

/** By events, not by iteration: an async iterator costs more than the rest of a small request. */
function collect(message: IncomingMessage, limit: { readonly bytes: number; readonly setting: string }): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let sizeBytes = 0;
    const take = (chunk: Uint8Array): void => {
      sizeBytes += chunk.length;
      chunks.push(chunk);
      if (sizeBytes <= limit.bytes) return;
      message.off('data', take);
      message.pause();
      reject(tooLarge(limit.setting, limit.bytes, undefined));
    };
    message.on('data', take);
    message.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks)));
    message.once('error', reject);
    message.once('close', () => reject(new KonsulError('BAD_REQUEST', 'the connection was closed in the middle of the body')));
  });
}
