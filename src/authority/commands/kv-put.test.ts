import { beforeEach, expect, test } from 'vitest';
import { register, sessionRecord } from '../../../test/fixtures/records.ts';
import { World } from '../../../test/fixtures/world.ts';
import type { KvCondition } from '../../model/commands/kv.ts';
import type { KvEntry } from '../../model/kv.ts';

let world: World;

beforeEach(() => {
  world = new World();
  world.run(register('n'));
  for (const id of ['s', 't']) world.run({ kind: 'session.create', session: sessionRecord(id, 'n') });
});

const cas = (index: number | bigint): KvCondition => ({ kind: 'cas', index });
const acquire = (session: string): KvCondition => ({ kind: 'acquire', session });
const release = (session: string): KvCondition => ({ kind: 'release', session });

const entry = (key: string = 'k'): KvEntry | undefined => world.state.kv.get(key);
const textAt = (key: string = 'k'): string => Buffer.from(entry(key)?.value ?? []).toString();

test('A plain put creates, then replaces value and flags and keeps the createIndex', () => {
  world.put('k', 'one', undefined, 7);
  const created = world.state.index;
  expect(entry()).toMatchObject({ createIndex: created, modifyIndex: created, flags: 7, session: '', lockIndex: 0 });
  expect(world.put('k', 'two')).toBe(true);
  expect([textAt(), entry()?.createIndex, entry()?.modifyIndex, entry()?.flags]).toEqual(['two', created, created + 1, 0]);
});

test('A put of what is there moves no index', () => {
  world.put('k', 'one', undefined, 7);
  const { index } = world.state;
  expect([world.put('k', 'one', undefined, 7), world.changes, world.state.index]).toEqual([true, [], index]);
  world.put('k', 'one', undefined, 8);
  expect(world.state.index).toBe(index + 1);
});

test('A plain put on a locked key keeps the session and resets the lock index', () => {
  world.put('k', 'one', acquire('s'));
  world.put('k', 'two');
  expect(entry()).toMatchObject({ session: 's', lockIndex: 0 });
});

test('cas=0 creates only; another index must be that of the entry', () => {
  expect([world.put('k', 'one', cas(0)), world.put('k', 'two', cas(0)), textAt()]).toEqual([true, false, 'one']);
  const index = entry()?.modifyIndex ?? 0;
  expect([world.put('k', 'x', cas(index - 1)), world.put('k', 'x', cas(2n ** 63n)), world.put('none', 'x', cas(index))]).toEqual([
    false,
    false,
    false,
  ]);
  expect([world.put('k', 'two', cas(index)), textAt()]).toEqual([true, 'two']);
  expect(world.put('k', 'three', cas(index))).toBe(false);
});

test('A successful cas with the same value is a success that moves nothing', () => {
  world.put('k', 'one');
  const index = entry()?.modifyIndex ?? 0;
  expect([world.put('k', 'one', cas(index)), entry()?.modifyIndex]).toEqual([true, index]);
});

test('A lock is taken, kept by its holder with every write, and refused to others', () => {
  expect(world.put('k', 'one', acquire('s'))).toBe(true);
  expect(entry()).toMatchObject({ session: 's', lockIndex: 1 });
  const index = world.state.index;
  expect(world.put('k', 'one', acquire('s'))).toBe(true);
  expect(entry()).toMatchObject({ session: 's', lockIndex: 1, modifyIndex: index + 1 });
  expect([world.put('k', 'two', acquire('t')), textAt()]).toEqual([false, 'one']);
});

test('A key that was there before is locked with a new value, and the count of locks goes on', () => {
  world.put('k', 'one', acquire('s'));
  world.put('k', 'free', release('s'));
  expect(world.put('k', 'two', acquire('t'))).toBe(true);
  expect([entry()?.lockIndex, textAt()]).toEqual([2, 'two']);
});

test('A release is for the holder only; it writes value and flags and keeps the lock index', () => {
  world.put('k', 'one', acquire('s'), 7);
  expect(world.put('k', 'x', release('t'))).toBe(false);
  expect(world.put('none', 'x', release('s'))).toBe(false);
  expect(world.put('k', 'done', release('s'), 9)).toBe(true);
  expect(entry()).toMatchObject({ session: '', lockIndex: 1, flags: 9, modifyIndex: world.state.index });
  expect([textAt(), world.put('k', 'x', release('s'))]).toEqual(['done', false]);
});

test.each<[KvCondition, string]>([
  [acquire('nobody'), 'raft apply failed: invalid session "nobody"'],
  [acquire(''), 'raft apply failed: missing session'],
  [release(''), 'raft apply failed: missing session'],
])('%j is refused: %s', (condition, text) => {
  expect(() => world.put('k', 'x', condition)).toThrow(text);
  expect(entry()).toBeUndefined();
});

test('In its lock delay a key is written, and locked by nobody', () => {
  world.run({ kind: 'session.create', session: sessionRecord('slow', 'n', { lockDelayNs: 15e9 }) });
  world.put('k', 'one', acquire('slow'));
  world.run({ kind: 'session.destroy', id: 'slow' });
  expect([world.put('k', 'x', acquire('t')), world.put('k', 'x', acquire('nobody')), world.put('k', 'two')]).toEqual([false, false, true]);
  expect(world.state.kv.lockDelay('k')?.delayMs).toBe(15_000);
  world.run({ kind: 'lock-delay.end', key: 'k' });
  expect(world.put('k', 'x', acquire('t'))).toBe(true);
});

test('Flags of 64 bits are kept exactly', () => {
  const flags = 3_304_740_253_564_472_344n;
  world.run({ kind: 'kv.put', key: 'k', value: Buffer.from(''), flags, condition: { kind: 'none' } });
  expect(entry()?.flags).toBe(flags);
});
