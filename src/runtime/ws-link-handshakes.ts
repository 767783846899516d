/**
 * Connections to a port of links that are no links yet. Their time and their number are bounded, so that nobody can keep others out by
 * being slow: when there are too many, the oldest goes, and an honest handshake is never old.
 */
import type { Socket } from 'node:net';
import type { Clock, Timer } from './clock.ts';

interface Handshake {
  readonly socket: Socket;
  readonly timer: Timer;
}

export interface HandshakeBounds {
  readonly clock: Clock;
  readonly handshakeTimeoutMs: number;
  readonly maxHandshakes: number;
}

export class Handshakes {
  readonly #bounds: HandshakeBounds;
  /** Oldest first. */
  readonly #handshakes = new Map<string, Handshake>();

  constructor(bounds: HandshakeBounds) {
    this.#bounds = bounds;
  }

  begin(socket: Socket): void {
    const { clock, handshakeTimeoutMs, maxHandshakes } = this.#bounds;
    if (this.#handshakes.size >= maxHandshakes) this.#destroyOldest();
    const key = keyOf(socket);
    const timer = clock.after(handshakeTimeoutMs, () => socket.destroy());
    this.#handshakes.set(key, { socket, timer });
    socket.once('close', () => this.#forget(key));
  }

  /** The connection is a link now. With TLS, `socket` is the one inside: both have the same addresses. */
  complete(socket: Socket): void {
    this.#forget(keyOf(socket));
  }

  destroyAll(): void {
    for (const { socket } of this.#handshakes.values()) socket.destroy();
  }

  #destroyOldest(): void {
    const [oldest] = this.#handshakes;
    if (oldest === undefined) return;
    const [key, { socket }] = oldest;
    this.#forget(key);
    socket.destroy();
  }

  #forget(key: string): void {
    this.#handshakes.get(key)?.timer.cancel();
    this.#handshakes.delete(key);
  }
}

/** No two open connections have the same. */
const keyOf = ({ remoteAddress, remotePort, localAddress }: Socket): string => `${remoteAddress} ${remotePort} ${localAddress}`;
