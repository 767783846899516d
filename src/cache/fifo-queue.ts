/** A queue through links in its items: taking one out of the middle costs nothing, and a queue of thousands allocates nothing. */

/** A queue as its items know it. */
export interface Queue<T> {
  remove(item: T): void;
  recharge(item: T, bytes: number): void;
}

/** What an item carries for the one queue that it is in. Changed by the queue only. */
export interface Queued<T> {
  queue: Queue<T> | undefined;
  older: T | undefined;
  newer: T | undefined;
  /** What it costs; changed by `recharge` while it is in a queue. */
  chargedBytes: number;
}

export class FifoQueue<T extends Queued<T>> implements Queue<T> {
  #oldest: T | undefined;
  #newest: T | undefined;
  #count = 0;
  #bytes = 0;

  get oldest(): T | undefined {
    return this.#oldest;
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Adds an item that is in no queue. */
  push(item: T): void {
    item.queue = this;
    item.older = this.#newest;
    item.newer = undefined;
    if (this.#newest === undefined) this.#oldest = item;
    else this.#newest.newer = item;
    this.#newest = item;
    this.#count += 1;
    this.#bytes += item.chargedBytes;
  }

  /** Takes out an item that is in this queue. */
  remove(item: T): void {
    if (item.older === undefined) this.#oldest = item.newer;
    else item.older.newer = item.newer;
    if (item.newer === undefined) this.#newest = item.older;
    else item.newer.older = item.older;
    item.queue = undefined;
    item.older = undefined;
    item.newer = undefined;
    this.#count -= 1;
    this.#bytes -= item.chargedBytes;
  }

  /** Changes what an item of this queue costs. */
  recharge(item: T, bytes: number): void {
    this.#bytes += bytes - item.chargedBytes;
    item.chargedBytes = bytes;
  }

  /** From the oldest on. The queue must not change meanwhile. */
  *[Symbol.iterator](): Iterator<T> {
    for (let item = this.#oldest; item !== undefined; item = item.newer) yield item;
  }
}
