import { expect, test } from 'vitest';
import type { AgentConfig } from '../config/agent-config.ts';
import { silentLogger } from '../runtime/logger.ts';
import { SeededRandom } from '../runtime/random.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { MemoryDisk } from '../testing/memory-disk.ts';
import { openIdentity } from './agent-identity.ts';

const random = new SeededRandom(1);
const clock = new FakeClock();

const open = (disk: MemoryDisk, config: Partial<AgentConfig> = {}): ReturnType<typeof openIdentity> =>
  openIdentity({ nodeId: '', dataDir: '/data', ...config } as AgentConfig, { clock, disk, random, logger: silentLogger });

async function write(disk: MemoryDisk, path: string, text: string): Promise<void> {
  await disk.remove(path);
  const file = await disk.open(path);
  await file.append(Buffer.from(text));
  await file.sync();
  await file.close();
}

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
  await open(disk);
  disk.crash();
  expect((await open(disk)).boot).toBe(2);
});

test('without a data folder every start is the first', async () => {
  const disk = new MemoryDisk();
  await open(disk, { dataDir: '' });
  expect(await open(disk, { dataDir: '' })).toMatchObject({ boot: 1, isFresh: true });
});

test.each(['', 'x', '-1', '1e9', '99999999999999999999'])('a damaged counter (%j) goes on above every old one', async (text) => {
  const disk = new MemoryDisk();
  await open(disk);
  await write(disk, '/data/boot', text);
  const next = await open(disk);
  expect(next).toMatchObject({ isFresh: false, boot: Math.floor(clock.wallMs() / 1_000) });
  expect((await open(disk)).boot).toBe(next.boot + 1);
});
