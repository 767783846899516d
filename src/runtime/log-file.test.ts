import { expect, test } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { MemoryDisk } from '../testing/memory-disk.ts';
import { LogFile, type LogFileOptions } from './log-file.ts';

const wallMs = Date.parse('2024-09-23T10:00:00Z');

async function opened(options: Partial<LogFileOptions> = {}) {
  const clock = new FakeClock({ wallMs });
  const disk = new MemoryDisk();
  const complaints: string[] = [];
  const file = new LogFile({
    disk,
    clock,
    path: '/var/log/k.log',
    rotateBytes: 0,
    rotateMs: 0,
    maxFiles: 0,
    complain: (text) => complaints.push(text),
    lossLine: (count) => `${count} lost\n`,
    ...options,
  });
  await file.open();
  const names = async (folder = '/var/log'): Promise<readonly string[]> => [...((await disk.list(folder)) ?? [])].sort();
  const text = async (name: string): Promise<string> => String(Buffer.from((await disk.read(`/var/log/${name}`)) ?? []));
  return { clock, disk, file, complaints, names, text };
}

test('The first file is there at once, with the time in its name, and lines come in order', async () => {
  const { file, names, text } = await opened();
  expect(await names()).toEqual(['k-1727085600000000000.log']);
  for (const line of ['a\n', 'b\n', 'c\n']) file.write(line);
  await file.close();
  expect(await text('k-1727085600000000000.log')).toBe('a\nb\nc\n');
});

test.each([
  ['/var/log/', 'consul-1727085600000000000.log'],
  ['/var/log/k', 'k-1727085600000000000.log'],
  ['/var/log/k.txt', 'k-1727085600000000000.txt'],
])('%s is written to %s', async (path, name) => {
  expect(await (await opened({ path })).names()).toEqual([name]);
});

test('A file is changed before it grows too large; a line is never cut', async () => {
  const { file, names, text } = await opened({ rotateBytes: 10 });
  for (const line of ['12345\n', '1234\n', 'a line longer than any file\n', 'x\n']) file.write(line);
  await file.close();
  const found = await names();
  expect(await Promise.all(found.map(text))).toEqual(['12345\n', '1234\n', 'a line longer than any file\n', 'x\n']);
});

test('A file is changed when it is old', async () => {
  const { clock, file, names } = await opened({ rotateMs: 1_000 });
  file.write('a\n');
  await clock.advance(999);
  file.write('b\n');
  await clock.advance(1);
  file.write('c\n');
  await file.close();
  expect(await names()).toHaveLength(2);
});

test.each([
  [2, 3],
  [-1, 1],
  [0, 5],
])('With %i old files to keep there are %i', async (maxFiles, left) => {
  const { disk, file, names, text } = await opened({ rotateBytes: 2, maxFiles });
  await (await disk.open('/var/log/k-other.log')).append(Buffer.from('not ours'));
  for (const line of ['1\n', '2\n', '3\n', '4\n', '5\n']) file.write(line);
  await file.close();
  const own = (await names()).filter((name) => name !== 'k-other.log');
  expect(own).toHaveLength(left);
  expect(await text(own.at(-1) ?? '')).toBe('5\n');
  expect(await text('k-other.log')).toBe('not ours');
});

test('A disk that refuses is complained of once each time, and how much was lost is told when it takes lines again', async () => {
  const { disk, file, complaints, names, text } = await opened({ rotateBytes: 2 });
  const { open } = disk;
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  file.write('1\n');
  await settle();
  for (let outage = 0; outage < 2; outage += 1) {
    disk.open = () => Promise.reject(new Error('ENOSPC: no space left on device'));
    for (const line of ['a\n', 'b\n', 'c\n']) {
      file.write(line);
      await settle();
    }
    disk.open = open.bind(disk);
    file.write('2\n');
    await settle();
    await settle();
  }
  await file.close();
  expect(complaints).toEqual(Array(2).fill('the log file cannot be written: ENOSPC: no space left on device'));
  const all = await Promise.all((await names()).map(text));
  expect(all.join('')).toBe('1\n2\n3 lost\n2\n3 lost\n');
});

test('After the end nothing is written', async () => {
  const { file, names } = await opened();
  await file.close();
  file.write('late\n');
  await file.close();
  expect(await names()).toHaveLength(1);
});
