import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { expect, test } from 'vitest';
import { LMDB_HEAD_BYTES, readLmdbHeader } from './lmdb-header.ts';

async function lmdbFile(pageSize: number): Promise<Buffer> {
  const path = await mkdtemp(join(tmpdir(), 'konsul-header-'));
  const root = open({ path, noSubdir: false, pageSize });
  await root.put('a', 'b'.repeat(100_000));
  await root.close();
  expect((await stat(join(path, 'data.mdb'))).size).toBeGreaterThan(100_000);
  const file = await readFile(join(path, 'data.mdb'));
  await rm(path, { recursive: true });
  return file;
}

test.each([4_096, 8_192])('the end of a file with pages of %d bytes is known', async (pageSize) => {
  const file = await lmdbFile(pageSize);
  const header = readLmdbHeader(file.subarray(0, LMDB_HEAD_BYTES));
  expect(header?.endBytes).toBeGreaterThanOrEqual(file.length);
  expect(header?.endBytes).toBeLessThan(file.length + 16 * pageSize);
});

test.each<[string, (file: Buffer) => Uint8Array]>([
  ['nothing', () => new Uint8Array()],
  ['a first page only', (file) => file.subarray(0, 4_096)],
  ['text', () => Buffer.from('hello '.repeat(2_000))],
  ['another magic number', (file) => changed(file, 24)],
  ['another version of lmdb', (file) => changed(file, 28)],
  ['a page size that is none', (file) => changed(file, 48)],
  ['a damaged second page', (file) => changed(file, 4_096 + 24)],
])('%s is not a file of lmdb', async (_name, change) => {
  expect(readLmdbHeader(change(await lmdbFile(4_096)))).toBeUndefined();
});

function changed(file: Buffer, position: number): Uint8Array {
  const copy = Uint8Array.from(file);
  copy[position] = (copy[position] ?? 0) ^ 0xff;
  return copy;
}
