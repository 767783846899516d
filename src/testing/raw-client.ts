/** A client that speaks bytes: for what no HTTP client would send, and for seeing exactly what comes back and when. */
import { connect, type Socket } from 'node:net';

export interface ConnectOptions {
  /** The end of the server's half does not end this one. */
  readonly allowHalfOpen?: boolean;
}

export class RawClient {
  readonly #socket: Socket;
  #received = '';
  #isClosed = false;
  #error: Error | undefined;
  #changed: () => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      this.#received += chunk;
      this.#changed();
    });
    socket.on('error', (error) => {
      this.#error = error;
    });
    socket.on('close', () => {
      this.#isClosed = true;
      this.#changed();
    });
  }

  /** `address` is `host:port`. */
  static connect(address: string, { allowHalfOpen = false }: ConnectOptions = {}): Promise<RawClient> {
    const colon = address.lastIndexOf(':');
    const host = address.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
    const socket = connect({ host, port: Number(address.slice(colon + 1)), noDelay: true, allowHalfOpen });
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.once('connect', () => resolve(new RawClient(socket)));
    });
  }

  /** Everything that came so far. */
  get received(): string {
    return this.#received;
  }

  /** The status of each response so far. */
  get statuses(): number[] {
    return [...this.#received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** What broke the connection, a reset for example. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** Resolves when the bytes are with the kernel, or the connection is gone. */
  send(text: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.write(text, () => resolve());
    });
  }

  /** A whole request without a body. */
  async get(path: string, headers: readonly string[] = []): Promise<void> {
    await this.send(`GET ${path} HTTP/1.1\r\n${['Host: test', ...headers].join('\r\n')}\r\n\r\n`);
  }

  /** Resolves with all that came once it matches; rejects if the connection ends before. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.#received)) {
      if (this.#isClosed) throw new Error(`closed after ${JSON.stringify(this.#received)}, without ${pattern}`);
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
    return this.#received;
  }

  /** Resolves with all that came once the connection has ended. */
  async untilClosed(): Promise<string> {
    while (!this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
    return this.#received;
  }

  /** Ends this half. */
  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
