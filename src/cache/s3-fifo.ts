/**
 * Which item is worth least: S3-FIFO (Yang et al., SOSP 2023). New items wait in a small queue; those that were looked at there more than
 * once move to the main queue, the others leave and are remembered as ghosts; a ghost that comes back goes to the main queue at once. A
 * hit costs one bump of `frequency`, done by whoever hits. Counts and bytes only; it does not know how many are too many.
 */
import { FifoQueue, type Queued } from './fifo-queue.ts';
import { Ghost } from './ghost.ts';

export interface Ranked<T> extends Queued<T> {
  /** Looks since it was last judged, up to `MAX_FREQUENCY`. */
  frequency: number;
}

export const MAX_FREQUENCY = 3;

/** More looks than this while in the small queue: an item stays. */
const ENOUGH_LOOKS = 1;

/** The small queue is to have this part of the whole. */
const SMALL_PART = 0.1;

export interface S3FifoOptions<T> {
  /** About how many items there will be: so many ghosts are remembered at most. */
  readonly capacity: number;
  /** A non-negative 31-bit integer that stands for the item when it is gone. */
  readonly hashOf: (item: T) => number;
}

export class S3Fifo<T extends Ranked<T>> {
  readonly #small = new FifoQueue<T>();
  readonly #main = new FifoQueue<T>();
  readonly #ghost: Ghost;
  readonly #hashOf: (item: T) => number;

  constructor({ capacity, hashOf }: S3FifoOptions<T>) {
    this.#ghost = new Ghost(capacity);
    this.#hashOf = hashOf;
  }

  get count(): number {
    return this.#small.count + this.#main.count;
  }

  get bytes(): number {
    return this.#small.bytes + this.#main.bytes;
  }

  /** Takes in an item that is new here. */
  add(item: T): void {
    const queue = this.#ghost.has(this.#hashOf(item), this.count) ? this.#main : this.#small;
    queue.push(item);
  }

  /** Takes in an item that is known to be wanted. */
  addWanted(item: T): void {
    this.#main.push(item);
  }

  /** Whether the item is here, among those that stayed. */
  isInMain(item: T): boolean {
    return item.queue === this.#main;
  }

  /** Takes out and returns what is worth least, by the bound that was passed. `undefined` when nothing is left. */
  evict(bound: 'count' | 'bytes'): T | undefined {
    for (;;) {
      const isFromSmall = this.#main.count === 0 || this.#small[bound] > this[bound] * SMALL_PART;
      const item = isFromSmall ? this.#small.oldest : this.#main.oldest;
      if (item === undefined) return undefined;
      if (isFromSmall ? this.#leavesSmall(item) : this.#leavesMain(item)) return item;
    }
  }

  /** From the least wanted on, about. */
  *[Symbol.iterator](): Iterator<T> {
    yield* this.#small;
    yield* this.#main;
  }

  #leavesSmall(item: T): boolean {
    this.#small.remove(item);
    if (item.frequency > ENOUGH_LOOKS) {
      item.frequency = 0;
      this.#main.push(item);
      return false;
    }
    this.#ghost.add(this.#hashOf(item));
    return true;
  }

  #leavesMain(item: T): boolean {
    this.#main.remove(item);
    if (item.frequency === 0) return true;
    item.frequency -= 1;
    this.#main.push(item);
    return false;
  }
}
