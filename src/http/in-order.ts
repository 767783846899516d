/**
 * Requests of one connection are run one after the other, as they came: a client that sends a write and a read without waiting
 * between them reads what it wrote. Go's server does the same; Node alone would run them at once and only put the answers in order.
 * The socket is read on meanwhile: Node sees only so that a client has gone, and the running request may be receiving its body.
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { isDrained } from './write-response.ts';

/** What may wait on one connection: thirty requests with the largest headers, or some 250 small ones. */
const MAX_WAITING_BYTES = 2 * 1024 * 1024;
/** Node's objects for a request and its response, generously. */
const REQUEST_BYTES = 8 * 1024;
/** What Node keeps of a body that nobody reads yet. */
const UNREAD_BODY_BYTES = 16 * 1024;

/** What of a request is looked at. */
export type Pipelined = Pick<IncomingMessage, 'socket' | 'url' | 'rawHeaders' | 'headers' | 'complete'>;

interface Waiting {
  readonly bytes: number;
  readonly run: () => void;
}

/** What waits behind the running request of a connection. */
interface Queue {
  readonly waiting: Waiting[];
  bytes: number;
}

export class InOrder {
  /** Of connections with a request under way. */
  readonly #queues = new Map<Socket, Queue>();

  /** Runs `task` once all before it on this connection are done. Closes a connection on which too much waits. */
  async run(message: Pipelined, task: () => Promise<void>): Promise<void> {
    const { socket } = message;
    const queue = this.#queues.get(socket);
    if (queue === undefined) this.#queues.set(socket, { waiting: [], bytes: 0 });
    else if (!(await turn(queue, bytesOf(message)))) return void socket.destroy();
    try {
      await task();
    } finally {
      this.#next(socket);
    }
  }

  #next(socket: Socket): void {
    const queue = this.#queues.get(socket);
    const next = queue?.waiting.shift();
    if (queue === undefined || next === undefined) return void this.#queues.delete(socket);
    queue.bytes -= next.bytes;
    next.run();
  }
}

/** False if there is no room to wait; else a promise of the request's turn. */
function turn(queue: Queue, bytes: number): false | Promise<true> {
  if (queue.bytes + bytes > MAX_WAITING_BYTES) return false;
  queue.bytes += bytes;
  return new Promise((resolve) => queue.waiting.push({ bytes, run: () => resolve(true) }));
}

function bytesOf(message: Pipelined): number {
  const body = isDrained(message) ? 0 : UNREAD_BODY_BYTES;
  return message.rawHeaders.reduce((sum, text) => sum + text.length, REQUEST_BYTES + body + (message.url?.length ?? 0));
}
