/**
 * The records of one node, in the order of their ids: a sorted array, found by binary search. Smaller than a map by far, and a list
 * that never changes: a write makes a new array. Of a node with many records only a piece is made anew, and the list when it is asked for.
 */

/** What one write copies at most; beyond, there are several pieces. */
const MAX_PIECE = 256;
const NONE: readonly never[] = Object.freeze([]);

export class SortedRecords<T extends { readonly id: string }> implements Iterable<T> {
  /** All of them; `undefined` if they stand in pieces and nobody asked for the list since the last write. */
  #list: readonly T[] | undefined = NONE;
  /** The same in two or more pieces, none of them empty; `undefined` for most nodes. */
  #pieces: (readonly T[])[] | undefined;

  get size(): number {
    return this.#list?.length ?? this.#all().reduce((sum, piece) => sum + piece.length, 0);
  }

  get(id: string): T | undefined {
    const pieces = this.#all();
    const piece = pieces[pieceOf(pieces, id)] ?? NONE;
    const found = piece[placeOf(piece, id)];
    return found?.id === id ? found : undefined;
  }

  /** Puts, and gives what stood there before. */
  set(record: T): T | undefined {
    return this.#replace(record.id, [record]);
  }

  /** Removes, and gives what stood there. */
  delete(id: string): T | undefined {
    return this.#replace(id, NONE);
  }

  /** In the order of their ids. Never changes: a later write makes another list. */
  list(): readonly T[] {
    this.#list ??= ([] as readonly T[]).concat(...this.#all());
    return this.#list;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const piece of this.#all()) yield* piece;
  }

  #all(): readonly (readonly T[])[] {
    return this.#pieces ?? [this.#list ?? NONE];
  }

  #replace(id: string, by: readonly T[]): T | undefined {
    const pieces = this.#all();
    const n = pieceOf(pieces, id);
    const piece = pieces[n] ?? NONE;
    const at = placeOf(piece, id);
    const found = piece[at];
    const before = found?.id === id ? found : undefined;
    if (before !== undefined || by.length > 0) this.#setPiece(n, piece.toSpliced(at, before === undefined ? 0 : 1, ...by));
    return before;
  }

  #setPiece(n: number, piece: readonly T[]): void {
    if (this.#pieces === undefined && piece.length <= MAX_PIECE) {
      this.#list = piece;
      return;
    }
    const pieces = this.#pieces ?? [NONE];
    if (piece.length > MAX_PIECE) pieces.splice(n, 1, piece.slice(0, MAX_PIECE / 2), piece.slice(MAX_PIECE / 2));
    else if (piece.length > 0) pieces[n] = piece;
    else pieces.splice(n, 1);
    const isOne = pieces.length === 1;
    this.#pieces = isOne ? undefined : pieces;
    this.#list = isOne ? pieces[0] : undefined;
  }
}

/** The piece in which `id` stands, or would stand. Most records come in order, so the end is tried first. */
function pieceOf(pieces: readonly (readonly { readonly id: string }[])[], id: string): number {
  let low = 0;
  let high = pieces.length - 1;
  if (high > 0 && isFrom(pieces[high], id)) return high;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isFrom(pieces[middle], id)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Whether a piece, which is not empty, begins at or before `id`. */
const isFrom = (piece: readonly { readonly id: string }[] = NONE, id: string): boolean => (piece[0]?.id ?? '') <= id;

/** The place of the first record at or after `id`. */
function placeOf(records: readonly { readonly id: string }[], id: string): number {
  let high = records.length;
  const last = records[high - 1];
  if (last === undefined || last.id < id) return high;
  let low = 0;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((records[middle]?.id ?? '') < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
