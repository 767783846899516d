/**
 * Requests of one connection are run one after the other, as they came: a client that sends a write and a read without waiting
 * between them reads what it wrote. Go's server does the same; Node alone would run them at once and only put the answers in order.
 */
import type { Socket } from 'node:net';

/** Nobody sends so many without reading an answer, but to fill the memory. */
const MAX_WAITING = 1_000;

export class InOrder {
  /** Of connections with a request under way. */
  readonly #waiting = new Map<Socket, (() => void)[]>();

  /** Runs `task` once all before it on this connection are done. Closes a connection on which too many wait. */
  async run(socket: Socket, task: () => Promise<void>): Promise<void> {
    const queue = this.#waiting.get(socket);
    if (queue === undefined) this.#waiting.set(socket, []);
    else if (queue.length < MAX_WAITING) await new Promise<void>((resolve) => queue.push(resolve));
    else return void socket.destroy();
    try {
      await task();
    } finally {
      const next = this.#waiting.get(socket)?.shift();
      if (next === undefined) this.#waiting.delete(socket);
      else next();
    }
  }
}
