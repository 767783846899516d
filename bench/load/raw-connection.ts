/** One keep-alive connection of the load generator: one request at a time, bytes in, answer out. */
import { connect, type Socket } from 'node:net';
import { type Response, ResponseReader } from './response-reader.ts';

const OPEN_AT_ONCE = 64;

type Done = (error: Error | undefined, response: Response | undefined) => void;

export class RawConnection {
  readonly #socket: Socket;
  #done: Done | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    const reader = new ResponseReader((response) => this.#settle(undefined, response));
    socket.on('data', (chunk: Buffer) => reader.push(chunk));
    socket.on('error', (error) => this.#settle(error, undefined));
    socket.on('close', () => this.#settle(new Error('the server closed the connection'), undefined));
  }

  static open(port: number): Promise<RawConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new RawConnection(socket));
      });
    });
  }

  /** A few at a time: a listener's queue is short, and what overflows it comes back seconds later. */
  static async openMany(port: number, count: number): Promise<RawConnection[]> {
    const open: RawConnection[] = [];
    while (open.length < count) {
      const batch = Array.from({ length: Math.min(OPEN_AT_ONCE, count - open.length) }, () => RawConnection.open(port));
      open.push(...(await Promise.all(batch)));
    }
    return open;
  }

  /** `done` is called once, with the answer or an error. The one before must be done. */
  send(request: Uint8Array, done: Done): void {
    if (this.#done !== undefined) throw new Error('a request is under way');
    this.#done = done;
    this.#socket.write(request);
  }

  request(request: Uint8Array): Promise<Response> {
    return new Promise((resolve, reject) => {
      this.send(request, (error, response) => (response === undefined ? reject(error) : resolve(response)));
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #settle(error: Error | undefined, response: Response | undefined): void {
    const done = this.#done;
    this.#done = undefined;
    done?.(error, response);
  }
}
