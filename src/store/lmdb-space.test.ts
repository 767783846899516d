import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Space, SpaceNeed } from './lmdb-space.ts';

const PAGE = 4_096;
let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'konsul-space-'));
  path = join(folder, 'data.mdb');
  await writeFile(path, Buffer.alloc(PAGE));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const sizeBytes = async (): Promise<number> => (await stat(path)).size;

test('the file is made longer than needed, so that the next needs are met already', async () => {
  const space = new Space(path);
  await space.reserve(PAGE, 10 * PAGE);
  const after = await sizeBytes();
  expect(after).toBeGreaterThan(11 * PAGE);
  await space.reserve(2 * PAGE, 20 * PAGE);
  expect(await sizeBytes()).toBe(after);
  await space.reserve(after, 10 * PAGE);
  expect(await sizeBytes()).toBeGreaterThan(after + 10 * PAGE);
});

test('a file that is long enough stays as it is', async () => {
  await writeFile(path, Buffer.alloc(4_000_000));
  await new Space(path).reserve(PAGE, 10 * PAGE);
  expect(await sizeBytes()).toBe(4_000_000);
});

test('space that cannot be had is an error, each time', async () => {
  const space = new Space(path);
  await rm(path);
  for (let n = 0; n < 2; n++) await expect(space.reserve(PAGE, 10 * PAGE)).rejects.toMatchObject({ code: 'ENOENT' });
});

function need(count: (need: SpaceNeed) => void): number {
  const counted = new SpaceNeed(PAGE);
  count(counted);
  return counted.bytes;
}

test('needs grow with what is written, and removals need less than puts', () => {
  const nothing = need(() => {});
  const removal = need((counted) => counted.remove());
  const small = need((counted) => counted.put(100));
  const large = need((counted) => counted.put(1_000_000));
  expect([nothing < removal, removal < small, large - small > 990_000]).toEqual([true, true, true]);
  expect(need((counted) => counted.clear(1024 ** 3)) - nothing).toBe(2 * 1024 ** 2);
});
