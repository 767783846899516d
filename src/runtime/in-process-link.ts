/**
 * Links inside one process: a server and an agent in one program, and tests. Messages are handed over, not copied: the sender must
 * not change one after `send`. Delivery is always later than `send`, so that neither side runs inside the other's call.
 */
import { messageOf } from './errors.ts';
import type { Link, LinkListener, LinkTransport } from './link.ts';
import { assertNotAborted, dialFailed } from './link-address.ts';
import { costOf, DEFAULT_MAX_QUEUED_BYTES, LinkInbox, QUEUE_OVERFLOW } from './link-inbox.ts';

export interface InProcessOptions {
  /** Bytes that may wait in one direction; one more message closes the link with a reason. Default 64 MiB. */
  readonly maxQueuedBytes?: number;
}

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
    assertNotAborted(address, signal);
    const accept = this.#accepts.get(address);
    if (accept === undefined) throw dialFailed(address, `dial ${address}: connection refused: nobody listens at ${address}`);
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
  readonly #inbox: LinkInbox = new LinkInbox(this);
  #peer: InProcessLink | undefined;
  #isOver = false;

  constructor(maxQueuedBytes: number) {
    this.#maxQueuedBytes = maxQueuedBytes;
  }

  connect(peer: InProcessLink): void {
    this.#peer = peer;
  }

  send(message: Uint8Array): void {
    if (this.#isOver) return;
    if (this.queuedBytes + costOf(message) > this.#maxQueuedBytes) this.close(QUEUE_OVERFLOW);
    else this.#peer?.take(message);
  }

  onMessage(receive: (message: Uint8Array) => void): void {
    this.#inbox.onMessage(receive);
  }

  onClose(closed: (reason: string) => void): void {
    this.#inbox.onClose(closed);
  }

  close(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#inbox.close(reason);
    this.#peer?.end(reason);
  }

  get queuedBytes(): number {
    return this.#peer?.waitingBytes ?? 0;
  }

  /** Of messages on their way to this end. */
  get waitingBytes(): number {
    return this.#inbox.waitingBytes;
  }

  /** The other end's half of `send`. */
  take(message: Uint8Array): void {
    this.#inbox.put(message);
  }

  /** The other end's half of `close`. */
  end(reason: string): void {
    this.#isOver = true;
    this.#inbox.end(reason);
  }
}
