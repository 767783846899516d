/** Consul's limit of connections per client address (`limits.http_max_conns_per_client`): over it a connection gets a 429. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../runtime/clock.ts';
import type { Counter } from '../runtime/metrics-instruments.ts';
import { closeLingering } from './lingering-close.ts';

const TEXT = 'Your IP is issuing too many concurrent connections, please rate limit your calls\n';
const REFUSAL = [
  'HTTP/1.1 429 Too Many Requests',
  'Content-Type: text/plain; charset=utf-8',
  `Content-Length: ${Buffer.byteLength(TEXT)}`,
  'Retry-After: 1',
  'Connection: close',
  '',
  TEXT,
].join('\r\n');

export class ConnectionLimit {
  #max: number;
  readonly #clock: Clock;
  readonly #refused: Counter;
  readonly #counts = new Map<string, number>();

  /** `max` 0: no limit. `refused` counts the connections above it. */
  constructor(max: number, clock: Clock, refused: Counter) {
    this.#max = max;
    this.#clock = clock;
    this.#refused = refused;
  }

  /** Counts the connections of a server, and refuses those above the limit. */
  guard(server: Server): void {
    server.on('connection', (socket) => this.#admit(socket));
  }

  /** For connections to come. */
  setMax(max: number): void {
    this.#max = max;
  }

  #admit(socket: Socket): void {
    const address = socket.remoteAddress;
    // A unix socket: the file system says who may connect.
    if (address === undefined) return;
    const count = (this.#counts.get(address) ?? 0) + 1;
    if (this.#max > 0 && count > this.#max) {
      this.#refused.increment();
      closeLingering(socket, this.#clock, REFUSAL);
      return;
    }
    this.#counts.set(address, count);
    socket.once('close', () => this.#release(address));
  }

  #release(address: string): void {
    const count = (this.#counts.get(address) ?? 1) - 1;
    if (count > 0) this.#counts.set(address, count);
    else this.#counts.delete(address);
  }
}
