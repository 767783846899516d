/**
 * Links inside one process: a server and an agent in one program, and tests. Messages are handed over, not copied: the sender must
 * not change one after `send`. Delivery is always later than `send`, so that neither side runs inside the other's call.
 */
import { messageOf } from './errors.ts';
import type { Link, LinkListener, LinkTransport } from './link.ts';

export interface InProcessOptions {
  /** Bytes that may wait in one direction; one more message closes the link with a reason. Default 64 MiB. */
  readonly maxQueuedBytes?: number;
}

/** Stands for the cost of holding a message, so that empty messages are bounded too. */
const MESSAGE_OVERHEAD_BYTES = 64;
const DEFAULT_MAX_QUEUED_BYTES = 64 * 1_048_576;

/** Reason of a link that was closed because one side did not take its messages. */
export const QUEUE_OVERFLOW = 'queue overflow';

export class InProcessTransport implements LinkTransport {
  readonly #accepts = new Map<string, (link: Link) => void>();
  readonly #maxQueuedBytes: number;

  constructor(options: InProcessOptions = {}) {
    this.#maxQueuedBytes = options.maxQueuedBytes ?? DEFAULT_MAX_QUEUED_BYTES;
  }

  /** Throws if the address is taken. Closing the listener leaves its links open. */
  async listen(address: string, accept: (link: Link) => void): Promise<LinkListener> {
    if (this.#accepts.has(address)) throw new Error(`address ${address} is already in use`);
    this.#accepts.set(address, accept);
    return { address, close: async () => void this.#accepts.delete(address) };
  }

  async dial(address: string, signal: AbortSignal): Promise<Link> {
    if (signal.aborted) throw new Error('aborted');
    const accept = this.#accepts.get(address);
    if (accept === undefined) throw new Error(`connection refused: nobody listens at ${address}`);
    const [near, far] = linkPair(this.#maxQueuedBytes);
    try {
      accept(far);
    } catch (error) {
      far.close(messageOf(error));
      throw error;
    }
    return near;
  }
}

/** Two ends of one link. */
function linkPair(maxQueuedBytes: number): readonly [Link, Link] {
  const near = new InProcessLink(maxQueuedBytes);
  const far = new InProcessLink(maxQueuedBytes);
  near.connect(far);
  far.connect(near);
  return [near, far];
}

class InProcessLink implements Link {
  readonly remoteAddress: string = '';
  readonly #maxQueuedBytes: number;
  #peer: InProcessLink | undefined;
  /** Messages on their way to this end; those before `#head` have been delivered. */
  #queue: Uint8Array[] = [];
  #head = 0;
  #queuedBytes = 0;
  #receive: ((message: Uint8Array) => void) | undefined;
  #closed: ((reason: string) => void) | undefined;
  /** Set once, when either end closes. */
  #reason: string | undefined;
  #isDelivering = false;

  constructor(maxQueuedBytes: number) {
    this.#maxQueuedBytes = maxQueuedBytes;
  }

  connect(peer: InProcessLink): void {
    this.#peer = peer;
  }

  send(message: Uint8Array): void {
    if (this.#reason === undefined) this.#peer?.take(message);
  }

  onMessage(receive: (message: Uint8Array) => void): void {
    this.#receive = receive;
    this.#wake();
  }

  onClose(closed: (reason: string) => void): void {
    this.#closed = closed;
    this.#wake();
  }

  close(reason: string): void {
    if (this.#reason !== undefined) return;
    this.#dropQueue();
    this.end(reason);
    this.#peer?.end(reason);
  }

  get queuedBytes(): number {
    return this.#peer?.waitingBytes ?? 0;
  }

  /** Of messages on their way to this end. */
  get waitingBytes(): number {
    return this.#queuedBytes;
  }

  /** The other end's half of `send`. */
  take(message: Uint8Array): void {
    this.#queuedBytes += message.byteLength + MESSAGE_OVERHEAD_BYTES;
    if (this.#queuedBytes > this.#maxQueuedBytes) {
      this.close(QUEUE_OVERFLOW);
      return;
    }
    this.#queue.push(message);
    this.#wake();
  }

  /** The other end's half of `close`: what it sent before is delivered first. */
  end(reason: string): void {
    this.#reason ??= reason;
    this.#wake();
  }

  #wake(): void {
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    queueMicrotask(() => this.#deliver());
  }

  /** A receiver that throws has broken a promise of the code: the link closes, and the error goes up. */
  #deliver(): void {
    try {
      for (let message = this.#next(); message !== undefined; message = this.#next()) this.#receive?.(message);
    } catch (error) {
      this.close(messageOf(error));
      throw error;
    } finally {
      this.#isDelivering = false;
      this.#tellClosed();
    }
  }

  /** The next message, if there is one and somebody to receive it. */
  #next(): Uint8Array | undefined {
    if (this.#receive === undefined) return undefined;
    const message = this.#queue[this.#head];
    if (message === undefined) {
      this.#dropQueue();
      return undefined;
    }
    this.#head += 1;
    this.#queuedBytes -= message.byteLength + MESSAGE_OVERHEAD_BYTES;
    return message;
  }

  #tellClosed(): void {
    const closed = this.#closed;
    if (this.#reason === undefined || closed === undefined) return;
    this.#closed = undefined;
    closed(this.#reason);
  }

  #dropQueue(): void {
    this.#queue = [];
    this.#head = 0;
    this.#queuedBytes = 0;
  }
}
