/** One keep-alive connection of the load generator: one request at a time, bytes in, answer out. */
import { connect, type Socket } from 'node:net';
import { type Response, ResponseReader } from './response-reader.ts';

const OPEN_AT_ONCE = 64;
/** Every connection reads into this, one after the other: memory of their own at hundreds of MB/s would make the generator collect garbage while others wait. */
const RECEIVED = Buffer.alloc(256 * 1024);

type Done = (error: Error | undefined, response: Response | undefined) => void;

export class RawConnection {
  readonly #socket: Socket;
  #done: Done | undefined;

  private constructor(port: number, keepBytes: number | undefined) {
    const reader = new ResponseReader((response) => this.#settle(undefined, response), keepBytes);
    const callback = (bytesRead: number): boolean => {
      reader.push(RECEIVED.subarray(0, bytesRead));
      return true;
    };
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread: { buffer: RECEIVED, callback } });
    this.#socket = socket;
    socket.on('error', (error) => this.#settle(error, undefined));
    socket.on('close', () => this.#settle(new Error('the server closed the connection'), undefined));
  }

  /** `keepBytes` of each body are kept; by default enough for an error text. */
  static open(port: number, keepBytes?: number): Promise<RawConnection> {
    return new Promise((resolve, reject) => {
      const connection = new RawConnection(port, keepBytes);
      connection.#socket.once('error', reject);
      connection.#socket.once('connect', () => {
        connection.#socket.off('error', reject);
        resolve(connection);
      });
    });
  }

  /** A few at a time: a listener's queue is short, and what overflows it comes back seconds later. */
  static async openMany(port: number, count: number, keepBytes?: number): Promise<RawConnection[]> {
    const open: RawConnection[] = [];
    while (open.length < count) {
      const batch = Array.from({ length: Math.min(OPEN_AT_ONCE, count - open.length) }, () => RawConnection.open(port, keepBytes));
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
