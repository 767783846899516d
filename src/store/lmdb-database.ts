/**
 * Records and the meta record in lmdb: keys, values, transactions, failures. Knows nothing of leaders and watchers (`lmdb.ts`).
 * Layout: the meta record names the live one of two generations of records. A value is `[long key or null, ...packed members]`.
 */
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { parseKey } from '../model/record.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';
import type { StoredRecord } from './engine.ts';
import { STORE_FORMAT } from './engine.ts';
import { announce, DATA_FILE, type LmdbFiles, openFiles } from './lmdb-files.ts';
import { Space, SpaceNeed } from './lmdb-space.ts';
import { pack, RecordReader } from './records.ts';

export type Generation = 0 | 1;

/** What the store says of itself; changed in the same transaction as the records it speaks of. */
export interface StoreMeta {
  readonly format: number;
  readonly lineage: string;
  /** The index at which the lineage began. */
  readonly base: number;
  /** The index of the newest commit. */
  readonly index: number;
  readonly generation: Generation;
}

/** What one transaction does. */
export interface Writes {
  put(generation: Generation, record: StoredRecord): void;
  remove(generation: Generation, key: string): void;
  clear(generation: Generation): void;
  setMeta(meta: StoreMeta): void;
}

interface Extent {
  /** Where the pages of the data file end. */
  readonly usedBytes: number;
  readonly pageBytes: number;
}

/** Folders open in this process, which lmdb's own list of processes cannot tell apart. */
const openFolders = new Set<string>();

export class LmdbDatabase {
  readonly path: string;
  readonly #space: Space;
  #files: LmdbFiles;
  #isSuspect = false;

  private constructor(path: string, files: LmdbFiles) {
    this.path = path;
    this.#space = new Space(join(path, DATA_FILE));
    this.#files = files;
  }

  /** Opens or creates the store in the folder `path`; STORE_UNREADABLE with the reason. */
  static async open(path: string): Promise<LmdbDatabase> {
    const folder = resolve(path);
    if (openFolders.has(folder)) throw new KonsulError('STORE_UNREADABLE', `the store in ${path} is in use by this process`);
    openFolders.add(folder);
    try {
      return new LmdbDatabase(folder, await openOrExplain(folder));
    } catch (error) {
      openFolders.delete(folder);
      throw error;
    }
  }

  /** The meta record, or `undefined` in a new store. */
  readMeta(): StoreMeta | undefined {
    const meta = this.#read(() => this.#files.meta.get(META_KEY));
    if (meta === undefined) return undefined;
    const { format } = meta as Partial<StoreMeta>;
    if (typeof format === 'number' && format > STORE_FORMAT)
      throw this.#unreadable(`it has format ${format}, this version reads ${STORE_FORMAT}`);
    if (!isMeta(meta)) throw this.#unreadable('its meta record is damaged');
    return meta;
  }

  /** The records of a generation, as they are when the iteration begins, read one by one. */
  *records(generation: Generation): Generator<StoredRecord, void, undefined> {
    const reader = new RecordReader();
    try {
      for (const { key, value } of this.#files.generations[generation].getRange({})) yield readRecord(reader, key, value);
    } catch (error) {
      throw this.#unreadable(messageOf(error), error);
    } finally {
      announce(this.#files);
    }
  }

  /** One transaction: resolves when it is on disk, or fails with STORE_FAILED and has no effect. */
  async write(fill: (writes: Writes) => void): Promise<void> {
    // Packed before the transaction: lmdb would commit what is in a transaction whose filling throws.
    const { usedBytes, pageBytes } = this.#extent();
    const need = new SpaceNeed(pageBytes);
    const operations: (() => void)[] = [];
    fill(this.#collect(operations, need, usedBytes));
    await this.#reserve(usedBytes, need);
    try {
      await this.#files.root.batch(() => {
        for (const operation of operations) operation();
      });
    } catch (error) {
      this.#isSuspect = true;
      throw writeFailed(await causeOf(error));
    }
  }

  /** A transaction has failed in lmdb, so that the files must be opened anew before the next one. */
  get isSuspect(): boolean {
    return this.#isSuspect;
  }

  /** How many records a generation has. */
  count(generation: Generation): number {
    return (this.#files.generations[generation].getStats() as { readonly entryCount: number }).entryCount;
  }

  /** Opens the files anew: after some failures lmdb refuses every further transaction. */
  async reopen(): Promise<void> {
    await this.#files.root.close();
    this.#files = await openOrExplain(this.path);
    this.#isSuspect = false;
  }

  async close(): Promise<void> {
    await this.#files.root.close();
    openFolders.delete(this.path);
  }

  #collect(operations: (() => void)[], need: SpaceNeed, usedBytes: number): Writes {
    const { generations, meta } = this.#files;
    return {
      put: (generation, { table, key, value }) => {
        const { bytes, isHash } = storedKey(key);
        const packed = [isHash ? key : null, ...pack(table, value)];
        need.put(packedBytes(packed));
        operations.push(() => generations[generation].put(bytes, packed));
      },
      remove: (generation, key) => {
        need.remove();
        operations.push(() => generations[generation].remove(storedKey(key).bytes));
      },
      clear: (generation) => {
        need.clear(usedBytes);
        operations.push(() => generations[generation].clearAsync());
      },
      setMeta: (value) => operations.push(() => meta.put(META_KEY, value)),
    };
  }

  async #reserve(usedBytes: number, need: SpaceNeed): Promise<void> {
    try {
      await this.#space.reserve(usedBytes, need.bytes);
    } catch (error) {
      throw writeFailed(error);
    }
  }

  #extent(): Extent {
    const { lastPageNumber, pageSize } = this.#files.root.getStats() as { readonly lastPageNumber: number; readonly pageSize: number };
    return { usedBytes: (lastPageNumber + 1) * pageSize, pageBytes: pageSize };
  }

  #read<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw this.#unreadable(messageOf(error), error);
    }
  }

  #unreadable(why: string, cause?: unknown): KonsulError {
    return new KonsulError('STORE_UNREADABLE', `the store in ${this.path} cannot be read: ${why}`, { cause });
  }
}

const META_KEY: Buffer = Buffer.from('meta');

/** Of lmdb with pages of 4 KiB. */
const MAX_KEY_BYTES = 1_978;

/** A key that is too long for lmdb is stored under its hash; the value then holds the key. */
function storedKey(key: string): { readonly bytes: Buffer; readonly isHash: boolean } {
  const bytes = Buffer.from(key);
  if (bytes.length <= MAX_KEY_BYTES) return { bytes, isHash: false };
  return { bytes: Buffer.from(`hash/${createHash('sha256').update(bytes).digest('hex')}`), isHash: true };
}

function readRecord(reader: RecordReader, storedKey: Uint8Array, value: unknown): StoredRecord {
  if (!Array.isArray(value)) throw new Error('a record is not a list');
  const longKey: unknown = value[0];
  const key = typeof longKey === 'string' ? longKey : decoder.decode(storedKey);
  const table = parseKey(key)?.table;
  if (table === undefined) throw new Error(`no table has the key ${JSON.stringify(key)}`);
  return { table, key, value: reader.unpack(table, value, 1) } as StoredRecord;
}

const decoder = new TextDecoder();

/** At most what the packed record takes: a character is up to three bytes. */
function packedBytes(packed: readonly unknown[]): number {
  return packed.reduce<number>((total, member) => total + memberBytes(member), 0);
}

function memberBytes(member: unknown): number {
  if (typeof member === 'string') return 5 + member.length * 3;
  if (member instanceof Uint8Array) return 5 + member.byteLength;
  return Array.isArray(member) ? 5 + packedBytes(member) : 9;
}

function isMeta(value: unknown): value is StoreMeta {
  const { lineage, base, index, generation } = value as Partial<StoreMeta>;
  const isIndex = (number: unknown): boolean => Number.isSafeInteger(number) && (number as number) >= 1;
  return typeof lineage === 'string' && lineage !== '' && isIndex(base) && isIndex(index) && (generation === 0 || generation === 1);
}

async function openOrExplain(path: string): Promise<LmdbFiles> {
  try {
    return await openFiles(path);
  } catch (error) {
    if (error instanceof KonsulError) throw error;
    throw new KonsulError('STORE_UNREADABLE', `the store in ${path} cannot be opened: ${explain(error)}`, { cause: error });
  }
}

function writeFailed(cause: unknown): KonsulError {
  return new KonsulError('STORE_FAILED', `the store could not be written: ${explain(cause)}`, { cause });
}

/** lmdb-js rejects a commit with a general error, and another promise with the reason. */
async function causeOf(error: unknown): Promise<unknown> {
  try {
    await (error as { readonly commitError?: Promise<unknown> }).commitError;
    return error;
  } catch (reason) {
    return reason;
  }
}

const ERROR_TEXTS: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  ['ENOSPC', 'no space left on device'],
  ['EDQUOT', 'no space left in the disk quota'],
  [28, 'no space left on device'],
  [122, 'no space left in the disk quota'],
  [-30792, 'no space left in the memory map'],
  // What lmdb makes of a write that the device took only in part.
  [5, 'no space left on device, or it failed (input/output error)'],
]);

function explain(error: unknown): string {
  return ERROR_TEXTS.get((error as { readonly code?: unknown } | undefined)?.code) ?? messageOf(error);
}
