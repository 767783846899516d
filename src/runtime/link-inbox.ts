/**
 * What has arrived at one end of a link and waits for its receiver; every transport has one at each end. It delivers in a microtask of
 * its own, so that no side ever runs inside the other's call, and tells of the end after the last message. It sends nothing.
 */
import { messageOf } from './errors.ts';

/** Reason of a link that was closed because one side did not take its messages. */
export const QUEUE_OVERFLOW = 'queue overflow';

/** Bytes that may wait in one direction of a link, unless its transport is told otherwise. */
export const DEFAULT_MAX_QUEUED_BYTES: number = 64 * 1_048_576;

/** Stands for what it costs to hold a message, so that empty messages are bounded too. */
export const MESSAGE_OVERHEAD_BYTES = 64;

/** What a message counts for in a queue. */
export const costOf = (message: Uint8Array): number => message.byteLength + MESSAGE_OVERHEAD_BYTES;

/** The end of the link that the inbox belongs to. */
export interface InboxOwner {
  /** The receiver threw: the link has to close. */
  close(reason: string): void;
  /** So much was handed to the receiver. */
  taken?(costBytes: number): void;
}

export class LinkInbox {
  readonly #owner: InboxOwner;
  /** Messages before `#head` have been delivered. */
  #queue: Uint8Array[] = [];
  #head = 0;
  #waitingBytes = 0;
  #receive: ((message: Uint8Array) => void) | undefined;
  #closed: ((reason: string) => void) | undefined;
  /** Set once, when either end closes. */
  #reason: string | undefined;
  #isDelivering = false;

  constructor(owner: InboxOwner) {
    this.#owner = owner;
  }

  /** Of messages that nobody has taken yet, with what it costs to hold them. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  onMessage(receive: (message: Uint8Array) => void): void {
    this.#receive = receive;
    this.#wake();
  }

  onClose(closed: (reason: string) => void): void {
    this.#closed = closed;
    this.#wake();
  }

  /** A message has arrived. Ignored after the end. */
  put(message: Uint8Array): void {
    if (this.#reason !== undefined) return;
    this.#queue.push(message);
    this.#waitingBytes += costOf(message);
    this.#wake();
  }

  /** The other side closed: what it sent before is delivered first. */
  end(reason: string): void {
    this.#reason ??= reason;
    this.#wake();
  }

  /** This side closed: it receives nothing any more. */
  close(reason: string): void {
    this.#dropQueue();
    this.end(reason);
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
      this.#owner.close(messageOf(error));
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
    this.#waitingBytes -= costOf(message);
    this.#owner.taken?.(costOf(message));
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
    this.#waitingBytes = 0;
  }
}
