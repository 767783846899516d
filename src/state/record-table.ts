/** Records of one table by id, with the index of the table's last change. A table that needs look-ups of its own extends it. */

export class RecordTable<T> {
  readonly #byId = new Map<string, T>();
  #index = 0;

  /** The last change of any record. */
  get index(): number {
    return this.#index;
  }

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): T | undefined {
    return this.#byId.get(id);
  }

  /** In the order in which the ids came. */
  all(): Iterable<T> {
    return this.#byId.values();
  }

  /** Puts or removes; gives what stood there before. Removing nothing moves no index. */
  apply(id: string, record: T | undefined, index: number): T | undefined {
    const before = this.#byId.get(id);
    if (before === undefined && record === undefined) return undefined;
    this.#index = Math.max(this.#index, index);
    if (record === undefined) this.#byId.delete(id);
    else this.#byId.set(id, record);
    return before;
  }

  reset(floor: number): void {
    this.#byId.clear();
    this.#index = floor;
  }
}
