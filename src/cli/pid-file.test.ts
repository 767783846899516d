import { expect, test } from 'vitest';
import { MemoryDisk } from '../testing/memory-disk.ts';
import { PidFile } from './pid-file.ts';

const PATH = '/run/konsul.pid';

async function textOf(disk: MemoryDisk): Promise<string | undefined> {
  const bytes = await disk.read(PATH);
  return bytes && Buffer.from(bytes).toString();
}

test('The file holds the process id while it serves', async () => {
  const disk = new MemoryDisk();
  disk.plant(PATH, Buffer.from('an old and longer text'));
  const file = new PidFile(PATH, { pid: 7, disk });
  await file.write();
  expect(await textOf(disk)).toBe('7\n');
  await file.remove();
  expect(await textOf(disk)).toBeUndefined();
});

test('The file of another process stays', async () => {
  const disk = new MemoryDisk();
  await new PidFile(PATH, { pid: 7, disk }).write();
  await new PidFile(PATH, { pid: 8, disk }).remove();
  expect(await textOf(disk)).toBe('7\n');
});

test('Without a path there is no file', async () => {
  const disk = new MemoryDisk();
  const file = new PidFile('', { pid: 7, disk });
  await file.write();
  await file.remove();
  expect(disk.calls).toEqual([]);
});

test('A file that cannot be written is a problem, one that cannot be removed is none', async () => {
  const disk = new MemoryDisk();
  disk.failNext('open', new Error('EACCES: permission denied'));
  const file = new PidFile(PATH, { pid: 7, disk });
  await expect(file.write()).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: `pid_file: cannot write ${PATH}: EACCES: permission denied`,
  });
  await file.write();
  disk.failNext('remove', new Error('EIO'));
  await file.remove();
});
