/**
 * The way down one link: counts and sends, and ends the link of a peer that does not take what is sent. Changes, answers and
 * heartbeats are sent at once, in order; what can wait asks here until the queue is short.
 */
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Link } from '../runtime/link.ts';
import { encodeChunk, encodeFrame } from './codec.ts';
import type { Chunk, DownFrame } from './frames.ts';
import type { SentKind, ServingMeters } from './serving-meters.ts';

export interface OutflowOptions {
  readonly link: Link;
  readonly clock: Clock;
  readonly meters: ServingMeters;
  /** The peer did not take what was sent: the link is to end with this reason. */
  overflowed(reason: string): void;
}

/** A peer that leaves more than this in the queue is too slow, or gone. */
const MAX_QUEUED_BYTES = 16 * 1_048_576;
/** Above this, what can wait waits: a quarter of a second on a line of 8 Mbit/s. */
const SHORT_QUEUE_BYTES = 256 * 1_024;
/** Links do not tell when their queue is short again. */
const LOOK_AGAIN_MS = 5;

export class Outflow {
  readonly #options: OutflowOptions;
  readonly #waiting: (() => void)[] = [];
  #look: Timer | undefined;
  #isOver = false;

  constructor(options: OutflowOptions) {
    this.#options = options;
  }

  /** Throws TOO_LARGE, with nothing sent, for what no link carries. */
  frame(frame: DownFrame): void {
    this.send(frame.t, encodeFrame(frame));
  }

  chunk(chunk: Chunk): void {
    this.send('chunk', encodeChunk(chunk));
  }

  send(kind: SentKind, bytes: Uint8Array): void {
    if (this.#isOver) return;
    const { link, meters, overflowed } = this.#options;
    meters.countSent(kind, bytes.byteLength);
    link.send(bytes);
    if (link.queuedBytes <= MAX_QUEUED_BYTES) return;
    meters.overflows += 1;
    overflowed('queue overflow');
  }

  /** Whether there is much on its way already. */
  get isLong(): boolean {
    return this.#options.link.queuedBytes > SHORT_QUEUE_BYTES;
  }

  /** Calls `task` once: now if the queue is short, else when it is; never after the end. */
  whenShort(task: () => void): void {
    if (this.#isOver) return;
    if (!this.isLong && this.#waiting.length === 0) {
      task();
      return;
    }
    this.#waiting.push(task);
    this.#look ??= this.#lookLater();
  }

  /** Nothing is sent any more, and nobody is called. */
  end(): void {
    this.#isOver = true;
    this.#look?.cancel();
    this.#waiting.length = 0;
  }

  #lookLater(): Timer {
    return this.#options.clock.after(LOOK_AGAIN_MS, () => {
      this.#look = undefined;
      while (!this.#isOver && !this.isLong) {
        const next = this.#waiting.shift();
        if (next === undefined) return;
        next();
      }
      if (!this.#isOver) this.#look = this.#lookLater();
    });
  }
}
