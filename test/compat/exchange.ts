/** One raw HTTP exchange: the path goes out as it is, nothing is followed, decoded or retried. */
import { Agent, type IncomingMessage, request } from 'node:http';
import { gunzipSync } from 'node:zlib';

export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface RawAnswer {
  readonly status: number;
  /** Lower-case name to value; repeated ones are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Unzipped, if it came zipped. */
  readonly body: Buffer;
  readonly tookMs: number;
}

/** A stuck server fails the case, not the whole run. */
const TIMEOUT_MS = 30_000;
const agent = new Agent({ keepAlive: true });

/** Sends `raw` to the server at `baseUrl`. */
export async function exchange(baseUrl: string, raw: RawRequest): Promise<RawAnswer> {
  const startedMs = performance.now();
  const message = await send(baseUrl, raw);
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  return {
    status: message.statusCode ?? 0,
    headers: Object.fromEntries(Object.entries(message.headersDistinct).map(([name, values]) => [name, (values ?? []).join(', ')])),
    body: message.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body,
    tookMs: performance.now() - startedMs,
  };
}

function send(baseUrl: string, raw: RawRequest): Promise<IncomingMessage> {
  const { hostname, port } = new URL(baseUrl);
  const length = raw.body.byteLength > 0 || raw.method === 'PUT' ? { 'Content-Length': String(raw.body.byteLength) } : {};
  return new Promise((resolve, reject) => {
    const { method, path } = raw;
    const call = request({ agent, hostname, port, method, path, headers: { ...length, ...raw.headers }, timeout: TIMEOUT_MS });
    call.on('response', resolve);
    call.on('error', reject);
    call.on('timeout', () => call.destroy(new Error(`no answer to ${raw.method} ${raw.path} within ${TIMEOUT_MS} ms`)));
    call.end(raw.body);
  });
}
