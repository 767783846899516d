/** One HTTP request on `node:http`, whole answer in memory; header names and bodies as they came. No retries, no redirects. */
import { type Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';

export interface CallOptions {
  readonly method?: string;
  /** Text and bytes are sent as they are, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Connections are kept only with an agent; default: one connection for the call. */
  readonly agent?: Agent;
  readonly signal?: AbortSignal;
  /** Default 30 s of silence. */
  readonly timeoutMs?: number;
}

export class Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;

  constructor(status: number, headers: IncomingHttpHeaders, body: Buffer) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  get text(): string {
    return this.body.toString('utf8');
  }

  /** The body parsed, as the shape the caller expects; throws with status and text if it is not JSON. */
  json<T = unknown>(): T {
    try {
      return JSON.parse(this.text) as T;
    } catch (cause) {
      throw new Error(`not JSON (${this.status}): ${this.text.slice(0, 200)}`, { cause });
    }
  }

  /** X-Consul-Index; throws if the answer has none. */
  get index(): number {
    const text = this.headers['x-consul-index'];
    if (typeof text !== 'string') throw new Error(`no X-Consul-Index (${this.status}): ${this.text.slice(0, 200)}`);
    return Number(text);
  }
}

export function httpCall(url: string, options: CallOptions = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, {
      method: options.method ?? 'GET',
      headers: options.headers ?? {},
      agent: options.agent ?? false,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    request.setTimeout(options.timeoutMs ?? 30_000, () => request.destroy(new Error(`no answer from ${url}`)));
    request.once('error', reject);
    request.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => resolve(new Reply(response.statusCode ?? 0, response.headers, Buffer.concat(chunks))));
    });
    request.end(bytesOf(options.body));
  });
}

function bytesOf(body: unknown): string | Uint8Array | undefined {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) return body;
  return JSON.stringify(body);
}
