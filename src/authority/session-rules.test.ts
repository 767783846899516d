import { beforeEach, expect, test } from 'vitest';
import { checkDefinition, register, sessionRecord } from '../../test/fixtures/records.ts';
import { World } from '../../test/fixtures/world.ts';
import type { KvEntry } from '../model/kv.ts';
import type { Session } from '../model/session.ts';

let world: World;

beforeEach(() => {
  world = new World();
  world.run(register('Node', { checks: [checkDefinition('good'), checkDefinition('bad', { status: 'critical' })] }));
});

const create = (change: Partial<Session> = {}, id: string = 's'): string =>
  world.run({ kind: 'session.create', session: sessionRecord(id, 'node', change) });

const entry = (key: string): KvEntry | undefined => world.state.kv.get(key);

test('A session is created on its node, as the node spells itself', () => {
  expect([create({ nodeChecks: ['good'] }), world.state.sessions.get('s')?.node]).toEqual(['s', 'Node']);
  expect(world.state.sessions.get('s')).toMatchObject({ createIndex: 3, modifyIndex: 3 });
});

test.each<[Partial<Session>, string]>([
  [{ node: 'none' }, 'apply failed: Missing node registration'],
  [{ nodeChecks: ['none'] }, "apply failed: Missing check 'none' registration"],
  [{ checks: ['none'] }, "apply failed: Missing check 'none' registration"],
  [{ serviceChecks: [{ id: 'none', namespace: '' }] }, "apply failed: Missing check 'none' registration"],
  [{ nodeChecks: ['good', 'bad'] }, "apply failed: Check 'bad' is in critical state"],
])('A session on %j is refused: %s', (change, text) => {
  expect(() => create(change)).toThrow(text);
  expect([...world.state.sessions.all()]).toEqual([]);
});

test('A creation that is sent again answers the same and changes nothing', () => {
  create({ nodeChecks: ['good'] });
  const before = world.state.sessions.get('s');
  expect([create({ nodeChecks: ['bad'] }), world.changes, world.state.sessions.get('s')]).toEqual(['s', [], before]);
});

test('A destroyed session releases its keys, and says nothing of unknown ones', () => {
  create();
  world.put('a', 'one', { kind: 'acquire', session: 's' }, 7);
  world.put('b', 'two', { kind: 'acquire', session: 's' });
  expect(world.run({ kind: 'session.destroy', id: 's' })).toBe(true);
  const { index } = world.state;
  expect(entry('a')).toMatchObject({ session: '', lockIndex: 1, flags: 7, modifyIndex: index });
  expect([entry('b')?.session, [...world.state.kv.heldBy('s')], [...world.state.kv.lockDelays()]]).toEqual(['', [], []]);
  expect([world.run({ kind: 'session.destroy', id: 's' }), world.state.index]).toEqual([true, index]);
});

test('With the behavior delete its keys go', () => {
  create({ behavior: 'delete' });
  world.put('a', 'one', { kind: 'acquire', session: 's' });
  world.put('b', 'two');
  world.run({ kind: 'session.destroy', id: 's' });
  expect(world.state.kv.under('').map(({ key }) => key)).toEqual(['b']);
});

test.each([
  [15e9, 15_000],
  [90e9, 60_000],
  [0, undefined],
])('A lock delay of %d ns closes the keys for %s ms', (lockDelayNs, delayMs) => {
  create({ lockDelayNs, behavior: 'delete' });
  world.put('a', 'one', { kind: 'acquire', session: 's' });
  world.run({ kind: 'session.destroy', id: 's' });
  expect(world.state.kv.lockDelay('a')?.delayMs).toBe(delayMs);
});

test('A lock that was given up leaves no delay', () => {
  create({ lockDelayNs: 15e9 });
  world.put('a', 'one', { kind: 'acquire', session: 's' });
  world.put('a', 'one', { kind: 'release', session: 's' });
  world.run({ kind: 'session.destroy', id: 's' });
  expect([...world.state.kv.lockDelays()]).toEqual([]);
});

test('A renewal answers the session and writes nothing; for an unknown one it answers nothing', () => {
  create();
  expect(world.run({ kind: 'session.renew', id: 's' })?.id).toBe('s');
  expect([world.changes, world.run({ kind: 'session.renew', id: 'none' })]).toEqual([[], undefined]);
});
