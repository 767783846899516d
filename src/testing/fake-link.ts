/**
 * A link of a `FakeNetwork`: two ends and the ways between them, with the manners of TCP. An end that has closed, or that misses a
 * message, answers the next one with a reset; until something is sent, an end whose peer is gone learns nothing.
 */
import type { Link } from '../runtime/link.ts';
import { costOf, LinkInbox, QUEUE_OVERFLOW } from '../runtime/link-inbox.ts';
import { type Road, Way, type WayOptions } from './fake-road.ts';

export const CONNECTION_RESET = 'connection reset by peer';
const CONNECTION_REFUSED = 'connect: connection refused';

export interface FakeLinkOptions extends Pick<WayOptions, 'clock' | 'latency'> {
  readonly maxQueuedBytes: number;
  /** From the host that dials, and to it. */
  readonly there: Road;
  readonly back: Road;
  /** As each end sees the other one. */
  readonly farAddress: string;
  readonly nearAddress: string;
}

export class FakeLink {
  /** The end that dialled, and the one that accepted. */
  readonly near: FakeLinkEnd;
  readonly far: FakeLinkEnd;

  constructor(options: FakeLinkOptions) {
    const { clock, latency, maxQueuedBytes } = options;
    const way = (road: Road, end: () => FakeLinkEnd): Way =>
      new Way({ road, clock, latency, arrived: (message, hasGap) => end().arrived(message, hasGap) });
    this.near = new FakeLinkEnd(options.farAddress, { way: way(options.there, () => this.far), peer: () => this.far, maxQueuedBytes });
    this.far = new FakeLinkEnd(options.nearAddress, { way: way(options.back, () => this.near), peer: () => this.near, maxQueuedBytes });
  }

  /** Neither end has anything to send or to learn any more. */
  get isOver(): boolean {
    return this.near.isOver && this.far.isOver;
  }

  /** Asks at the far end to be let in. Who accepts may send at once: that arrives behind the answer. No one there: the near end closes. */
  knock(accept: () => ((link: Link) => void) | undefined, opened: () => void): void {
    this.near.way.signal(() => {
      const acceptNow = accept();
      if (acceptNow === undefined) {
        this.far.close(CONNECTION_REFUSED);
        return;
      }
      this.far.way.signal(opened);
      acceptNow(this.far);
    });
  }

  /** The state of a road changed. */
  pump(): void {
    this.near.way.pump();
    this.far.way.pump();
  }

  /** Both ends learn at once that it is over; what is under way is lost. */
  break(reason: string): void {
    for (const end of [this.near, this.far]) {
      end.way.clear();
      end.ended(reason);
    }
  }
}

interface EndOptions {
  readonly way: Way;
  readonly peer: () => FakeLinkEnd;
  readonly maxQueuedBytes: number;
}

export class FakeLinkEnd implements Link {
  readonly remoteAddress: string;
  readonly way: Way;
  readonly #options: EndOptions;
  readonly #inbox: LinkInbox = new LinkInbox(this);
  #isOver = false;

  constructor(remoteAddress: string, options: EndOptions) {
    this.remoteAddress = remoteAddress;
    this.way = options.way;
    this.#options = options;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get queuedBytes(): number {
    return this.way.waitingBytes + this.#options.peer().waitingBytes;
  }

  /** Of messages that have arrived here and that nobody takes. */
  get waitingBytes(): number {
    return this.#inbox.waitingBytes;
  }

  send(message: Uint8Array): void {
    if (this.#isOver) return;
    if (this.queuedBytes + costOf(message) > this.#options.maxQueuedBytes) this.close(QUEUE_OVERFLOW);
    else this.way.sendMessage(message);
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
    this.way.signal(() => this.#options.peer().ended(reason));
  }

  /** The process of this end is gone: nobody here hears of anything any more, and the kernel tells the other side. */
  crash(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#inbox.onMessage(() => {});
    this.#inbox.onClose(() => {});
    this.way.signal(() => this.#options.peer().ended(CONNECTION_RESET));
  }

  arrived(message: Uint8Array, hasGap: boolean): void {
    if (!this.#isOver && !hasGap) this.#inbox.put(message);
    else this.way.signal(() => this.#options.peer().ended(CONNECTION_RESET));
  }

  ended(reason: string): void {
    this.#isOver = true;
    this.#inbox.end(reason);
  }
}
