import { expect, test } from 'vitest';
import type { Command } from '../model/commands/command.ts';
import { KonsulError } from '../runtime/errors.ts';
import { State } from '../state/state.ts';
import type { Engine, Leadership } from '../store/engine.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { kvPrefixTopic } from '../topics/kv-prefix.ts';
import { ServerBackend } from './server-backend.ts';

function start() {
  const clock = new FakeClock();
  const state = new State('dc1');
  const world = { leadership: {} as Leadership | undefined, leader: 'a:1' as string | undefined, confirms: 0, submitted: [] as Command[] };
  const backend = new ServerBackend({
    state,
    clock,
    authority: {
      get leadership() {
        return world.leadership;
      },
      submit: async (command: Command) => {
        world.submitted.push(command);
        return true;
      },
    } as never,
    engine: {
      leader: () => world.leader,
      confirm: async () => {
        world.confirms += 1;
      },
    } as Partial<Engine> as Engine,
  });
  const commit = (index: number): void => {
    const value = { key: 'k', value: Buffer.from(String(index)), flags: 0, session: '', lockIndex: 0, createIndex: 0, modifyIndex: 0 };
    state.apply([{ table: 'kv', key: 'kv/k', value }], index);
  };
  const wait = (index: number, timeoutMs = 1_000, signal: AbortSignal = new AbortController().signal): Promise<boolean> =>
    backend.wait(kvPrefixTopic, 'k', index, { timeoutMs, signal });
  return { clock, state, world, backend, commit, wait };
}

test('A read shows the state', () => {
  const { backend, commit } = start();
  commit(7);
  expect(backend.read(kvPrefixTopic, 'k')).toMatchObject({ index: 7, items: [{ key: 'k', modifyIndex: 7 }] });
});

test('A wait for what is past ends at once, and leaves nothing behind', async () => {
  const { clock, commit, wait } = start();
  commit(7);
  const gone = new AbortController();
  gone.abort();
  expect([await wait(6), await wait(7, 1_000, gone.signal), clock.pendingTimers]).toEqual([false, false, 0]);
});

test.each(['a change', 'time', 'the client', 'a restore'])('A wait is ended by %s, and leaves nothing behind', async (what) => {
  const { clock, state, commit, wait } = start();
  commit(7);
  const client = new AbortController();
  const waiting = wait(7, 1_000, client.signal);
  expect(clock.pendingTimers).toBe(1);
  if (what === 'a change') commit(8);
  if (what === 'time') await clock.advance(1_000);
  if (what === 'the client') client.abort();
  if (what === 'a restore') state.load({ index: 9, records: [] });
  expect([await waiting, clock.pendingTimers]).toEqual([what === 'a restore', 0]);
});

test('Many who ask for confirmation share one look; who asks later gets another', async () => {
  const { backend, world } = start();
  await Promise.all([backend.confirm(), backend.confirm(), backend.confirm()]);
  expect(world.confirms).toBe(1);
  await backend.confirm();
  expect(world.confirms).toBe(2);
});

test('Who does not lead cannot confirm', async () => {
  const { backend, world } = start();
  world.leadership = undefined;
  await expect(backend.confirm()).rejects.toThrow(new KonsulError('NO_LEADER', 'No cluster leader'));
  world.leadership = {} as Leadership;
  await expect(backend.confirm()).resolves.toBeUndefined();
});

test('Commands go to the authority, and the leader is known as the store knows it', async () => {
  const { backend, world } = start();
  expect(await backend.submit({ kind: 'session.destroy', id: 's' })).toBe(true);
  expect(world.submitted).toEqual([{ kind: 'session.destroy', id: 's' }]);
  expect(backend.contact()).toEqual({ knownLeader: true, lastContactMs: 0, freshness: undefined });
  world.leader = undefined;
  expect(backend.contact().knownLeader).toBe(false);
});
