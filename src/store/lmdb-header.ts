/**
 * Reads the header of an lmdb file before lmdb does: lmdb-js 3.5 ends the process (SIGSEGV, SIGBUS) on a file that is not its own or
 * that was cut short. Layout: two meta pages, each a 24-byte page header, then `MDB_meta` of lmdb 0.9.90 on a 64-bit machine.
 */

/** Enough for both meta pages at any page size. */
export const LMDB_HEAD_BYTES: number = 64 * 1024 + 256;

const MAGIC = 0xbeefc0de;
const DATA_VERSION = 2;
const META_OFFSET = 24;
const PAGE_SIZE_OFFSET = META_OFFSET + 24;
const LAST_PAGE_OFFSET = META_OFFSET + 120;
const META_END = LAST_PAGE_OFFSET + 16;

export interface LmdbHeader {
  /** Where the pages end that the file speaks of. A healthy file may be shorter, if the last ones are free and never were written. */
  readonly endBytes: number;
}

/** The header of a file that is not empty, or `undefined` if lmdb did not write it. */
export function readLmdbHeader(head: Uint8Array): LmdbHeader | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (!hasMeta(view, 0)) return undefined;
  const pageSizeBytes = view.getUint32(PAGE_SIZE_OFFSET, true);
  if (!isPageSize(pageSizeBytes) || !hasMeta(view, pageSizeBytes)) return undefined;
  const lastPage = Math.max(lastPageOf(view, 0), lastPageOf(view, pageSizeBytes));
  return { endBytes: (lastPage + 1) * pageSizeBytes };
}

function hasMeta(view: DataView, pageOffset: number): boolean {
  if (view.byteLength < pageOffset + META_END) return false;
  const version = view.getUint32(pageOffset + META_OFFSET + 4, true) & 0xffff;
  return view.getUint32(pageOffset + META_OFFSET, true) === MAGIC && version === DATA_VERSION;
}

function lastPageOf(view: DataView, pageOffset: number): number {
  return Number(view.getBigUint64(pageOffset + LAST_PAGE_OFFSET, true));
}

function isPageSize(bytes: number): boolean {
  return bytes >= 256 && bytes <= 65_536 && (bytes & (bytes - 1)) === 0;
}
