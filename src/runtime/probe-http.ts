/**
 * One HTTP attempt: a connection of its own (no keep-alive, TLS options of this request only), redirects followed by hand so
 * that each target can be refused, and a body read only as far as it can matter.
 */
import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import { request as requestTls } from 'node:https';
import { Deadline } from './deadline.ts';
import { messageOf } from './errors.ts';
import { headOf } from './http-head.ts';
import { firstHop, type HttpHop, nextHop } from './http-hop.ts';
import { netErrorText } from './net-error.ts';
import type { ProbeTools } from './probe-tools.ts';
import type { HttpProbe, HttpProbeResult } from './prober.ts';
import { TailBuffer } from './tail-buffer.ts';
import { assertAllowed, guardedLookup, serverNameFor, TargetDeniedError } from './target-guard.ts';

/** Resolves with the result of one attempt; never rejects. Nothing is left open. */
export async function probeHttp(probe: HttpProbe, signal: AbortSignal, tools: ProbeTools): Promise<HttpProbeResult> {
  const deadline = new Deadline(tools.clock, probe.timeoutMs, signal);
  try {
    return await new HttpAttempt(probe, deadline, tools).run();
  } catch (error) {
    return { ok: false, error: messageOf(error) };
  } finally {
    deadline.release();
  }
}

class HttpAttempt {
  readonly #probe: HttpProbe;
  readonly #deadline: Deadline;
  readonly #tools: ProbeTools;

  constructor(probe: HttpProbe, deadline: Deadline, tools: ProbeTools) {
    this.#probe = probe;
    this.#deadline = deadline;
    this.#tools = tools;
  }

  async run(): Promise<HttpProbeResult> {
    const { maxRedirects } = this.#probe;
    let hop = firstHop(this.#probe);
    for (let followed = 0; ; followed += 1) {
      const response = await this.#ask(hop);
      try {
        const next = maxRedirects === 0 ? undefined : nextHop(hop, answerOf(response));
        if (next === undefined) return await this.#read(response);
        if (followed === maxRedirects) throw new Error(`stopped after ${maxRedirects} redirects`);
        hop = next;
      } catch (error) {
        throw new Error(withUrl(hop, messageOf(error)));
      } finally {
        response.destroy();
      }
    }
  }

  /** The answer's head; its body is not read yet. */
  async #ask(hop: HttpHop): Promise<IncomingMessage> {
    const host = bareHost(hop.url);
    const port = portOf(hop.url);
    try {
      assertAllowed(this.#tools.deny, host, port);
      return await this.#deadline.run(send(hop, this.#options(hop, host, port)));
    } catch (error) {
      throw new Error(withUrl(hop, this.#reason(error, host, port)));
    }
  }

  /** Reads to the end, the limit, the time-out or a broken connection: the status counts in any case, as in Consul. */
  async #read(response: IncomingMessage): Promise<HttpProbeResult> {
    const tail = new TailBuffer(this.#probe.keepBytes);
    await this.#deadline.run(bodyInto(tail, response)).catch(() => {});
    const { statusCode: status = 0, statusMessage: statusText = '' } = response;
    return { ok: true, status, statusText, body: tail.text(), bodyBytes: tail.totalBytes };
  }

  #options(hop: HttpHop, host: string, port: number): RequestOptions {
    const tls = {
      servername: serverNameFor(host, this.#probe.tlsServerName),
      rejectUnauthorized: !this.#probe.tlsSkipVerify,
    };
    return {
      host,
      port,
      path: `${hop.url.pathname}${hop.url.search}`,
      method: hop.method,
      headers: headersOf(hop),
      agent: false,
      signal: this.#deadline.signal,
      ...guardedLookup(this.#tools.deny, port),
      ...(hop.url.protocol === 'https:' ? tls : {}),
    };
  }

  #reason(error: unknown, host: string, port: number): string {
    if (error instanceof TargetDeniedError) return error.message;
    if (this.#deadline.hasTimedOut) return 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
    return netErrorText(error, host, port);
  }
}

function send(hop: HttpHop, options: RequestOptions): Promise<IncomingMessage> {
  const outgoing = (hop.url.protocol === 'https:' ? requestTls : request)(options);
  const head = headOf(outgoing);
  outgoing.end(hop.body);
  return head;
}

/** Resolves when nothing more comes, or no more is wanted. */
function bodyInto(tail: TailBuffer, response: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    response.on('data', (chunk: Buffer) => {
      if (tail.hasSeenEnough) return;
      tail.push(chunk);
      if (tail.hasSeenEnough) resolve();
    });
    response.on('error', () => resolve());
    response.once('close', resolve);
    response.once('end', resolve);
  });
}

const answerOf = (response: IncomingMessage): { status: number; location: string | undefined } => ({
  status: response.statusCode ?? 0,
  location: response.headers.location,
});

/** Node adds no length to a GET that has a body, and takes one value only for `Host`. */
function headersOf(hop: HttpHop): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, values] of Object.entries(hop.headers)) {
    headers[name] = name.toLowerCase() === 'host' ? (values[0] ?? '') : [...values];
  }
  if (hop.url.username !== '' && !hasHeader(hop, 'authorization')) headers.Authorization = basicAuth(hop.url);
  if (hop.body !== '') headers['Content-Length'] = String(Buffer.byteLength(hop.body));
  return headers;
}

const hasHeader = (hop: HttpHop, lowerName: string): boolean => Object.keys(hop.headers).some((name) => name.toLowerCase() === lowerName);

function basicAuth(url: URL): string {
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}

/** Go's form: `Get "http://…": reason`. Credentials in the URL are not repeated. */
function withUrl(hop: HttpHop, reason: string): string {
  const shown = new URL(hop.url);
  if (shown.password !== '') shown.password = 'xxxxx';
  return `${hop.method.charAt(0).toUpperCase()}${hop.method.slice(1).toLowerCase()} "${shown.href}": ${reason}`;
}

const bareHost = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

const portOf = (url: URL): number => Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
