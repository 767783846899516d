/**
 * Space for the next transaction, taken before lmdb needs it. lmdb-js 3.5 writes over its own memory when a page cannot be written
 * (a message longer than its buffer in `mdb_page_flush`), so a full disk must never get that far: the data file is kept longer than
 * what is in it, and when it cannot be made longer, the write is refused while nothing has happened yet.
 */
import { fillFile } from '../runtime/private-file.ts';

/** Pages that putting or removing one record rewrites: its leaf, a split, a share of the branches above. */
const PAGES_PER_RECORD = 4;
/** Roots, branches and the list of free pages, once for each transaction. */
const PAGES_PER_TRANSACTION = 32;
/** Kept for removals when the disk is full: they need space first and give it back later. */
const SPARE_BYTES = 256 * 1024;

/** Counts what a transaction may write. */
export class SpaceNeed {
  readonly #pageBytes: number;
  #pages = PAGES_PER_TRANSACTION;
  #hasPuts = false;

  constructor(pageBytes: number) {
    this.#pageBytes = pageBytes;
  }

  get bytes(): number {
    return this.#pages * this.#pageBytes + (this.#hasPuts ? SPARE_BYTES : 0);
  }

  /** A record of about `valueBytes`. */
  put(valueBytes: number): void {
    this.#pages += PAGES_PER_RECORD + Math.ceil(valueBytes / this.#pageBytes);
    this.#hasPuts = true;
  }

  remove(): void {
    this.#pages += PAGES_PER_RECORD;
  }

  /** All records of a table in a file that is used up to `usedBytes`: each of its pages may enter the list of free ones, 8 bytes each. */
  clear(usedBytes: number): void {
    this.#pages += Math.ceil(((usedBytes / this.#pageBytes) * 8) / this.#pageBytes);
  }
}

/** The data file's space. One per open store. */
export class Space {
  readonly #path: string;
  #reservedBytes = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Resolves when `bytes` after `usedBytes` are sure to be there; throws the system's error (ENOSPC, EDQUOT) when they are not. */
  async reserve(usedBytes: number, bytes: number): Promise<void> {
    const needed = usedBytes + bytes;
    if (needed <= this.#reservedBytes) return;
    await this.#fill(needed, usedBytes).catch(() => fillFile(this.#path, needed));
    this.#reservedBytes = Math.max(this.#reservedBytes, needed);
  }

  /** More than needed, so that not every transaction makes the file longer: a sixteenth of it. */
  async #fill(needed: number, usedBytes: number): Promise<void> {
    const ahead = needed + Math.floor(Math.min(Math.max(usedBytes / 16, MIN_AHEAD_BYTES), MAX_AHEAD_BYTES));
    await fillFile(this.#path, ahead);
    this.#reservedBytes = ahead;
  }
}

const MIN_AHEAD_BYTES = 256 * 1024;
const MAX_AHEAD_BYTES = 8 * 1024 * 1024;
