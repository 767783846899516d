import { expect, test } from 'vitest';
import { Authority } from '../authority/authority.ts';
import { SessionTimers } from '../authority/session-timers.ts';
import { silentLogger } from '../runtime/logger.ts';
import { SeededRandom } from '../runtime/random.ts';
import { State } from '../state/state.ts';
import { MemoryStore } from '../store/memory.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { LeaderLoop } from './leader-loop.ts';
import { StateFeed } from './state-feed.ts';

/** One server's authority on a store that several may share. */
async function serverOn(store: MemoryStore, clock: FakeClock, address: string) {
  const engine = store.open();
  const state = new State('dc1');
  const logger = silentLogger;
  const feed = new StateFeed({ engine, state, clock, logger });
  const authority = new Authority({ engine, state, apply: (changes, index) => feed.apply(changes, index), clock, logger });
  const timers = new SessionTimers({ authority, state, clock, logger });
  const loop = new LeaderLoop({ onLead: async () => {}, engine, state, authority, duties: timers, clock, address, logger });
  await feed.start();
  const put = (key: string): Promise<boolean> =>
    authority.submit({ kind: 'kv.put', key, value: Buffer.from('v'), flags: 0, condition: { kind: 'none' } });
  return { engine, state, authority, loop, put };
}

const newStore = (): MemoryStore => new MemoryStore(new SeededRandom(1));

test('A start resolves as soon as the server leads, and leaves no timer behind', async () => {
  const clock = new FakeClock();
  const { loop, put, engine } = await serverOn(newStore(), clock, 'a:1');
  await loop.start(5_000);
  expect(engine.leader()).toBe('a:1');
  expect(await put('k')).toBe(true);
  await clock.settle();
  expect(clock.pendingTimers).toBe(0);
  await loop.stop();
  expect(engine.leader()).toBeUndefined();
});

test('A start beside another leader does not wait for the lead, and leads when the other stops', async () => {
  const [store, clock] = [newStore(), new FakeClock()];
  const [first, second] = [await serverOn(store, clock, 'a:1'), await serverOn(store, clock, 'b:2')];
  await first.loop.start(5_000);
  await second.loop.start(5_000);
  await expect(second.put('k')).rejects.toMatchObject({ code: 'NO_LEADER' });
  await first.put('of-first');
  await first.loop.stop();
  await clock.settle();
  expect(second.engine.leader()).toBe('b:2');
  expect(await second.put('k')).toBe(true);
  expect([...second.state.kv.under('')].map(({ key }) => key)).toEqual(['k', 'of-first']);
  await second.loop.stop();
});

test('A lost leadership is asked for again', async () => {
  const [store, clock] = [newStore(), new FakeClock()];
  const { loop, put } = await serverOn(store, clock, 'a:1');
  await loop.start(5_000);
  store.failNext('campaign');
  store.depose();
  await clock.settle();
  await expect(put('k')).rejects.toMatchObject({ code: 'NO_LEADER' });
  await clock.advance(1_000);
  expect(await put('k')).toBe(true);
  await loop.stop();
});

test('A stop while another leads, or before the start is done, ends at once', async () => {
  const [store, clock] = [newStore(), new FakeClock()];
  const [first, second] = [await serverOn(store, clock, 'a:1'), await serverOn(store, clock, 'b:2')];
  const started = first.loop.start(5_000);
  await first.loop.stop();
  await started;
  expect(first.engine.leader()).toBeUndefined();
  const waiting = second.loop.start(5_000);
  await clock.settle();
  await second.loop.stop();
  await waiting;
  expect([store.open().leader(), clock.pendingTimers]).toEqual([undefined, 0]);
});

test('A stop while the state catches up gives the leadership back', async () => {
  const [store, clock] = [newStore(), new FakeClock()];
  const { loop, state, engine } = await serverOn(store, clock, 'a:1');
  Object.defineProperty(state, 'index', { value: 0 });
  const started = loop.start(5_000);
  await clock.settle();
  expect(engine.leader()).toBe('a:1');
  await loop.stop();
  await started;
  expect([engine.leader(), clock.pendingTimers]).toEqual([undefined, 0]);
});
