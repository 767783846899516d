/** The scripted faults, and several engines on one store; the contract is tested in `test/conformance/engine.test.ts`. */
import { expect, test } from 'vitest';
import { kvRecord } from '../../test/conformance/sample-records.ts';
import { SeededRandom } from '../runtime/random.ts';
import type { Committed, Engine, EngineWatcher } from './engine.ts';
import { type MemoryOperation, MemoryStore } from './memory.ts';

const never = new AbortController().signal;
const newStore = (): MemoryStore => new MemoryStore(new SeededRandom(1));

function watcher(events: unknown[]): EngineWatcher {
  return {
    committed: ({ index, changes }: Committed) => events.push([index, ...changes.map(({ key }) => key)]),
    replaced: ({ index }) => events.push(['replaced', index]),
    failed: (reason) => events.push(['failed', reason]),
  };
}

test('what one engine commits, the watchers of all get, in order', async () => {
  const store = newStore();
  const [first, second] = [store.open(), store.open()];
  const events: unknown[] = [];
  second.watch(1, watcher(events));
  const lead = await first.campaign('first', never);
  await first.commit([kvRecord('a')], lead);
  await first.commit([kvRecord('b')], lead);
  await first.replace([], 1, lead);
  expect(events).toEqual([
    [2, 'kv/a'],
    [3, 'kv/b'],
    ['replaced', 1_000_003],
  ]);
  expect(await second.load()).toEqual(await first.load());
});

test('a deposed leader commits nothing more, the next in line leads from its index', async () => {
  const store = newStore();
  const [first, second] = [store.open(), store.open()];
  const lead = await first.campaign('first', never);
  const next = second.campaign('second', never);
  await first.commit([kvRecord('a')], lead);
  store.depose('network cut');
  expect(await lead.lost).toBe('network cut');
  await expect(first.commit([kvRecord('b')], lead)).rejects.toMatchObject({ code: 'NO_LEADER' });
  expect((await next).index).toBe(2);
  expect([first.leader(), second.leader()]).toEqual(['second', 'second']);
  await second.commit([kvRecord('c')], await next);
});

test('a closed engine gives its leadership to another one', async () => {
  const store = newStore();
  const [first, second] = [store.open(), store.open()];
  const lead = await first.campaign('first', never);
  const next = second.campaign('second', never);
  await first.close();
  expect(await lead.lost).toBe('the engine was closed');
  await second.confirm(await next);
});

const operations: readonly (readonly [MemoryOperation, (engine: Engine) => Promise<unknown>])[] = [
  ['load', (engine) => engine.load()],
  ['campaign', (engine) => engine.campaign('a', never)],
  ['confirm', async (engine) => engine.confirm(await engine.campaign('a', never))],
  ['commit', async (engine) => engine.commit([kvRecord('a')], await engine.campaign('a', never))],
  ['replace', async (engine) => engine.replace([], 1, await engine.campaign('a', never))],
];

test.each(operations)('%s fails as often as the script says, without any effect', async (operation, run) => {
  const store = newStore();
  store.failNext(operation);
  store.failNext(operation, new Error('worse'));
  for (const message of ['failed by the script', 'worse']) {
    const engine = store.open();
    await expect(run(engine)).rejects.toThrow(message);
    await engine.close();
    expect(store.loaded()).toMatchObject({ index: 1, records: [] });
  }
  await run(store.open());
});

test('a commit that fails after it took effect ends the watches at the next one, which is refused until all is loaded', async () => {
  const store = newStore();
  const engine = store.open();
  const lead = await engine.campaign('a', never);
  const events: unknown[] = [];
  engine.watch(1, watcher(events));
  store.failCommitAfterEffect();
  await expect(engine.commit([kvRecord('a')], lead)).rejects.toThrow('failed by the script');
  expect(events).toEqual([]);
  await expect(engine.commit([kvRecord('b')], lead)).rejects.toMatchObject({ code: 'STORE_FAILED' });
  await expect(engine.replace([], 1, lead)).rejects.toMatchObject({ code: 'STORE_FAILED' });
  expect(events).toEqual([['failed', 'a write that had failed is in the store']]);
  const { index, records } = await engine.load();
  expect([index, ...[...records].map(({ key }) => key)]).toEqual([2, 'kv/a']);
  expect(await engine.commit([kvRecord('c')], lead)).toBe(3);
});

test('a broken watch ends with the reason, and goes on from a new load', async () => {
  const store = newStore();
  const engine = store.open();
  const lead = await engine.campaign('a', never);
  const [before, after]: [unknown[], unknown[]] = [[], []];
  engine.watch(1, watcher(before));
  store.breakWatches('connection lost');
  await engine.commit([kvRecord('a')], lead);
  engine.watch(1, watcher(after));
  expect(before).toEqual([['failed', 'connection lost']]);
  expect(after).toEqual([[2, 'kv/a']]);
});
