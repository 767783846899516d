/** A full disk: writes are refused with a clear text, reads go on, the process lives, and all is well again when there is room. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { KonsulProcess } from './konsul-process.ts';
import { testedPeer } from './konsul-process.ts';
import { test } from './konsul-test.ts';
import { waitUntil } from './wait-until.ts';

const DISK_BYTES = 24 * 1024 * 1024;

/** A disk of its own in memory; `undefined` where this user may not mount one. */
function smallDisk(folder: string): { readonly path: string; remove(): void } | undefined {
  const path = join(folder, 'disk');
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'konsul-test', path], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return { path, remove: () => execFileSync('umount', ['--lazy', path]) };
}

/** Fills what is left with one file, which it names. */
function fill(disk: string): string {
  const path = join(disk, 'ballast');
  const file = openSync(path, 'w');
  const block = Buffer.alloc(4096, 1);
  try {
    while (statfsSync(disk).bavail > 0) writeSync(file, block);
  } catch {
    // the last block did not fit: the disk is full, which was the aim
  } finally {
    closeSync(file);
  }
  return path;
}

const value = Buffer.alloc(100_000, 'x');

/** Writes until one is refused; the engine may have room of its own left. */
async function firstRefusal(server: KonsulProcess): Promise<{ readonly key: string; readonly status: number; readonly text: string }> {
  for (let n = 0; n < 400; n++) {
    const reply = await server.put(`/v1/kv/full/${n}`, value);
    if (reply.status !== 200) return { key: `full/${n}`, status: reply.status, text: reply.text };
  }
  throw new Error('400 values fitted on a full disk');
}

test.skipIf(testedPeer() === 'consul')('a full disk refuses writes clearly, and nothing else', async ({ start, folder, skip }) => {
  const disk = smallDisk(folder);
  if (disk === undefined) return skip('needs the right to mount a tmpfs');
  try {
    const server = await start({ dataDir: join(disk.path, 'data') });
    expect((await server.put('/v1/kv/before', 'kept')).status).toBe(200);
    const ballast = fill(disk.path);

    const refused = await firstRefusal(server);
    expect(refused.status).toBe(500);
    expect(refused.text).toMatch(/disk|space/i);
    expect((await server.call(`/v1/kv/${refused.key}`)).status).toBe(404);
    expect((await server.call('/v1/kv/before?raw')).text).toBe('kept');
    expect((await server.call('/v1/catalog/nodes')).json()).toHaveLength(1);
    const registration = await server.put('/v1/agent/service/register', { Name: 'web', Meta: { a: 'x'.repeat(500) } });
    expect([200, 500]).toContain(registration.status);

    rmSync(ballast);
    await waitUntil(async () => (await server.put('/v1/kv/after', value)).status === 200, { what: 'a write after there was room again' });
    const keys = (await server.call('/v1/kv/?keys')).json<string[]>();
    await server.restart();
    expect((await server.call('/v1/kv/?keys')).json<string[]>()).toEqual(keys);
    expect((await server.call('/v1/kv/after?raw')).body.equals(value)).toBe(true);
    expect((await server.call('/v1/kv/before?raw')).text).toBe('kept');
    await server.stop();
  } finally {
    disk.remove();
  }
});
