import { beforeEach, expect, test } from 'vitest';
import { Gate } from '../../test/fixtures/gate.ts';
import { checkDefinition, register, sessionRecord } from '../../test/fixtures/records.ts';
import type { Command } from '../model/commands/command.ts';
import type { Change } from '../model/record.ts';
import type { Session } from '../model/session.ts';
import { silentLogger } from '../runtime/logger.ts';
import { SeededRandom } from '../runtime/random.ts';
import { State } from '../state/state.ts';
import { MemoryStore } from '../store/memory.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { Authority } from './authority.ts';
import { SessionTimers } from './session-timers.ts';

const TTL_MS = 10_000;
/** What an expired session is given to be heard after all. */
const LAST_CALL_MS = 50;

let store: MemoryStore;
let gate: Gate;
let clock: FakeClock;
let state: State;
let authority: Authority;
let timers: SessionTimers;

beforeEach(async () => {
  store = new MemoryStore(new SeededRandom(1));
  clock = new FakeClock();
  state = new State('dc1');
  gate = new Gate();
  const engine = gate.wrap(store.open());
  authority = new Authority({
    engine,
    state,
    apply: (changes: readonly Change[], index) => state.apply(changes, index),
    clock,
    logger: silentLogger,
  });
  timers = new SessionTimers({ authority, state, clock, logger: silentLogger });
  authority.lead(await engine.campaign('a', new AbortController().signal), timers);
  await authority.submit(register('n', { checks: [checkDefinition('c')] }));
});

const create = (id: string, change: Partial<Session> = {}): Promise<string> =>
  authority.submit({ kind: 'session.create', session: sessionRecord(id, 'n', { ttl: '10s', ttlMs: TTL_MS, ...change }) });

const renew = (id: string): Promise<Session | undefined> => authority.submit({ kind: 'session.renew', id });
const isThere = (id: string): boolean => state.sessions.get(id) !== undefined;
const lock = (key: string, session: string): Command => ({
  kind: 'kv.put',
  key,
  value: Buffer.from(''),
  flags: 0,
  condition: { kind: 'acquire', session },
});

test('A session ends twice its TTL after its creation, and not before', async () => {
  await create('s');
  await clock.advance(2 * TTL_MS - 1);
  expect([isThere('s'), timers.activeSessions]).toEqual([true, 1]);
  await clock.advance(1 + LAST_CALL_MS);
  expect([isThere('s'), timers.activeSessions, clock.pendingTimers]).toEqual([false, 0, 0]);
});

test('Each renewal starts its time anew', async () => {
  await create('s');
  for (let i = 0; i < 5; i += 1) {
    await clock.advance(2 * TTL_MS - 1);
    expect((await renew('s'))?.id).toBe('s');
  }
  await clock.advance(2 * TTL_MS - 1);
  expect(isThere('s')).toBe(true);
  await clock.advance(1 + LAST_CALL_MS);
  expect([isThere('s'), await renew('s')]).toEqual([false, undefined]);
});

test('A session without a TTL has no timer and never ends', async () => {
  await create('s', { ttl: '', ttlMs: 0 });
  await renew('s');
  expect(clock.pendingTimers).toBe(0);
  await clock.advance(100 * TTL_MS);
  expect(isThere('s')).toBe(true);
});

test('A renewal that was stalled behind the timer still saves the session', async () => {
  await create('s');
  await clock.advance(2 * TTL_MS + LAST_CALL_MS - 1);
  expect((await renew('s'))?.id).toBe('s');
  await clock.advance(2 * TTL_MS - 1);
  expect(isThere('s')).toBe(true);
});

test('A renewal that waits for a slow disk while the time runs out is kept: renewed means renewed', async () => {
  await create('s');
  gate.close();
  const writing = authority.submit({ kind: 'catalog.deregister', node: 'n', serviceId: '', checkId: 'c' });
  await clock.advance(2 * TTL_MS + LAST_CALL_MS - 1);
  const renewing = renew('s');
  await clock.advance(2);
  gate.open();
  expect([(await renewing)?.id, await writing]).toEqual(['s', true]);
  await clock.advance(2 * TTL_MS - 3);
  expect(isThere('s')).toBe(true);
});

test('Whichever of a renewal and the end comes first decides: who was told of a session still has it', async () => {
  await create('s');
  const end = authority.submit({ kind: 'session.destroy', id: 's' });
  const renewing = renew('s');
  expect([await end, await renewing, isThere('s')]).toEqual([true, undefined, false]);
});

test('An end that could not be written is tried again', async () => {
  await create('s');
  store.failNext('commit');
  await clock.advance(2 * TTL_MS + LAST_CALL_MS);
  expect(isThere('s')).toBe(true);
  await clock.advance(1_000);
  expect(isThere('s')).toBe(false);
});

test('A renewal between a failed end and its repetition saves the session', async () => {
  await create('s');
  store.failNext('commit');
  await clock.advance(2 * TTL_MS + LAST_CALL_MS);
  await renew('s');
  await clock.advance(2 * TTL_MS - 1);
  expect(isThere('s')).toBe(true);
});

test('A renewal while a failing end is being written saves the session', async () => {
  await create('s');
  gate.close();
  store.failNext('commit');
  await clock.advance(2 * TTL_MS + LAST_CALL_MS);
  const renewing = renew('s');
  gate.open();
  expect((await renewing)?.id).toBe('s');
  await clock.advance(2 * TTL_MS - 1);
  expect(isThere('s')).toBe(true);
});

test('A session that ended otherwise leaves no timer', async () => {
  await create('s');
  await authority.submit({ kind: 'session.destroy', id: 's' });
  await create('t', { nodeChecks: ['c'] });
  await authority.submit(register('n', { checks: [checkDefinition('c', { status: 'critical' })] }));
  expect([isThere('t'), clock.pendingTimers]).toEqual([false, 0]);
});

test('A key opens again after its lock delay', async () => {
  await create('s', { lockDelayNs: 15e9 });
  await authority.submit(lock('k', 's'));
  await authority.submit({ kind: 'session.destroy', id: 's' });
  await create('t', { ttl: '', ttlMs: 0 });
  await clock.advance(14_999);
  expect([await authority.submit(lock('k', 't')), state.kv.lockDelay('k')?.delayMs]).toEqual([false, 15_000]);
  await clock.advance(1);
  expect([await authority.submit(lock('k', 't')), state.kv.lockDelay('k'), clock.pendingTimers]).toEqual([true, undefined, 0]);
});

test('A new term starts every timer at full length', async () => {
  await create('s', { lockDelayNs: 15e9 });
  await authority.submit(lock('k', 's'));
  await create('t');
  await authority.submit({ kind: 'session.destroy', id: 's' });
  await clock.advance(14_000);
  timers.restart();
  await clock.advance(14_000);
  expect([isThere('t'), state.kv.lockDelay('k')?.key]).toEqual([true, 'k']);
  await clock.advance(1_000);
  expect(state.kv.lockDelay('k')).toBeUndefined();
  await clock.advance(5_000 + LAST_CALL_MS);
  expect(isThere('t')).toBe(false);
});

test('Stopped timers do nothing, and start none', async () => {
  await create('s');
  timers.stop();
  await renew('s');
  expect([clock.pendingTimers, timers.activeSessions]).toEqual([0, 0]);
  await clock.advance(10 * TTL_MS);
  expect(isThere('s')).toBe(true);
});

test('A jump of the wall clock ends no session', async () => {
  await create('s');
  clock.jumpWall(365 * 24 * 3_600_000);
  await clock.advance(2 * TTL_MS - 1);
  expect(isThere('s')).toBe(true);
});
