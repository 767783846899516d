import { mkdtemp, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NodeDisk, writeAll } from './node-disk.ts';

let folder = '';
const disk = new NodeDisk();
const bytes = (text: string): Uint8Array => Buffer.from(text);
const at = (name: string): string => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'konsul-disk-'));
});

afterEach(() => rm(folder, { recursive: true }));

test('appends follow one another and count', async () => {
  const file = await disk.open(at('log'));
  await file.append(bytes('one '));
  await file.append(bytes('two'));
  await file.sync();
  expect(file.sizeBytes).toBe(7);
  await file.close();
  expect(await readFile(at('log'), 'utf8')).toBe('one two');
});

test('a file that exists is continued, not cut', async () => {
  const first = await disk.open(at('log'));
  await first.append(bytes('old '));
  await first.close();
  const second = await disk.open(at('log'));
  expect(second.sizeBytes).toBe(4);
  await second.append(bytes('new'));
  await second.close();
  expect(await readFile(at('log'), 'utf8')).toBe('old new');
});

test('after a cut the next append starts at the new end', async () => {
  const file = await disk.open(at('log'));
  await file.append(bytes('good torn'));
  await file.truncate(5);
  await file.append(bytes('x'));
  await file.close();
  expect(await readFile(at('log'), 'utf8')).toBe('good x');
});

test('only the owner may read a new file', async () => {
  await (await disk.open(at('secret'))).close();
  expect((await stat(at('secret'))).mode & 0o777).toBe(0o600);
});

test('two overlapping appends are a broken promise of the caller', async () => {
  const file = await disk.open(at('log'));
  const first = file.append(bytes('a'));
  await expect(file.append(bytes('b'))).rejects.toMatchObject({ code: 'KONSUL_INVARIANT' });
  await first;
  await file.close();
});

test('a missing file reads as undefined, a folder is an error', async () => {
  expect(await disk.read(at('none'))).toBeUndefined();
  await expect(disk.read(folder)).rejects.toMatchObject({ code: 'EISDIR' });
});

test('rename replaces, remove forgives, folders are made with parents and can be synced', async () => {
  await disk.ensureFolder(at('a/b'));
  await disk.ensureFolder(at('a/b'));
  for (const [name, text] of [
    ['old', '1'],
    ['new', '2'],
  ] as const) {
    const file = await disk.open(at(`a/b/${name}`));
    await file.append(bytes(text));
    await file.close();
  }
  await disk.rename(at('a/b/new'), at('a/b/old'));
  await disk.syncFolder(at('a/b'));
  expect(await readdir(at('a/b'))).toEqual(['old']);
  expect(Buffer.from((await disk.read(at('a/b/old'))) ?? []).toString()).toBe('2');
  await disk.remove(at('a/b/old'));
  await disk.remove(at('a/b/old'));
  expect(await disk.read(at('a/b/old'))).toBeUndefined();
});

test('short writes are continued where they stopped', async () => {
  const target = new Uint8Array(10);
  const writer = {
    write: async (from: Uint8Array, offset: number, length: number, position: number) => {
      const bytesWritten = Math.min(length, 2);
      target.set(from.subarray(offset, offset + bytesWritten), position);
      return { bytesWritten };
    },
  };
  await writeAll(writer, bytes('hello'), 3);
  expect(Buffer.from(target.subarray(3, 8)).toString()).toBe('hello');
});

test('a write that makes no progress is an error, not an endless loop', async () => {
  const stuck = { write: async () => ({ bytesWritten: 0 }) };
  await expect(writeAll(stuck, bytes('x'), 0)).rejects.toThrow('wrote nothing');
});

test('A folder lists its files and links to files, sorted, and nothing else', async () => {
  for (const name of ['b.json', 'a.hcl', '.hidden']) await (await disk.open(at(name))).close();
  await disk.ensureFolder(at('folder'));
  await symlink(at('b.json'), at('c.json'));
  await symlink(at('folder'), at('d'));
  await symlink(at('nothing'), at('e'));
  expect(await disk.list(folder)).toEqual(['.hidden', 'a.hcl', 'b.json', 'c.json']);
  expect(await disk.list(at('folder'))).toEqual([]);
});

test('What is no folder has no list', async () => {
  await (await disk.open(at('file'))).close();
  expect([await disk.list(at('file')), await disk.list(at('none'))]).toEqual([undefined, undefined]);
});
