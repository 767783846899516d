/** One end of a link between threads, over a port that it owns. */
import type { MessagePort } from 'node:worker_threads';
import type { Link } from './link.ts';
import { costOf, LinkInbox, QUEUE_OVERFLOW } from './link-inbox.ts';

/** Over a port travel: a message; how many bytes of messages (`costOf`) were taken; or why the other side closes. */
type PortMessage = Uint8Array | number | string;

export class PortLink implements Link {
  readonly remoteAddress: string = '';
  readonly #port: MessagePort;
  readonly #maxQueuedBytes: number;
  readonly #inbox: LinkInbox = new LinkInbox(this);
  /** Sent, and not yet taken by the receiver of the other thread. */
  #unacknowledgedBytes = 0;
  /** Taken here, and not yet acknowledged. */
  #takenBytes = 0;
  #isOver = false;

  constructor(port: MessagePort, maxQueuedBytes: number) {
    this.#port = port;
    this.#maxQueuedBytes = maxQueuedBytes;
    port.on('message', (message: unknown) => this.#arrived(message));
    port.on('messageerror', () => this.close('a message arrived that cannot be read'));
    port.on('close', () => this.#ended('connection lost'));
    port.unref();
  }

  get queuedBytes(): number {
    return this.#unacknowledgedBytes;
  }

  send(message: Uint8Array): void {
    if (this.#isOver) return;
    if (this.#unacknowledgedBytes + costOf(message) > this.#maxQueuedBytes) {
      this.close(QUEUE_OVERFLOW);
      return;
    }
    this.#unacknowledgedBytes += costOf(message);
    // A copy with a buffer of its own: other links may send the same message, and a slice would take the whole buffer along.
    const copy = new Uint8Array(message);
    this.#port.postMessage(copy satisfies PortMessage, [copy.buffer]);
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
    this.#port.postMessage(reason satisfies PortMessage);
    this.#port.close();
  }

  /** Acknowledges once for all that was taken in one turn of the event loop. */
  taken(costBytes: number): void {
    if (this.#takenBytes === 0) setImmediate(() => this.#acknowledge());
    this.#takenBytes += costBytes;
  }

  #acknowledge(): void {
    if (!this.#isOver) this.#port.postMessage(this.#takenBytes satisfies PortMessage);
    this.#takenBytes = 0;
  }

  #arrived(message: unknown): void {
    if (this.#isOver) return;
    if (message instanceof Uint8Array) this.#messageArrived(message);
    else if (typeof message === 'number') this.#unacknowledgedBytes = Math.max(0, this.#unacknowledgedBytes - message);
    else if (typeof message === 'string') this.#ended(message);
    else this.close('something arrived that is no message of a link');
  }

  #messageArrived(message: Uint8Array): void {
    if (this.#inbox.waitingBytes + costOf(message) > this.#maxQueuedBytes) this.close(QUEUE_OVERFLOW);
    else this.#inbox.put(message);
  }

  #ended(reason: string): void {
    this.#isOver = true;
    this.#inbox.end(reason);
    this.#port.close();
  }
}
