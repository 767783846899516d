/** What is true of the files of lmdb; the contract of engines is tested in `test/conformance/engine.test.ts`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { open as openForeign } from 'lmdb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { at, kvRecord } from '../../test/conformance/sample-records.ts';
import { KonsulError } from '../runtime/errors.ts';
import { silentLogger } from '../runtime/logger.ts';
import { SeededRandom } from '../runtime/random.ts';
import type { Engine, StoredRecord } from './engine.ts';
import { openLmdb } from './lmdb.ts';
import { LmdbDatabase } from './lmdb-database.ts';

const never = new AbortController().signal;
const unreadable = (reason: string): object => ({ code: 'STORE_UNREADABLE', message: expect.stringContaining(reason) });

let folder: string;
let path: string;
let engine: Engine | undefined;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'konsul-lmdb-'));
  path = join(folder, 'data', 'store');
});

afterEach(async () => {
  vi.restoreAllMocks();
  await engine?.close();
  engine = undefined;
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

async function open(): Promise<Engine> {
  engine = await openLmdb({ path, random: new SeededRandom(1), logger: silentLogger });
  return engine;
}

async function reopen(): Promise<Engine> {
  await engine?.close();
  return open();
}

const keysOf = async (from: Engine): Promise<readonly string[]> => [...(await from.load()).records].map(({ key }) => key);

test('the files are for this user alone', async () => {
  await open();
  const modes = await Promise.all(
    ['', 'data.mdb', 'lock.mdb'].map(async (name) => ((await stat(join(path, name))).mode & 0o777).toString(8)),
  );
  expect(modes).toEqual(['700', '600', '600']);
});

test('a small store is a small file', async () => {
  const opened = await open();
  await opened.commit([kvRecord('a')], await opened.campaign('a', never));
  expect((await stat(join(path, 'data.mdb'))).size).toBeLessThan(2 * 1024 * 1024);
});

test('the records of a load may not be read after a later commit, but a reading that has begun goes on unchanged', async () => {
  const opened = await open();
  const lead = await opened.campaign('a', never);
  await opened.commit([kvRecord('a'), kvRecord('b')], lead);
  const loaded = await opened.load();
  const reading = loaded.records[Symbol.iterator]();
  expect(reading.next().value?.key).toBe('kv/a');
  await opened.commit([{ table: 'kv', key: 'kv/b', value: undefined }], lead);
  expect(reading.next().value?.key).toBe('kv/b');
  expect(reading.next().done).toBe(true);
  expect(() => [...loaded.records]).toThrow('must be read before the next commit');
});

test('two commits at once are a bug, and the first goes through', async () => {
  const opened = await open();
  const lead = await opened.campaign('a', never);
  const first = opened.commit([kvRecord('a')], lead);
  await expect(opened.commit([kvRecord('b')], lead)).rejects.toMatchObject({ code: 'KONSUL_INVARIANT' });
  await first;
  expect(await keysOf(opened)).toEqual(['kv/a']);
});

test('the bytes of values are copies', async () => {
  const opened = await open();
  const lead = await opened.campaign('a', never);
  await opened.commit([kvRecord('large', { value: Buffer.alloc(100_000, 'x') })], lead);
  const [record] = (await opened.load()).records as Iterable<StoredRecord & { readonly table: 'kv' }>;
  await opened.commit([kvRecord('large', { value: Buffer.alloc(100_000, 'y') })], lead);
  await opened.commit([kvRecord('other', { value: Buffer.alloc(100_000, 'z') })], lead);
  expect(Buffer.alloc(100_000, 'x').equals(record?.value.value ?? new Uint8Array())).toBe(true);
});

test('a store is opened once in a process', async () => {
  await open();
  await expect(openLmdb({ path, random: new SeededRandom(1), logger: silentLogger })).rejects.toMatchObject(
    unreadable('in use by this process'),
  );
});

test.each([
  ['text', Buffer.from('hello world')],
  ['noise', Buffer.alloc(100_000, 0xa5)],
  ['zeros', Buffer.alloc(100_000)],
])('a data file of %s is refused', async (_name, content) => {
  await reopen();
  await engine?.close();
  await writeFile(join(path, 'data.mdb'), content);
  await expect(open()).rejects.toMatchObject(unreadable('is not a Konsul store'));
  engine = undefined;
});

test('a data file that was cut off is refused, or has lost nothing', async () => {
  const opened = await open();
  const records = Array.from({ length: 500 }, (_, n) => kvRecord(`key-${n}`, { value: Buffer.alloc(500) }));
  await opened.commit(records, await opened.campaign('a', never));
  await opened.close();
  const whole = await readFile(join(path, 'data.mdb'));
  for (const sizeBytes of [100, 5_000, 12_288, 40_960, 200_000]) {
    await writeFile(join(path, 'data.mdb'), whole);
    await truncate(join(path, 'data.mdb'), sizeBytes);
    const outcome = await open()
      .then(keysOf)
      .catch((error: unknown) => error);
    await engine?.close();
    engine = undefined;
    if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'STORE_UNREADABLE' });
    else expect(outcome).toHaveLength(500);
  }
});

test("another program's store is refused", async () => {
  const foreign = openForeign({ path, noSubdir: false });
  await foreign.openDB({ name: 'theirs' }).put('a', 1);
  await foreign.close();
  await expect(open()).rejects.toMatchObject(unreadable('it holds a table "theirs'));
});

test.each([
  ['a newer format', { format: 2 }, 'it has format 2, this version reads 1'],
  ['a format that is none', { format: 0 }, 'its meta record is damaged'],
  ['a damaged index', { format: 1, lineage: 'a', base: 1, index: 0, generation: 0 }, 'its meta record is damaged'],
  ['no object', 7, 'its meta record is damaged'],
])('%s is refused', async (_name, meta, reason) => {
  await (await open()).close();
  const raw = openForeign({ path, noSubdir: false, useRecords: false } as Parameters<typeof openForeign>[0]);
  const table = raw.openDB<unknown, Buffer>({ name: 'konsul-meta', keyEncoding: 'binary' });
  await table.put(Buffer.from('meta'), meta);
  await raw.close();
  engine = undefined;
  await expect(open()).rejects.toMatchObject(unreadable(reason));
});

test('a record that cannot be read makes the load fail, with its reason', async () => {
  await (await open()).close();
  const raw = openForeign({ path, noSubdir: false });
  await raw.openDB<unknown, Buffer>({ name: 'konsul-records-0', keyEncoding: 'binary' }).put(Buffer.from('kv/a'), [null, 'a']);
  await raw.close();
  engine = undefined;
  const { records } = await (await open()).load();
  expect(() => [...records]).toThrow(/cannot be read: the value of a kv is missing or not valid$/);
});

test('a commit for which there is no space fails, has no effect, and the next one works', async () => {
  const opened = await open();
  const lead = await opened.campaign('a', never);
  const index = await opened.commit([kvRecord('a')], lead);
  // Space can no longer be taken, as the file has no name any more; what was taken before is still there.
  await rm(join(path, 'data.mdb'));
  const large = kvRecord('large', { value: Buffer.alloc(2_000_000) });
  await expect(opened.commit([kvRecord('b'), large], lead)).rejects.toMatchObject({ code: 'STORE_FAILED', retryable: true });
  expect(await opened.load()).toMatchObject({ index });
  expect(await opened.commit([{ table: 'kv', key: 'kv/a', value: undefined }], lead)).toBe(index + 1);
  expect(await keysOf(opened)).toEqual([]);
});

const failed = new KonsulError('STORE_FAILED', 'the disk is gone');

test('after a failure inside lmdb the files are opened anew, and commits go on', async () => {
  const opened = await open();
  const lead = await opened.campaign('a', never);
  const index = await opened.commit([kvRecord('a')], lead);
  vi.spyOn(LmdbDatabase.prototype, 'write').mockRejectedValueOnce(failed);
  await expect(opened.commit([kvRecord('b')], lead)).rejects.toBe(failed);
  const reopened = vi.spyOn(LmdbDatabase.prototype, 'reopen');
  vi.spyOn(LmdbDatabase.prototype, 'isSuspect', 'get').mockReturnValueOnce(true);
  expect(await opened.commit([kvRecord('c')], lead)).toBe(index + 1);
  expect(reopened).toHaveBeenCalledOnce();
  expect(await keysOf(await reopen())).toEqual(['kv/a', 'kv/c']);
});

test('a failed commit that is in the store all the same ends the watches, so that its records are loaded', async () => {
  const opened = await open();
  const lead = await opened.campaign('a', never);
  const reasons: string[] = [];
  opened.watch(1, { committed: () => reasons.push('committed'), replaced: () => {}, failed: (reason) => reasons.push(reason) });
  const write = LmdbDatabase.prototype.write;
  vi.spyOn(LmdbDatabase.prototype, 'write').mockImplementationOnce(async function (this: LmdbDatabase, fill) {
    await write.call(this, fill);
    throw failed;
  });
  await expect(opened.commit([kvRecord('a')], lead)).rejects.toBe(failed);
  vi.spyOn(LmdbDatabase.prototype, 'isSuspect', 'get').mockReturnValueOnce(true);
  // Decided before the record of the first commit was known.
  for (const key of ['b', 'c']) {
    await expect(opened.commit([kvRecord(key)], lead)).rejects.toMatchObject({ code: 'STORE_FAILED', retryable: true });
  }
  expect(reasons).toEqual(['a write that had failed is in the store']);
  expect(await opened.load()).toMatchObject({ index: 2 });
  expect(await opened.commit([kvRecord('d')], lead)).toBe(3);
  expect(await keysOf(await reopen())).toEqual(['kv/a', 'kv/d']);
});

test('a replace that fails leaves the old records, and the next start deletes what it wrote', async () => {
  const opened = await open();
  const lead = await opened.campaign('a', never);
  await opened.commit([kvRecord('old')], lead);
  const write = LmdbDatabase.prototype.write;
  let writes = 0;
  vi.spyOn(LmdbDatabase.prototype, 'write').mockImplementation(async function (this: LmdbDatabase, fill) {
    if (++writes > 2) throw failed;
    await write.call(this, fill);
  });
  const many = Array.from({ length: 1_500 }, (_, n) => at(kvRecord(`k${n}`), 1));
  await expect(opened.replace(many, 1, lead)).rejects.toBe(failed);
  vi.restoreAllMocks();
  expect(await keysOf(await reopen())).toEqual(['kv/old']);
  await reopen();
  await engine?.close();
  engine = undefined;
  const database = await LmdbDatabase.open(path);
  expect([database.count(0), database.count(1)]).toEqual([1, 0]);
  await database.close();
});

/** A process that runs `script` with an open `engine` and its leadership `lead`, and what it prints. */
function runProcess(script: string): { readonly child: ChildProcess; readonly lines: AsyncIterable<string> } {
  const url = (file: string): string => JSON.stringify(new URL(file, import.meta.url).href);
  const program = `
    import { openLmdb } from ${url('./lmdb.ts')};
    import { silentLogger } from ${url('../runtime/logger.ts')};
    import { SystemRandom } from ${url('../runtime/random.ts')};
    import { at, kvRecord } from ${url('../../test/conformance/sample-records.ts')};
    const engine = await openLmdb({ path: ${JSON.stringify(path)}, random: new SystemRandom(), logger: silentLogger });
    const lead = await engine.campaign('child', new AbortController().signal);
    ${script}`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  return { child, lines: createInterface({ input: child.stdout }) };
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

const PROCESS_TIMEOUT_MS = 60_000;

test(
  'a process that is killed in mid-write loses nothing acknowledged, and leaves no half commit and no lock',
  async () => {
    const { child, lines } = runProcess(`
      for (let n = 0; ; n++) console.log(n, await engine.commit([kvRecord('a' + n), kvRecord('b' + n)], lead));`);
    const acknowledged: (readonly [number, number])[] = [];
    for await (const line of lines) {
      const [n = 0, index = 0] = line.split(' ').map(Number);
      acknowledged.push([n, index]);
      if (acknowledged.length === 40) child.kill('SIGKILL');
    }
    const opened = await open();
    const { index, records } = await opened.load();
    const keys = new Set([...records].map(({ key }) => key));
    expect(acknowledged.filter(([n]) => !keys.has(`kv/a${n}`) || !keys.has(`kv/b${n}`))).toEqual([]);
    expect(index).toBeGreaterThanOrEqual(acknowledged.at(-1)?.[1] ?? 0);
    expect([...keys].filter((key) => key.startsWith('kv/a')).length).toBe(keys.size / 2);
    expect(keys.size).toBe((index - 1) * 2);
  },
  PROCESS_TIMEOUT_MS,
);

test(
  'a store that another process has open is refused, until that process is gone',
  async () => {
    const { child, lines } = runProcess(`
      await engine.commit([kvRecord('a')], lead);
      console.log('ready');
      process.stdin.resume();`);
    for await (const line of lines) {
      expect(line).toBe('ready');
      break;
    }
    await expect(open()).rejects.toMatchObject(unreadable(`in use by another process (process ${child.pid})`));
    await kill(child);
    expect(await keysOf(await open())).toEqual(['kv/a']);
  },
  PROCESS_TIMEOUT_MS,
);

test(
  'a process that is killed in a replace leaves the old records or the new ones, never a mix',
  async () => {
    const { child, lines } = runProcess(`
      await engine.commit([kvRecord('old1'), kvRecord('old2')], lead);
      const many = Array.from({ length: 20_000 }, (_, n) => at(kvRecord('new' + n), 1));
      console.log('ready');
      await engine.replace(many, 1, lead);
      console.log('done');
      process.stdin.resume();`);
    for await (const line of lines) {
      if (line !== 'ready') break;
      await stored();
      child.kill('SIGKILL');
    }
    const opened = await open();
    const keys = await keysOf(opened);
    if (keys.length === 2) expect(keys).toEqual(['kv/old1', 'kv/old2']);
    else expect(keys).toHaveLength(20_000);
    expect(await readdir(path)).toEqual(['data.mdb', 'lock.mdb']);
  },
  PROCESS_TIMEOUT_MS,
);

/** Resolves when the other process has written a part of its replace. */
async function stored(): Promise<void> {
  const before = (await stat(join(path, 'data.mdb'))).size;
  while ((await stat(join(path, 'data.mdb'))).size < before + 1_000_000);
}

test('two records whose long keys differ at the end only are two', async () => {
  const opened = await open();
  const keys = ['x', 'y'].map((end) => `${'k'.repeat(1_976)}${end}`);
  const records: readonly StoredRecord[] = keys.map((key) => kvRecord(key));
  await opened.commit(records, await opened.campaign('a', never));
  expect((await keysOf(await reopen())).toSorted()).toEqual(keys.map((key) => `kv/${key}`));
});
