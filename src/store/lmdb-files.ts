/**
 * The two files of an lmdb store (`data.mdb`, `lock.mdb`) and who has them open. Makes sure that lmdb is only given what it can open,
 * and that one process at a time writes: lmdb itself would let several.
 */
import { join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import { KonsulError, messageOf } from '../runtime/errors.ts';
import { emptyFile, fillFile, growFile, openPrivateFile } from '../runtime/private-file.ts';
import { LMDB_HEAD_BYTES, readLmdbHeader } from './lmdb-header.ts';

/** Keys are UTF-8 bytes, ordered by byte. */
export type Table<V> = Database<V, Buffer>;

export interface LmdbFiles {
  readonly root: RootDatabase;
  readonly meta: Table<unknown>;
  /** One is live (the meta record says which); a replace writes the other one. */
  readonly generations: readonly [Table<unknown>, Table<unknown>];
}

export const DATA_FILE = 'data.mdb';

/** What lmdb makes of `lock.mdb`, for 126 readers; it writes there through memory, where a full disk ends the process. */
const LOCK_BYTES = 8_272;
const NEW_STORE_BYTES = 512 * 1024;

const TABLES = ['konsul-meta', 'konsul-records-0', 'konsul-records-1'] as const;

const ROOT_OPTIONS = {
  noSubdir: false,
  maxDbs: TABLES.length,
  /** A commit resolves when it is synced, not when it is visible. */
  overlappingSync: false,
  /** With it, a failed commit rejects a second promise that nobody holds, which ends the process. */
  eventTurnBatching: false,
  permissionsMode: 0o600,
} as const;

/** Opens or creates the store in the folder `path`. STORE_UNREADABLE if it is in use or of another program. */
export async function openFiles(path: string): Promise<LmdbFiles> {
  await prepareFiles(path);
  const root = open({ path, ...ROOT_OPTIONS });
  try {
    assertUnused(path, root);
    assertOwn(path, root);
    return openTables(path, root);
  } catch (error) {
    await root.close();
    throw error;
  }
}

/** Says that this process has the store open: lmdb lists the processes that have read, as long as they live. */
export function announce(files: LmdbFiles): void {
  files.meta.doesExist(ANY_KEY);
}

const ANY_KEY: Buffer = Buffer.from('any');

type TableTriple = [Table<unknown>, Table<unknown>, Table<unknown>];

function openTables(path: string, root: RootDatabase): LmdbFiles {
  const [meta, first, second] = TABLES.map((name) => root.openDB<unknown, Buffer>({ name, ...TABLE_OPTIONS })) as TableTriple;
  const files: LmdbFiles = { root, meta, generations: [first, second] };
  // Announced first and looked then: of two processes that start at one moment, none overlooks the other.
  announce(files);
  if (processesIn(root).size > 1) throw inUse(path, '');
  return files;
}

/** Records are lists, so the encoder needs no structures shared by all values: each can be read by itself. */
const TABLE_OPTIONS = { keyEncoding: 'binary', useRecords: false } as const;

async function prepareFiles(path: string): Promise<void> {
  try {
    const lock = join(path, 'lock.mdb');
    await openPrivateFile(lock, 0);
    await fillFile(lock, LOCK_BYTES);
    const data = join(path, DATA_FILE);
    const { bytes, sizeBytes } = await openPrivateFile(data, LMDB_HEAD_BYTES);
    if (sizeBytes === 0) return await assertSpace(data);
    const header = readLmdbHeader(bytes);
    if (header === undefined) throw notOurs(path, 'data.mdb was not written by lmdb, or its beginning is damaged');
    // lmdb reads through memory: a page behind the end of the file would end the process, one of zeros is an error.
    if (sizeBytes < header.endBytes) await growFile(data, header.endBytes);
  } catch (error) {
    if (error instanceof KonsulError) throw error;
    throw new KonsulError('STORE_UNREADABLE', `the store in ${path} cannot be opened: ${messageOf(error)}`, { cause: error });
  }
}

/** A new store fits: lmdb ends the process when its first page cannot be written. */
async function assertSpace(data: string): Promise<void> {
  await fillFile(data, NEW_STORE_BYTES);
  await emptyFile(data);
}

/** Nothing was read yet, so all that lmdb lists are others; the dead are off its list, as their locks are gone. */
function assertUnused(path: string, root: RootDatabase): void {
  const [other] = processesIn(root);
  if (other !== undefined) throw inUse(path, ` (process ${other})`);
}

function processesIn(root: RootDatabase): ReadonlySet<string> {
  root.readerCheck();
  return new Set([...root.readerList().matchAll(/^\s*(\d+)\s/gm)].map(([, pid = '']) => pid));
}

function assertOwn(path: string, root: RootDatabase): void {
  for (const name of root.getKeys({ limit: TABLES.length + 1 })) {
    const isOurs = TABLES.some((table) => String(name).replace(/\0$/, '') === table);
    if (!isOurs) throw notOurs(path, `it holds a table ${JSON.stringify(String(name))} of another program`);
  }
}

function inUse(path: string, by: string): KonsulError {
  return new KonsulError('STORE_UNREADABLE', `the store in ${path} is in use by another process${by}`);
}

function notOurs(path: string, why: string): KonsulError {
  return new KonsulError('STORE_UNREADABLE', `the store in ${path} is not a Konsul store: ${why}`);
}
