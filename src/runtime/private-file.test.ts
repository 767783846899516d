import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { emptyFile, fillFile, growFile, openPrivateFile } from './private-file.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'konsul-private-'));
  path = join(folder, 'a', 'b', 'file');
});

afterEach(() => rm(folder, { recursive: true }));

const modeOf = async (name: string): Promise<string> => ((await stat(name)).mode & 0o777).toString(8);

test('the folders and the file are created for this user alone', async () => {
  expect(await openPrivateFile(path, 10)).toEqual({ sizeBytes: 0, bytes: Buffer.alloc(0) });
  expect([await modeOf(join(folder, 'a')), await modeOf(join(folder, 'a', 'b')), await modeOf(path)]).toEqual(['700', '700', '600']);
});

test('a file that is there is read, not changed', async () => {
  await openPrivateFile(path, 0);
  await writeFile(path, 'hello world');
  expect(await openPrivateFile(path, 5)).toEqual({ sizeBytes: 11, bytes: Buffer.from('hello') });
  expect(await openPrivateFile(path, 50)).toEqual({ sizeBytes: 11, bytes: Buffer.from('hello world') });
  expect(await readFile(path, 'utf8')).toBe('hello world');
});

test.each([
  ['growFile', growFile],
  ['fillFile', fillFile],
])('%s adds zeros at the end, and never makes a file shorter', async (_name, enlarge) => {
  await openPrivateFile(path, 0);
  await writeFile(path, 'hello');
  await enlarge(path, 200_000);
  await enlarge(path, 100);
  const content = await readFile(path);
  expect(content.length).toBe(200_000);
  expect(content.equals(Buffer.concat([Buffer.from('hello'), Buffer.alloc(199_995)]))).toBe(true);
});

test('what growFile adds takes no space, what fillFile adds does', async () => {
  const blocks = async (enlarge: typeof growFile): Promise<number> => {
    await openPrivateFile(path, 0);
    await enlarge(path, 1024 * 1024);
    const { blocks: count } = await stat(path);
    await rm(path);
    return count;
  };
  expect(await blocks(growFile)).toBeLessThan(100);
  expect(await blocks(fillFile)).toBeGreaterThanOrEqual(2_000);
});

test('a file is emptied', async () => {
  await openPrivateFile(path, 0);
  await writeFile(path, 'hello');
  await emptyFile(path);
  expect((await stat(path)).size).toBe(0);
});

test('a file that is not there is an error', async () => {
  for (const change of [growFile, fillFile]) await expect(change(path, 1)).rejects.toMatchObject({ code: 'ENOENT' });
});
