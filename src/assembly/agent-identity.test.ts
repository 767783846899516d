import fc from 'fast-check';
import { expect, test } from 'vitest';
import { silentLogger } from '../runtime/logger.ts';
import { SeededRandom } from '../runtime/random.ts';
import type { AgentIdentity } from '../sync/frames.ts';
import { MemoryDisk } from '../testing/memory-disk.ts';
import { openIdentity } from './agent-identity.ts';

const random = new SeededRandom(1);
const open = (disk: MemoryDisk, dataDir: string = '/data'): Promise<AgentIdentity> =>
  openIdentity({ nodeId: '', dataDir }, { disk, random, logger: silentLogger });

test('the counter grows with every start on one folder, the node id stays, the run id is new', async () => {
  const disk = new MemoryDisk();
  const [first, second, third] = [await open(disk), await open(disk), await open(disk)];
  expect([first.boot, second.boot, third.boot]).toEqual([1, 2, 3]);
  expect([first.isFresh, second.isFresh]).toEqual([true, false]);
  expect(new Set([first.nodeId, second.nodeId, third.nodeId]).size).toBe(1);
  expect(new Set([first.runId, second.runId, third.runId]).size).toBe(3);
});

test('a start counts although the process dies right behind it', async () => {
  const disk = new MemoryDisk();
  for (let boot = 1; boot < 4; boot += 1) {
    expect((await open(disk)).boot).toBe(boot);
    disk.crash();
  }
});

test.each(['open', 'append', 'sync', 'rename', 'syncFolder'] as const)(
  'a disk that refuses (%s) stops the start, and no count is given twice',
  async (call) => {
    const disk = new MemoryDisk();
    await open(disk);
    disk.failNext(call, new Error('no space'));
    await expect(open(disk)).rejects.toThrow('no space');
    disk.crash({ keepUnsyncedEntries: true });
    expect((await open(disk)).boot).toBeGreaterThan(1);
  },
);

test('without a data folder every start is the first, of another node', async () => {
  const disk = new MemoryDisk();
  const [first, second] = [await open(disk, ''), await open(disk, '')];
  expect([first.boot, second.boot, first.isFresh, second.isFresh]).toEqual([1, 1, true, true]);
  expect(second.nodeId).not.toBe(first.nodeId);
  expect(disk.calls).toEqual([]);
});

test.each(['', '0', '-3', '1e3', '7x', ' 7', '7\n\n', '9'.repeat(16), '\0\0\0\0'])(
  'a damaged counter (%j) begins anew, and says so: servers then ask who holds the name',
  async (text) => {
    const disk = new MemoryDisk();
    const { nodeId } = await open(disk);
    disk.plant('/data/boot', Buffer.from(text));
    expect(await open(disk)).toMatchObject({ nodeId, boot: 1, isFresh: true });
    expect(await open(disk)).toMatchObject({ boot: 2, isFresh: false });
  },
);

test('whatever the file holds, the count is exact, at least 1, and fresh exactly when it is 1', async () => {
  const counts = fc.nat().map((count) => Buffer.from(`${count}\n`));
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 20 }), counts), async (content) => {
      const disk = new MemoryDisk();
      disk.plant('/data/boot', content);
      const { boot, isFresh } = await open(disk);
      expect(Number.isSafeInteger(boot) && boot >= 1).toBe(true);
      expect(isFresh).toBe(boot === 1);
    }),
  );
});
