/** Consul's limit of connections per client address (`limits.http_max_conns_per_client`): over it a connection gets a 429. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../runtime/clock.ts';
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
  readonly #max: number;
  readonly #clock: Clock;
  readonly #counts = new Map<string, number>();

  /** `max` 0: no limit. */
  constructor(max: number, clock: Clock) {
    this.#max = max;
    this.#clock = clock;
  }

  /** Counts the connections of a server, and refuses those above the limit. */
  guard(server: Server): void {
    if (this.#max > 0) server.on('connection', (socket) => this.#admit(socket));
  }

  #admit(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    const count = (this.#counts.get(address) ?? 0) + 1;
    if (count > this.#max) {
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
