/**
 * Calls of the HTTP API: token, datacenter and consistency are added to each, what is no success becomes an error that says what to
 * do. One call is one request: nothing is repeated, nothing is kept. The nouns are in the other files of this folder.
 */

import type { Clock } from '../runtime/clock.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';
import { type HttpCall, HttpClient, type HttpReply, type HttpStream, type HttpTarget, targetText } from '../runtime/http-client.ts';
import { type Query, withQuery } from '../wire/api-path.ts';
import { parseJson } from '../wire/json.ts';

export interface ApiCall {
  readonly query?: Query;
  readonly body?: Uint8Array | string | AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal;
  /** Default 60,000; a blocking query must ask for more than it may wait, `Infinity` for no limit. */
  readonly timeoutMs?: number;
  /** Statuses that are answers, not errors, besides the successful ones. */
  readonly accepts?: readonly number[] | 'all';
}

/** Another way to an agent than a connection: a call of its routes in this process, or a link. Throws as `HttpClient` does. */
export interface ApiTransport {
  call(call: HttpCall): Promise<HttpReply>;
  stream(call: HttpCall): Promise<HttpStream>;
  /** What an error calls the agent. */
  readonly name: string;
}

/** What errors add for people, in the words of who asks: the command line names its flags. */
export interface ApiHints {
  readonly unreachable: string;
  readonly forbidden: string;
}

export interface ApiClientOptions {
  readonly clock: Clock;
  readonly target: HttpTarget | ApiTransport;
  /** '' is none. */
  readonly token: string;
  /** '' is the agent's own. */
  readonly datacenter: string;
  /** Let any server answer a read. */
  readonly isStale: boolean;
  /** `user:password` for a proxy that asks for it; '' is none. */
  readonly basicAuth: string;
  /** Default: those of the command line. */
  readonly hints?: ApiHints;
}

const CLI_HINTS: ApiHints = {
  unreachable: 'is the agent running? It is looked for at -http-addr or CONSUL_HTTP_ADDR',
  forbidden: 'give a token with -token or CONSUL_HTTP_TOKEN',
};

const DEFAULT_TIMEOUT_MS = 60_000;
const MAX_REPLY_BYTES = 1024 ** 3;
/** Of an error's text: the rest helps nobody. */
const MAX_ERROR_CHARS = 4_096;

export class ApiClient {
  readonly #http: Pick<ApiTransport, 'call' | 'stream'>;
  readonly #name: string;
  readonly #options: ApiClientOptions;
  readonly #hints: ApiHints;

  constructor(options: ApiClientOptions) {
    const { clock, target } = options;
    this.#http = 'call' in target ? target : new HttpClient({ clock, target, maxReplyBytes: MAX_REPLY_BYTES });
    this.#name = 'call' in target ? target.name : targetText(target);
    this.#options = options;
    this.#hints = options.hints ?? CLI_HINTS;
  }

  /** Throws UNREACHABLE, or for an answer that is no success PERMISSION_DENIED, NOT_FOUND, … by its status, with Consul's text. */
  async request(method: string, path: string, call: ApiCall = {}): Promise<HttpReply> {
    const reply = await this.#reached(this.#http.call(this.#httpCall(method, path, call)));
    if (isSuccess(reply.status) || call.accepts === 'all' || call.accepts?.includes(reply.status)) return reply;
    throw this.#refusal(reply.status, Buffer.from(reply.body));
  }

  /** The JSON of an answer; the caller says its shape. Integers beyond 2^53 are bigints. */
  async json<T>(method: string, path: string, call: ApiCall = {}): Promise<T> {
    return bodyJson<T>(await this.request(method, path, call));
  }

  /** An answer as it comes. Throws as `request` does; `chunks` must be iterated or left early. */
  async stream(path: string, call: ApiCall = {}): Promise<HttpStream> {
    const stream = await this.#reached(this.#http.stream(this.#httpCall('GET', path, call)));
    if (isSuccess(stream.status)) return stream;
    let text = Buffer.alloc(0);
    for await (const chunk of stream.chunks) {
      text = Buffer.concat([text, chunk]);
      if (text.length > MAX_ERROR_CHARS) break;
    }
    throw this.#refusal(stream.status, text);
  }

  #httpCall(method: string, path: string, { query = {}, body, signal, timeoutMs = DEFAULT_TIMEOUT_MS }: ApiCall): HttpCall {
    const { token, basicAuth, datacenter, isStale } = this.#options;
    const whole = { ...query, dc: query.dc ?? (datacenter === '' ? undefined : datacenter), stale: isStale && method === 'GET' };
    return {
      method,
      path: withQuery(path, whole),
      headers: {
        ...(token === '' ? {} : { 'X-Consul-Token': token }),
        ...(basicAuth === '' ? {} : { Authorization: `Basic ${Buffer.from(basicAuth).toString('base64')}` }),
      },
      timeoutMs,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? Buffer.from(body) : body }),
      ...(signal === undefined ? {} : { signal }),
    };
  }

  async #reached<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      if (!(error instanceof KonsulError) || error.code !== 'UNREACHABLE') throw error;
      const text = `cannot connect to ${this.#name}: ${this.#hints.unreachable} (${messageOf(error)})`;
      throw new KonsulError('UNREACHABLE', text, { cause: error });
    }
  }

  /** In the words of Consul's own client, which scripts look for. */
  #refusal(status: number, body: Buffer): KonsulError {
    const code = CODES[status as keyof typeof CODES] ?? 'REJECTED';
    const text = body.toString().slice(0, MAX_ERROR_CHARS).trimEnd();
    const hint = status === 403 ? ` (${this.#hints.forbidden})` : '';
    return new KonsulError(code, `Unexpected response code: ${status} (${text})${hint}`, { status });
  }
}

/** A body as JSON; the caller says its shape. */
export const bodyJson = <T>({ body }: HttpReply): T => parseJson(Buffer.from(body).toString()) as T;

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

const CODES = { 400: 'BAD_REQUEST', 403: 'PERMISSION_DENIED', 404: 'NOT_FOUND', 405: 'METHOD_NOT_ALLOWED', 413: 'TOO_LARGE' } as const;
