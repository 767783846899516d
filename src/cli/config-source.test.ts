import { expect, test } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { MemoryDisk } from '../testing/memory-disk.ts';
import { ConfigSource } from './config-source.ts';

function source() {
  const disk = new MemoryDisk();
  const write = (text: string): void => disk.plant('/etc/k/a.hcl', Buffer.from(text));
  write('log_level = "warn"');
  const flags = new Map([
    ['dev', ['true']],
    ['config-file', ['/etc/k']],
  ]);
  return { disk, write, made: new ConfigSource({ flags, environment: {}, disk, clock: new FakeClock() }) };
}

test('Each read is of the files as they are', async () => {
  const { write, made } = source();
  expect((await made.read()).log.level).toBe('warn');
  write('log_level = "debug"');
  expect((await made.read()).log.level).toBe('debug');
});

test('Files have changed when two looks in a row find the same others', async () => {
  const { write, made } = source();
  await made.read();
  expect(await made.look()).toBe('same');
  write('log_le');
  expect(await made.look()).toBe('changing');
  write('log_level = "debug"');
  expect(await made.look()).toBe('changing');
  expect(await made.look()).toBe('changed');
  await made.read();
  expect(await made.look()).toBe('same');
});

test('A change that is taken back was none, and bad files are looked at once', async () => {
  const { write, made } = source();
  await made.read();
  write('');
  expect(await made.look()).toBe('changing');
  write('log_level = "warn"');
  expect([await made.look(), await made.look()]).toEqual(['same', 'same']);
  write('log_level = ');
  await made.look();
  expect(await made.look()).toBe('changed');
  await expect(made.read()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  expect([await made.look(), await made.look()]).toEqual(['same', 'same']);
});

test('A folder that is gone is told, and its return is a change like any other', async () => {
  const { disk, write, made } = source();
  await made.read();
  await disk.remove('/etc/k/a.hcl');
  await expect(made.look()).rejects.toThrow('/etc/k: there is no such file or folder');
  write('log_level = "warn"');
  expect(await made.look()).toBe('same');
});
