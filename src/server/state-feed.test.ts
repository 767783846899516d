import { expect, test, vi } from 'vitest';
import type { Change } from '../model/record.ts';
import { silentLogger } from '../runtime/logger.ts';
import { SeededRandom } from '../runtime/random.ts';
import { State } from '../state/state.ts';
import type { Leadership } from '../store/engine.ts';
import { MemoryStore } from '../store/memory.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { StateFeed } from './state-feed.ts';

const put = (key: string): Change => ({
  table: 'kv',
  key: `kv/${key}`,
  value: { key, value: Buffer.from('v'), flags: 0, session: '', lockIndex: 0, createIndex: 0, modifyIndex: 0 },
});

async function start() {
  const clock = new FakeClock();
  const store = new MemoryStore(new SeededRandom(1));
  const [engine, writer] = [store.open(), store.open()];
  const leadership: Leadership = await writer.campaign('w', new AbortController().signal);
  const state = new State('dc1');
  const warn = vi.fn();
  const error = vi.fn();
  const feed = new StateFeed({ engine, state, clock, logger: { ...silentLogger, warn, error } });
  await writer.commit([put('before')], leadership);
  await feed.start();
  const keys = (): string[] => [...state.kv.under('')].map(({ key }) => key);
  return { clock, store, engine, writer, leadership, state, feed, keys, warn, error };
}

test('What was there is loaded, what comes is followed', async () => {
  const { feed, keys, writer, leadership, state } = await start();
  expect(keys()).toEqual(['before']);
  expect(feed.lineage).toBe((await writer.load()).lineage);
  const index = await writer.commit([put('after')], leadership);
  expect([keys(), state.index]).toEqual([['after', 'before'], index]);
});

test('A commit that comes twice is taken once', async () => {
  const { feed, state, writer, leadership } = await start();
  const index = await writer.commit([put('a')], leadership);
  feed.apply([put('b')], index);
  expect([...state.kv.under('')]).toHaveLength(2);
});

test('A replaced store replaces the state, once per lineage', async () => {
  const { feed, state, keys, writer, leadership } = await start();
  const loads = vi.spyOn(state, 'load');
  const before = feed.lineage;
  const loaded = await writer.replace([], 0, leadership);
  feed.replaced(loaded);
  expect([keys(), loads.mock.calls.length]).toEqual([[], 1]);
  expect(feed.lineage).not.toBe(before);
});

test('A watch that ends is begun anew, and nothing is missed', async () => {
  const { store, keys, writer, leadership, warn, clock } = await start();
  store.breakWatches('compacted');
  await writer.commit([put('meanwhile')], leadership);
  await clock.settle();
  await writer.commit([put('later')], leadership);
  expect(keys()).toEqual(['before', 'later', 'meanwhile']);
  expect(warn).toHaveBeenCalledWith({ reason: 'compacted' }, expect.any(String));
});

test('A store that cannot be loaded is asked again until it can', async () => {
  const { store, keys, writer, leadership, error, clock } = await start();
  store.failNext('load');
  store.failNext('load');
  store.breakWatches('compacted');
  await writer.commit([put('meanwhile')], leadership);
  await clock.advance(1_999);
  expect([keys(), error.mock.calls.length]).toEqual([['before'], 2]);
  await clock.advance(1);
  expect(keys()).toEqual(['before', 'meanwhile']);
});

test('Nothing comes after a stop, and nothing is tried again', async () => {
  const { store, feed, keys, writer, leadership, error, warn, clock } = await start();
  store.failNext('load');
  store.breakWatches('compacted');
  await clock.settle();
  feed.stop();
  await writer.commit([put('after')], leadership);
  feed.failed('closed');
  await clock.advance(10_000);
  expect([keys(), error.mock.calls.length, warn.mock.calls.length, clock.pendingTimers]).toEqual([['before'], 1, 1, 0]);
});
