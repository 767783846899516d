import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cacheWorld, content, health, instances } from '../../test/fixtures/cache.ts';
import { kvRecord } from '../../test/fixtures/records.ts';
import type { LogFields, Logger } from '../runtime/logger.ts';
import { silentLogger } from '../runtime/logger.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { MemoryDisk } from '../testing/memory-disk.ts';
import { kvEntryTopic } from '../topics/kv-entry.ts';
import { parseSnapshot, type SnapshotView, snapshotLines } from './snapshot-format.ts';

const SECOND = 1_000;
const PATH = '/data/cache/cache.snapshot';

function warnings(): { readonly logger: Logger; readonly warned: LogFields[] } {
  const warned: LogFields[] = [];
  const logger: Logger = { ...silentLogger, warn: (fields) => warned.push(fields) };
  return { logger, warned };
}

/** A disk with what a run left behind that held `web` and a KV entry, and was stopped. */
async function diskOfARun(clock: FakeClock = new FakeClock()): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  const run = cacheWorld({ disk, clock });
  await run.cache.start();
  run.link('first');
  await run.hold('web', instances(3), { topic: health, index: 100 });
  await run.hold('flag', [{ ...kvRecord('flag', 'on'), flags: 2n ** 60n }], { topic: kvEntryTopic, index: 101 });
  await run.hold('none', [], { topic: kvEntryTopic, index: 101 });
  await run.cache.stop();
  return disk;
}

test('a start without a server answers what the last run held, with its true age', async () => {
  const clock = new FakeClock();
  const disk = await diskOfARun(clock);
  const later = new FakeClock({ wallMs: clock.wallMs() + 3_600 * SECOND });
  const run = cacheWorld({ disk, clock: later });
  await run.cache.start();
  expect(run.cache.read(health, 'web')).toMatchObject({ index: 100 });
  expect(run.cache.peek(health, 'web')?.items).toEqual(instances(3));
  expect(run.cache.freshness(health, 'web')).toEqual({ isLive: false, ageMs: 3_600 * SECOND, reason: 'snapshot' });
  expect(run.cache.peek(kvEntryTopic, 'flag')?.items).toEqual([
    { ...kvRecord('flag', 'on'), value: new Uint8Array([111, 110]), flags: 2n ** 60n },
  ]);
  expect(run.cache.peek(kvEntryTopic, 'none')).toBeUndefined();
  expect(run.cache).toMatchObject({ lineage: 'first', seen: 101 });
  expect([...run.cache.held()].map(({ key, lineage }) => [key, lineage])).toContainEqual(['web', 'first']);
  expect(run.cache.stats().snapshotAgeMs).toBe(3_600 * SECOND);
});

test('what is read back is frozen, and is confirmed like anything else', async () => {
  const run = cacheWorld({ disk: await diskOfARun() });
  await run.cache.start();
  const view = run.cache.peek(health, 'web');
  expect([view?.items, view?.items[0]].every(Object.isFrozen)).toBe(true);
  run.link('first');
  run.cache.confirm(health, 'web', 105);
  expect(run.cache.freshness(health, 'web')).toEqual({ isLive: true });
  expect(run.cache.peek(health, 'web')).toMatchObject({ index: 105 });
});

test('a server that comes back empty while the agent starts is not believed at once', async () => {
  const run = cacheWorld({ disk: await diskOfARun() });
  await run.cache.start();
  run.link('second');
  run.cache.put(health, 'web', content([], 2));
  expect(run.cache.peek(health, 'web')?.items).toHaveLength(3);
  expect(run.cache.freshness(health, 'web')).toMatchObject({ reason: 'guard' });
});

test('a wall clock that was set back makes nothing younger than new', async () => {
  const clock = new FakeClock();
  const disk = await diskOfARun(clock);
  const run = cacheWorld({ disk, clock: new FakeClock({ wallMs: clock.wallMs() - 3_600 * SECOND }) });
  await run.cache.start();
  expect(run.cache.freshness(health, 'web')).toEqual({ isLive: false, ageMs: 0, reason: 'snapshot' });
});

test('what is older than max_stale is not taken in', async () => {
  const clock = new FakeClock();
  const disk = await diskOfARun(clock);
  const run = cacheWorld({ disk, clock: new FakeClock({ wallMs: clock.wallMs() + 72 * 3_600 * SECOND }) });
  await run.cache.start();
  expect(run.cache.stats().entries).toBe(0);
});

test('the most used views come first, and no more than there is room for', async () => {
  const disk = new MemoryDisk();
  const first = cacheWorld({ disk });
  await first.cache.start();
  first.link();
  for (let at = 0; at < 20; at += 1) await first.hold(`k${at}`, [kvRecord(`k${at}`)], { topic: kvEntryTopic });
  for (const hot of ['k3', 'k7']) for (let look = 0; look < 3; look += 1) first.cache.read(kvEntryTopic, hot);
  await first.cache.stop();
  const second = cacheWorld({ disk, settings: { maxEntries: 2 } });
  await second.cache.start();
  expect([...second.cache.held()].map(({ key }) => key).sort()).toEqual(['k3', 'k7']);
  expect(second.cache.stats().evictions).toBe(0);
});

test('it is written 30 s after something changed, and not before something changes again', async () => {
  const disk = new MemoryDisk();
  const run = cacheWorld({ disk });
  await run.cache.start();
  run.link();
  await run.hold('flag', [kvRecord('flag')], { topic: kvEntryTopic });
  await run.clock.advance(29 * SECOND);
  expect(disk.paths()).toEqual([]);
  await run.clock.advance(2 * SECOND);
  expect(disk.paths()).toEqual([PATH]);
  disk.calls.length = 0;
  await run.clock.advance(600 * SECOND);
  expect(disk.calls).toEqual([]);
  run.cache.put(kvEntryTopic, 'flag', content([kvRecord('flag', 'x')], 20));
  await run.clock.advance(SECOND);
  expect(disk.calls.at(-1)).toBe('syncFolder /data/cache');
});

test('it replaces the one before only once it is whole and on the device', async () => {
  const disk = await diskOfARun();
  disk.calls.length = 0;
  const run = cacheWorld({ disk });
  await run.cache.start();
  disk.crash();
  const again = cacheWorld({ disk });
  await again.cache.start();
  expect(again.cache.peek(health, 'web')?.items).toHaveLength(3);
  await again.cache.stop();
  const calls = disk.calls.map((call) => call.split(' ')[0]);
  expect(calls.slice(calls.lastIndexOf('open'))).toEqual(['open', 'append', 'sync', 'rename', 'syncFolder']);
});

test('a disk that fails costs one warning and leaves the one before', async () => {
  const { logger, warned } = warnings();
  const disk = await diskOfARun();
  const before = await disk.read(PATH);
  const run = cacheWorld({ disk, logger });
  await run.cache.start();
  run.link('first');
  disk.failNext('sync', new Error('EIO'));
  disk.failNext('append', new Error('ENOSPC'), 1);
  run.cache.put(health, 'web', content(instances(2), 102));
  await run.clock.advance(120 * SECOND);
  expect(warned).toHaveLength(1);
  run.cache.put(health, 'web', content(instances(4), 103));
  await run.cache.stop();
  expect(await disk.read(PATH)).not.toEqual(before);
  expect(warned).toHaveLength(1);
});

test.each<readonly [string, (file: Buffer) => Buffer]>([
  ['empty', () => Buffer.alloc(0)],
  ['torn', (file) => file.subarray(0, file.length - 1)],
  ['torn at a line', (file) => file.subarray(0, file.lastIndexOf('\n', -2) + 1)],
  ['of another program', () => Buffer.from('{"hello":"world"}\n')],
  ['of no text', () => Buffer.from([0, 1, 2, 255, 10])],
  ['with a flipped byte', (file) => Buffer.from(file.toString('latin1').replace('n1', 'm1'), 'latin1')],
  ['with something behind it', (file) => Buffer.concat([file, Buffer.from('x\n')])],
])('a snapshot that is %s is ignored with one warning', async (_name, damage) => {
  const { logger, warned } = warnings();
  const disk = await diskOfARun();
  disk.plant(PATH, damage(Buffer.from((await disk.read(PATH)) ?? [])));
  const run = cacheWorld({ disk, logger });
  await run.cache.start();
  expect(run.cache.stats().entries).toBe(0);
  expect(warned).toHaveLength(1);
});

test('a snapshot of a newer format is ignored with a warning that says so', async () => {
  const { logger, warned } = warnings();
  const disk = new MemoryDisk();
  const lines = [...snapshotLines({ lineage: 'l', seen: 1, wallMs: 1, ...{ format: 2 } }, [])];
  disk.plant(PATH, Buffer.concat(lines));
  const run = cacheWorld({ disk, logger });
  await run.cache.start();
  expect(warned).toMatchObject([{ reason: 'it has format 2, this version reads 1' }]);
});

test('whole lines give back what was written, whatever is in them', () => {
  const view = fc.record({
    key: fc.string(),
    index: fc.nat(),
    lineage: fc.string(),
    sizeBytes: fc.nat(),
    trueMs: fc.nat(),
    looks: fc.nat(3),
    items: fc.array(fc.record({ key: fc.string(), modifyIndex: fc.nat(), value: fc.uint8Array(), flags: fc.bigInt(2n ** 53n, 2n ** 64n) })),
  });
  fc.assert(
    fc.property(fc.array(view), (views) => {
      const written: SnapshotView[] = views.map((one) => ({ ...one, topic: kvEntryTopic }));
      const file = parseSnapshot(Buffer.concat([...snapshotLines({ lineage: 'l', seen: 1, wallMs: 2 }, written)]));
      expect([...file.views]).toEqual(written);
    }),
  );
});

test('no damage passes for a snapshot', async () => {
  const file = Buffer.from((await (await diskOfARun()).read(PATH)) ?? []);
  fc.assert(
    fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const damaged = Buffer.from(file);
      damaged[at] = (damaged[at] ?? 0) ^ flip;
      let read: unknown;
      try {
        const { header, views } = parseSnapshot(damaged);
        read = { header, views: [...views] };
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
        return;
      }
      // Only the number of views, which nobody counts on, is outside of the checksum.
      expect(read).toEqual({ header: parseSnapshot(file).header, views: [...parseSnapshot(file).views] });
    }),
    { numRuns: 300 },
  );
});

test('a start does not write what it has just read, and its first write is not before 30 s', async () => {
  const clock = new FakeClock();
  const disk = await diskOfARun(clock);
  const run = cacheWorld({ disk, clock: new FakeClock({ wallMs: clock.wallMs() + 3_600 * SECOND }) });
  await run.cache.start();
  expect(run.clock.pendingTimers).toBe(0);
  run.link('first');
  run.cache.put(health, 'web', content(instances(4), 110));
  disk.calls.length = 0;
  await run.clock.advance(29 * SECOND);
  expect(disk.calls).toEqual([]);
  await run.clock.advance(2 * SECOND);
  expect(disk.calls).not.toEqual([]);
});

test('a link that is there before the snapshot is keeps its lineage', async () => {
  const run = cacheWorld({ disk: await diskOfARun() });
  run.link('second');
  await run.hold('web', instances(1), { topic: health, index: 3 });
  await run.cache.start();
  expect(run.cache).toMatchObject({ lineage: 'second', seen: 101 });
  expect(run.cache.peek(health, 'web')).toMatchObject({ index: 3 });
  expect(run.cache.get(kvEntryTopic, 'flag')).toMatchObject({ lineage: 'first' });
});
