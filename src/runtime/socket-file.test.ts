import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clearSocketFile, grantSocketFile } from './socket-file.ts';

let folder: string;
let server: Server | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'konsul-'));
});

afterEach(async () => {
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
  await rm(folder, { recursive: true });
});

const listen = (path: string): Promise<void> =>
  new Promise((resolve) => {
    server = createServer().listen(path, resolve);
  });

test('A socket that was left behind is removed, and nothing is fine too', async () => {
  const path = join(folder, 's');
  await clearSocketFile(path);
  await listen(path);
  await clearSocketFile(path);
  await expect(stat(path)).rejects.toThrow('ENOENT');
});

test('What is no socket is left alone', async () => {
  const path = join(folder, 'precious');
  await writeFile(path, 'data');
  await expect(clearSocketFile(path)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  expect((await stat(path)).size).toBe(4);
});

test('Mode and owner are set where they are given', async () => {
  const path = join(folder, 's');
  await listen(path);
  await chmod(path, 0o700);
  await grantSocketFile(path, { user: '', group: '', mode: '' });
  expect((await stat(path)).mode & 0o777).toBe(0o700);
  const me = await stat(path);
  await grantSocketFile(path, { user: String(me.uid), group: String(me.gid), mode: '0660' });
  expect((await stat(path)).mode & 0o777).toBe(0o660);
});

test.each([
  [{ user: 'nobody-of-this-name', group: '', mode: '' }, 'there is no "nobody-of-this-name" in /etc/passwd'],
  [{ user: '', group: 'no-such-group', mode: '' }, 'there is no "no-such-group" in /etc/group'],
  [{ user: '', group: '', mode: 'rw' }, 'must be octal'],
])('%j is refused', async (owner, text) => {
  const path = join(folder, 's');
  await listen(path);
  await expect(grantSocketFile(path, owner)).rejects.toThrow(text);
});
