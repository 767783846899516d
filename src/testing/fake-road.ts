/**
 * What lies between two hosts of a `FakeNetwork`, and one direction of one link on it. Parcels arrive in the order in which they were
 * sent, after a latency of their own; a road that is cut loses them, one that is stalled holds them back.
 */
import type { Clock, Timer } from '../runtime/clock.ts';
import { costOf } from '../runtime/link-inbox.ts';

/** Open; or what is sent vanishes; or what is sent waits. */
export type RoadState = 'open' | 'cut' | 'stalled';

/** What was sent from one host to another, on all links, since the network was made. */
export interface Traffic {
  /** Messages of links; opening and closing are not counted. */
  readonly messages: number;
  readonly bytes: number;
  /** Those of `messages` that vanished in a cut. */
  readonly lostMessages: number;
}

/** One direction between two hosts. */
export class Road {
  state: RoadState = 'open';
  messages = 0;
  bytes = 0;
  lostMessages = 0;
}

export interface WayOptions {
  readonly road: Road;
  readonly clock: Clock;
  /** Milliseconds that the next parcel is to be under way. */
  readonly latency: () => number;
  /** A message has arrived. `hasGap`: one before it has not. */
  readonly arrived: (message: Uint8Array, hasGap: boolean) => void;
}

interface Parcel {
  readonly dueMs: number;
  readonly message: Uint8Array | undefined;
  readonly arrive: () => void;
}

/** One direction of one link. */
export class Way {
  readonly #options: WayOptions;
  /** Those before `#head` are off. */
  #parcels: Parcel[] = [];
  #head = 0;
  #timer: Timer | undefined;
  #lastDueMs = 0;
  #waitingBytes = 0;
  #hasGap = false;

  constructor(options: WayOptions) {
    this.#options = options;
  }

  /** Of messages that were sent and have not arrived. As in TCP, what vanished in a cut goes on waiting for its acknowledgement. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  sendMessage(message: Uint8Array): void {
    const { road, arrived } = this.#options;
    road.messages += 1;
    road.bytes += message.byteLength;
    this.#waitingBytes += costOf(message);
    this.#send(message, () => {
      this.#waitingBytes -= costOf(message);
      arrived(message, this.#hasGap);
    });
  }

  /** Sends a signal of the connection itself: it is opened, closed or reset. */
  signal(arrive: () => void): void {
    this.#send(undefined, arrive);
  }

  /** Delivers what is due; called again whenever the road's state changed. */
  pump(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const { road, clock } = this.#options;
    while (road.state !== 'stalled') {
      const first = this.#parcels[this.#head];
      if (first === undefined) {
        this.#drop();
        return;
      }
      if (first.dueMs > clock.nowMs()) {
        this.#timer = clock.after(first.dueMs - clock.nowMs(), () => this.pump());
        return;
      }
      this.#head += 1;
      if (road.state === 'cut') this.#lose(first.message);
      else first.arrive();
    }
  }

  /** Forgets what is under way. */
  clear(): void {
    this.#timer?.cancel();
    this.#drop();
    this.#waitingBytes = 0;
  }

  #drop(): void {
    this.#parcels = [];
    this.#head = 0;
  }

  #send(message: Uint8Array | undefined, arrive: () => void): void {
    const { road, clock, latency } = this.#options;
    const dueMs = Math.max(this.#lastDueMs, clock.nowMs() + latency());
    this.#lastDueMs = dueMs;
    if (road.state === 'cut') {
      this.#lose(message);
      return;
    }
    this.#parcels.push({ dueMs, message, arrive });
    if (this.#parcels.length - this.#head === 1) this.pump();
  }

  #lose(message: Uint8Array | undefined): void {
    if (message === undefined) return;
    this.#hasGap = true;
    this.#options.road.lostMessages += 1;
  }
}
