/** An HTTP API whose answers a test decides, on a real socket of the loopback address: for what asks an agent. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeRequest {
  /** `PUT /v1/kv/a?cas=1`. */
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface FakeAnswer {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is if it is a text or bytes, else as JSON; `undefined`: nothing. */
  readonly body?: unknown;
}

/** What the API does with a request. A promise makes it slow. */
export type Responder = (request: FakeRequest) => FakeAnswer | Promise<FakeAnswer>;

export class FakeApi {
  /** What was asked, oldest first. */
  readonly requests: FakeRequest[] = [];
  readonly #server: Server;

  private constructor(respond: Responder) {
    this.#server = createServer((incoming, outgoing) => void this.#serve(respond, incoming, outgoing));
  }

  /** Starts to listen on a free port, or on a unix socket. */
  static async start(respond: Responder, socketPath?: string): Promise<FakeApi> {
    const api = new FakeApi(respond);
    await new Promise<void>((resolve) => {
      if (socketPath === undefined) api.#server.listen(0, '127.0.0.1', resolve);
      else api.#server.listen(socketPath, resolve);
    });
    return api;
  }

  /** `127.0.0.1:port`. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The lines of all requests. */
  get lines(): readonly string[] {
    return this.requests.map(({ line }) => line);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(respond: Responder, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const request = { line: `${incoming.method} ${incoming.url}`, headers: incoming.headers, body: Buffer.concat(chunks).toString() };
    this.requests.push(request);
    const { status = 200, headers = {}, body } = await respond(request);
    outgoing.writeHead(status, headers);
    outgoing.end(body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body));
  }
}
