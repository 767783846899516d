import { expect, test } from 'vitest';
import type { Disk, DiskFile } from '../runtime/disk.ts';
import { silentLogger } from '../runtime/logger.ts';
import { MemoryDisk } from '../testing/memory-disk.ts';
import { FileLog } from './file-log.ts';
import { frameRecord, LOG_HEADER_BYTES, logHeader } from './log-format.ts';

const PATH = '/data/local.log';

/** A log whose state is the set of texts appended: `-x` removes x. */
async function openTexts(
  disk: Disk,
  compactMinBytes: number = 1_000_000,
): Promise<{ log: FileLog; texts: Set<string>; add: (text: string) => Promise<void> }> {
  const texts = new Set<string>();
  const apply = (text: string): void => {
    if (text.startsWith('-')) texts.delete(text.slice(1));
    else texts.add(text);
  };
  const log = await FileLog.open({
    disk,
    path: PATH,
    logger: silentLogger,
    restore: (payloads) => {
      for (const payload of payloads) apply(Buffer.from(payload).toString());
    },
    snapshot: () => Array.from(texts, (text) => Buffer.from(text)),
    liveRecords: () => texts.size,
    compactMinBytes,
  });
  return { log, texts, add: (text) => log.append([Buffer.from(text)], () => apply(text)) };
}

/** Makes the n-th call of a disk and its files fail, counted from 1 over all kinds of calls. */
function failingDisk(disk: Disk, nth: number): Disk {
  let calls = 0;
  const count =
    <A extends unknown[], R>(run: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      calls += 1;
      if (calls === nth) throw new Error('EIO: i/o error');
      return run(...args);
    };
  const wrapFile = (file: DiskFile): DiskFile => ({
    get sizeBytes() {
      return file.sizeBytes;
    },
    append: count((bytes: Uint8Array) => file.append(bytes)),
    sync: count(() => file.sync()),
    truncate: count((sizeBytes: number) => file.truncate(sizeBytes)),
    close: () => file.close(),
  });
  return {
    ensureFolder: count((path: string) => disk.ensureFolder(path)),
    read: count((path: string) => disk.read(path)),
    open: count(async (path: string) => wrapFile(await disk.open(path))),
    rename: count((from: string, to: string) => disk.rename(from, to)),
    remove: count((path: string) => disk.remove(path)),
    syncFolder: count((path: string) => disk.syncFolder(path)),
    list: count((folder: string) => disk.list(folder)),
  };
}

test('Records that are appended together are applied together, after one sync', async () => {
  const disk = new MemoryDisk();
  const { log, texts } = await openTexts(disk);
  disk.calls.length = 0;
  await log.append([Buffer.from('a'), Buffer.from('b')], () => texts.add('both'));
  expect([[...texts], disk.calls]).toEqual([['both'], ['append /data/local.log', 'sync /data/local.log']]);
  disk.crash();
  expect([...(await openTexts(disk)).texts]).toEqual(['a', 'b']);
});

test('What was appended is there after a crash', async () => {
  const disk = new MemoryDisk();
  const { add } = await openTexts(disk);
  await add('a');
  await add('b');
  await add('-a');
  disk.crash();
  expect([...(await openTexts(disk)).texts]).toEqual(['b']);
});

test('A new log survives a crash right after it was opened', async () => {
  const disk = new MemoryDisk();
  await openTexts(disk);
  disk.crash();
  expect(disk.paths()).toEqual([PATH]);
});

test('Appends that arrive while one is being synced share the next sync', async () => {
  const disk = new MemoryDisk();
  const { add } = await openTexts(disk);
  disk.calls.length = 0;
  await Promise.all(Array.from({ length: 100 }, (_, n) => add(`text ${n}`)));
  expect(disk.calls.filter((call) => call.startsWith('sync '))).toHaveLength(2);
});

test('Changes are made in the order of the appends, and before each resolves', async () => {
  const { log } = await openTexts(new MemoryDisk());
  const seen: string[] = [];
  const append = (name: string): Promise<unknown> =>
    log.append([Buffer.from(name)], () => seen.push(name)).then(() => seen.push(`${name} done`));
  await Promise.all([append('a'), append('b'), append('c')]);
  expect(seen.filter((name) => name.length === 1)).toEqual(['a', 'b', 'c']);
  expect(seen.indexOf('a done')).toBeGreaterThan(seen.indexOf('a'));
});

test('A torn end is cut off before anything is appended', async () => {
  const disk = new MemoryDisk();
  const good = Buffer.concat([logHeader(), frameRecord(Buffer.from('good'))]);
  disk.plant(PATH, Buffer.concat([good, frameRecord(Buffer.from('torn')).subarray(0, 9)]));
  const { add, texts } = await openTexts(disk);
  expect([...texts]).toEqual(['good']);
  await add('next');
  disk.crash();
  expect([...(await openTexts(disk)).texts]).toEqual(['good', 'next']);
});

test('A log cut or damaged at any byte opens with a prefix of its records, and takes new ones', async () => {
  const whole = Buffer.concat([logHeader(), ...['a', 'b', 'c'].map((text) => frameRecord(Buffer.from(text)))]);
  for (let at = 0; at < whole.length; at++) {
    const flipped = Buffer.from(whole);
    flipped[at] = (flipped[at] ?? 0) ^ 0x10;
    for (const bytes of at < LOG_HEADER_BYTES ? [whole.subarray(0, at)] : [whole.subarray(0, at), flipped]) {
      const disk = new MemoryDisk();
      disk.plant(PATH, bytes);
      const { add, texts } = await openTexts(disk);
      expect(['', 'a', 'a,b']).toContain([...texts].join());
      await add('new');
      disk.crash();
      expect([...(await openTexts(disk)).texts]).toEqual([...texts]);
    }
  }
});

test.each(['append', 'sync'] as const)('A failed %s refuses that write and all later ones until the log is opened anew', async (call) => {
  const disk = new MemoryDisk();
  const { add, texts, log } = await openTexts(disk);
  await add('kept');
  disk.failNext(call, new Error('ENOSPC: no space left on device'));
  const outcomes = await Promise.allSettled([add('first'), add('second')]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(add('later')).rejects.toMatchObject({ code: 'STORE_FAILED', message: expect.stringContaining('no space left') });
  expect([...texts]).toEqual(['kept']);
  await log.close();
  disk.crash();
  const reopened = await openTexts(disk);
  await reopened.add('again');
  expect([...reopened.texts]).toEqual(['kept', 'again']);
});

test('A log that has doubled is compacted, and stays whole over a crash', async () => {
  const disk = new MemoryDisk();
  const { add, texts } = await openTexts(disk, 500);
  for (let round = 0; round < 200; round++) {
    await add(`text ${round}`);
    if (round > 2) await add(`-text ${round - 2}`);
  }
  const sizeBytes = (await disk.read(PATH))?.length ?? 0;
  expect(sizeBytes).toBeLessThan(1_000);
  disk.crash();
  expect([...(await openTexts(disk)).texts]).toEqual([...texts]);
  expect(disk.paths()).toEqual([PATH]);
});

test('A log that grows because the state does is not compacted: that would gain nothing', async () => {
  const disk = new MemoryDisk();
  const { add } = await openTexts(disk, 100);
  disk.calls.length = 0;
  for (let n = 0; n < 50; n++) await add(`a text of its own ${n}`);
  expect(disk.calls.filter((call) => call.startsWith('rename'))).toEqual([]);
});

test('A compaction that cannot write its new file leaves the log in use', async () => {
  const disk = new MemoryDisk();
  const { add } = await openTexts(disk, 40);
  disk.failNext('open', new Error('ENOSPC: no space left on device'));
  for (const text of ['one of them', 'another one', '-another one', 'and a third', 'and a fourth']) await add(text);
  disk.crash();
  expect([...(await openTexts(disk)).texts]).toHaveLength(3);
});

test('A compaction that fails while it replaces the file refuses all later writes', async () => {
  const disk = new MemoryDisk();
  const { add } = await openTexts(disk, 20);
  disk.failNext('syncFolder', new Error('EIO: i/o error'));
  for (const text of ['acknowledged', 'gone', '-gone']) await add(text);
  await expect(add('later')).rejects.toMatchObject({ code: 'STORE_FAILED' });
  disk.crash();
  expect([...(await openTexts(disk)).texts]).toEqual(['acknowledged']);
});

test('Whichever call of the disk fails, nothing acknowledged is lost and nothing else appears but what was tried', async () => {
  let failures = 0;
  let compactions = 0;
  for (let nth = 1; nth < 200; nth++) {
    const memory = new MemoryDisk();
    const acknowledged = new Set<string>();
    const tried = new Set<string>();
    const failing = await openTexts(failingDisk(memory, nth), 60).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'STORE_FAILED' });
      return undefined;
    });
    if (failing === undefined) failures += 1;
    for (let n = 0; n < 12 && failing !== undefined; n++) {
      const text = `text number ${n}`;
      tried.add(text);
      const isGood = await failing.add(text).then(
        () => true,
        () => false,
      );
      if (isGood) acknowledged.add(text);
      else failures += 1;
      // What comes and goes makes the log one to compact.
      tried.add('filler');
      for (const filler of ['filler', '-filler']) await failing.add(filler).catch(() => {});
    }
    compactions += memory.calls.filter((call) => call.startsWith('rename')).length - 1;
    memory.crash({ keepUnsyncedBytes: nth % 30 });
    const { texts } = await openTexts(memory);
    for (const text of acknowledged) expect(texts).toContain(text);
    for (const text of texts) expect(tried).toContain(text);
  }
  expect(failures).toBeGreaterThan(50);
  expect(compactions).toBeGreaterThan(50);
});

test('A closed log refuses appends, after finishing those before', async () => {
  const { log, add, texts } = await openTexts(new MemoryDisk());
  const last = add('last');
  await log.close();
  await last;
  expect([...texts]).toEqual(['last']);
  await expect(add('late')).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
});
