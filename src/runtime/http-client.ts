/**
 * HTTP requests of a client, over TCP, TLS or a unix socket: one connection for each, nothing kept open, nothing followed. Knows no
 * path and no noun. Whatever the other side does, a request ends: by its answer, its time-out, its abort or its limit of bytes.
 */
import { type IncomingHttpHeaders, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { request as requestTls } from 'node:https';
import { isIP } from 'node:net';
import { Readable } from 'node:stream';
import type { Clock } from './clock.ts';
import { Deadline } from './deadline.ts';
import { KonsulError } from './errors.ts';
import { headOf } from './http-head.ts';
import { joinHostPort, netErrorText } from './net-error.ts';

/** Where requests go. */
export type HttpTarget =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls: TlsClientSettings | undefined }
  | { readonly kind: 'unix'; readonly path: string };

export interface TlsClientSettings {
  /** PEM texts of the authorities to trust; empty: those of the system. */
  readonly ca: readonly Uint8Array[];
  /** PEM; `undefined`: no certificate is shown. */
  readonly cert: Uint8Array | undefined;
  readonly key: Uint8Array | undefined;
  /** The name to ask for and to check; '' is the target's host. */
  readonly serverName: string;
  readonly skipVerify: boolean;
}

export interface HttpCall {
  readonly method: string;
  /** With its query, already escaped. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A stream is sent in chunks. */
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
  /** For the whole call, or for the head of a streamed answer. `Infinity`: no limit. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface HttpReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<IncomingHttpHeaders>;
  readonly body: Uint8Array;
}

export interface HttpStream {
  readonly status: number;
  readonly headers: Readonly<IncomingHttpHeaders>;
  /** Must be iterated, or left early, or the connection stays open. Throws UNREACHABLE when the connection breaks. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

export interface HttpClientOptions {
  readonly clock: Clock;
  readonly target: HttpTarget;
  /** The longest answer that `call` takes; a longer one is TOO_LARGE. */
  readonly maxReplyBytes: number;
}

export class HttpClient {
  readonly #options: HttpClientOptions;

  constructor(options: HttpClientOptions) {
    this.#options = options;
  }

  /** The whole answer, whatever its status. Throws UNREACHABLE if there is none, TOO_LARGE if it is longer than allowed. */
  async call(call: HttpCall): Promise<HttpReply> {
    const deadline = new Deadline(this.#options.clock, call.timeoutMs, call.signal ?? NEVER);
    try {
      const response = await this.#send(call, deadline);
      const body = await this.#explained(collect(response, this.#options.maxReplyBytes), deadline);
      return { status: response.statusCode ?? 0, headers: response.headers, body };
    } finally {
      deadline.release();
    }
  }

  /** The head of the answer, with its body as it comes. The time-out ends with the head; `signal` breaks off the body too. */
  async stream(call: HttpCall): Promise<HttpStream> {
    const deadline = new Deadline(this.#options.clock, call.timeoutMs, call.signal ?? NEVER);
    try {
      const response = await this.#send(call, deadline);
      call.signal?.addEventListener('abort', () => response.destroy(new Error('aborted')), { once: true });
      return { status: response.statusCode ?? 0, headers: response.headers, chunks: this.#chunks(response) };
    } finally {
      deadline.release();
    }
  }

  #send(call: HttpCall, deadline: Deadline): Promise<IncomingMessage> {
    return this.#explained(send(this.#options.target, call, deadline.signal), deadline);
  }

  async #explained<T>(step: Promise<T>, deadline?: Deadline): Promise<T> {
    try {
      return await (deadline?.run(step) ?? step);
    } catch (error) {
      if (error instanceof KonsulError) throw error;
      throw new KonsulError('UNREACHABLE', this.#reason(error, deadline), { cause: error });
    }
  }

  #reason(error: unknown, deadline: Deadline | undefined): string {
    const { target } = this.#options;
    if (deadline?.hasTimedOut === true) return `${targetText(target)} did not answer in time`;
    if (target.kind === 'tcp') return netErrorText(error, target.host, target.port);
    const { code = '', message } = error as NodeJS.ErrnoException;
    return UNIX_TEXTS[code] ?? message;
  }

  async *#chunks(response: IncomingMessage): AsyncGenerator<Uint8Array, void, undefined> {
    const iterator = response[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    try {
      for (let next = await this.#explained(iterator.next()); next.done !== true; next = await this.#explained(iterator.next())) {
        yield next.value;
      }
    } finally {
      response.destroy();
    }
  }
}

const NEVER: AbortSignal = new AbortController().signal;

const UNIX_TEXTS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such socket',
  ECONNREFUSED: 'connection refused',
  EACCES: 'permission denied',
};

/** `127.0.0.1:8500`, or the path of the socket. */
export const targetText = (target: HttpTarget): string => (target.kind === 'unix' ? target.path : joinHostPort(target.host, target.port));

async function send(target: HttpTarget, call: HttpCall, signal: AbortSignal): Promise<IncomingMessage> {
  const isTls = target.kind === 'tcp' && target.tls !== undefined;
  const outgoing = (isTls ? requestTls : request)(requestOptions(target, call, signal));
  const head = headOf(outgoing);
  if (call.body === undefined || call.body instanceof Uint8Array) outgoing.end(call.body);
  else {
    const body = Readable.from(call.body, { objectMode: false });
    body.on('error', (error) => outgoing.destroy(error));
    body.pipe(outgoing);
  }
  return head;
}

function requestOptions(target: HttpTarget, { method, path, headers, body }: HttpCall, signal: AbortSignal): RequestOptions {
  const host = target.kind === 'unix' ? 'localhost' : joinHostPort(target.host, target.port);
  const length = body instanceof Uint8Array ? { 'Content-Length': String(body.byteLength) } : {};
  const common = { method, path, headers: { Host: host, ...length, ...headers }, agent: false as const, signal };
  if (target.kind === 'unix') return { ...common, socketPath: target.path };
  return { ...common, host: target.host, port: target.port, ...(target.tls === undefined ? {} : tlsOptions(target.host, target.tls)) };
}

function tlsOptions(host: string, { ca, cert, key, serverName, skipVerify }: TlsClientSettings): object {
  const name = serverName === '' ? host : serverName;
  return {
    // An IP address may not be asked for by name; it is checked against the certificate all the same.
    ...(isIP(name) === 0 ? { servername: name } : {}),
    rejectUnauthorized: !skipVerify,
    ...(ca.length === 0 ? {} : { ca: ca.map(toBuffer) }),
    ...(cert === undefined ? {} : { cert: toBuffer(cert) }),
    ...(key === undefined ? {} : { key: toBuffer(key) }),
  };
}

const toBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

async function collect(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes) throw new KonsulError('TOO_LARGE', `the answer is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
