/**
 * The records of one node, in the order of their ids: a sorted array, found by binary search. Smaller than a map by far, and a list
 * is had for nothing: a write makes a new array, so that the lists of all nodes can be taken in one step, however many there are.
 */

const NONE: readonly never[] = Object.freeze([]);

export class SortedRecords<T extends { readonly id: string }> implements Iterable<T> {
  #records: readonly T[] = NONE;

  get size(): number {
    return this.#records.length;
  }

  get(id: string): T | undefined {
    const found = this.#records[this.#placeOf(id)];
    return found?.id === id ? found : undefined;
  }

  /** Puts, and gives what stood there before. */
  set(record: T): T | undefined {
    const at = this.#placeOf(record.id);
    const before = this.#records[at];
    const isKnown = before?.id === record.id;
    this.#records = this.#records.toSpliced(at, isKnown ? 1 : 0, record);
    return isKnown ? before : undefined;
  }

  /** Removes, and gives what stood there. */
  delete(id: string): T | undefined {
    const at = this.#placeOf(id);
    const before = this.#records[at];
    if (before?.id !== id) return undefined;
    this.#records = this.#records.toSpliced(at, 1);
    return before;
  }

  /** In the order of their ids. Never changes: a later write makes another list. */
  list(): readonly T[] {
    return this.#records;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#records[Symbol.iterator]();
  }

  /** The place of the first record at or after `id`. Most records come in order, so the end is tried first. */
  #placeOf(id: string): number {
    let high = this.#records.length;
    const last = this.#records[high - 1];
    if (last === undefined || last.id < id) return high;
    let low = 0;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#records[middle] as T).id < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
