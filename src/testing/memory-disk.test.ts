import { expect, test } from 'vitest';
import type { DiskFile } from '../runtime/disk.ts';
import { MemoryDisk } from './memory-disk.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

async function textAt(disk: MemoryDisk, path: string): Promise<string | undefined> {
  const content = await disk.read(path);
  return content && Buffer.from(content).toString();
}

/** A disk with the file /d/log, created durably, holding `synced` on the device and `unsynced` in memory. */
async function diskWith(synced: string, unsynced: string): Promise<{ disk: MemoryDisk; file: DiskFile }> {
  const disk = new MemoryDisk();
  const file = await disk.open('/d/log');
  await disk.syncFolder('/d');
  await file.append(bytes(synced));
  await file.sync();
  await file.append(bytes(unsynced));
  return { disk, file };
}

test('without a crash it is an ordinary disk', async () => {
  const { disk, file } = await diskWith('one ', 'two');
  expect(file.sizeBytes).toBe(7);
  await file.truncate(5);
  await disk.rename('/d/log', '/d/other');
  expect(await textAt(disk, '/d/other')).toBe('one t');
  expect(await textAt(disk, '/d/log')).toBeUndefined();
  await disk.remove('/d/other');
  await disk.remove('/d/other');
  expect(disk.paths()).toEqual([]);
  await expect(disk.rename('/d/none', '/d/x')).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a crash loses bytes that were not synced', async () => {
  const { disk } = await diskWith('kept', 'lost');
  disk.crash();
  expect(await textAt(disk, '/d/log')).toBe('kept');
});

test('a crash may tear the last write anywhere', async () => {
  const { disk } = await diskWith('kept', 'lost');
  disk.crash({ keepUnsyncedBytes: 2 });
  expect(await textAt(disk, '/d/log')).toBe('keptlo');
});

test('a cut that was not synced is undone by a crash', async () => {
  const { disk, file } = await diskWith('kept', '');
  await file.truncate(1);
  disk.crash({ keepUnsyncedBytes: 9 });
  expect(await textAt(disk, '/d/log')).toBe('kept');
});

test('a new file whose folder was not synced is gone after a crash', async () => {
  const disk = new MemoryDisk();
  const file = await disk.open('/d/log');
  await file.append(bytes('x'));
  await file.sync();
  disk.crash();
  expect(disk.paths()).toEqual([]);
});

test('a rename without a sync of the folder may be lost, or kept', async () => {
  for (const [keepUnsyncedEntries, text] of [
    [false, 'old'],
    [true, 'new'],
  ] as const) {
    const disk = new MemoryDisk();
    disk.plant('/d/log', bytes('old'));
    disk.plant('/d/log.tmp', bytes('new'));
    await disk.rename('/d/log.tmp', '/d/log');
    disk.crash({ keepUnsyncedEntries });
    expect(await textAt(disk, '/d/log')).toBe(text);
  }
});

test('a rename that is synced, of a file that is not, leaves an empty file', async () => {
  const disk = new MemoryDisk();
  await (await disk.open('/d/log.tmp')).append(bytes('new'));
  await disk.rename('/d/log.tmp', '/d/log');
  await disk.syncFolder('/d/');
  disk.crash();
  expect([disk.paths(), await textAt(disk, '/d/log')]).toEqual([['/d/log'], '']);
});

test('a synced folder makes removals durable, and only its own', async () => {
  const disk = new MemoryDisk();
  disk.plant('/d/a', bytes('1'));
  disk.plant('/d/sub/b', bytes('2'));
  await disk.remove('/d/a');
  await disk.remove('/d/sub/b');
  await disk.syncFolder('/d');
  disk.crash();
  expect(disk.paths()).toEqual(['/d/sub/b']);
});

test('a file that was open during a crash, or was closed, cannot be written', async () => {
  const { disk, file } = await diskWith('a', '');
  disk.crash();
  await expect(file.append(bytes('x'))).rejects.toThrow('EIO');
  const reopened = await disk.open('/d/log');
  await reopened.close();
  await expect(reopened.sync()).rejects.toThrow('EBADF');
});

test('the call that was told to fail fails once and does nothing', async () => {
  const { disk, file } = await diskWith('a', '');
  disk.failNext('append', new Error('ENOSPC'), 1);
  disk.failNext('sync', new Error('EIO'));
  await file.append(bytes('b'));
  await expect(file.append(bytes('c'))).rejects.toThrow('ENOSPC');
  await expect(file.sync()).rejects.toThrow('EIO');
  await file.append(bytes('d'));
  await file.sync();
  expect(await textAt(disk, '/d/log')).toBe('abd');
});

test('what callers hold is theirs: later writes and changes do not show through', async () => {
  const { disk, file } = await diskWith('', '');
  const mine = bytes('abc');
  await file.append(mine);
  mine[0] = 0;
  const read = await disk.read('/d/log');
  await file.append(bytes('d'));
  read?.fill(0);
  expect(await textAt(disk, '/d/log')).toBe('abcd');
});

test('calls are recorded in order', async () => {
  const { disk } = await diskWith('a', 'b');
  expect(disk.calls).toEqual(['open /d/log', 'syncFolder /d', 'append /d/log', 'sync /d/log', 'append /d/log']);
});

test('a folder lists the files that are in it, not those below', async () => {
  const disk = new MemoryDisk();
  for (const path of ['/c/b.json', '/c/a.hcl', '/c/sub/x.json', '/config/y.json']) disk.plant(path, bytes('{}'));
  expect(await disk.list('/c/')).toEqual(['a.hcl', 'b.json']);
  expect([await disk.list('/c/sub'), await disk.list('/c/a.hcl'), await disk.list('/none')]).toEqual([['x.json'], undefined, undefined]);
});
