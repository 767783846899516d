import { beforeEach, expect, test } from 'vitest';
import { checkDefinition, nodeDefinition, register, serviceDefinition, sessionRecord } from '../../../test/fixtures/records.ts';
import { World } from '../../../test/fixtures/world.ts';
import type { CatalogVerb, KvVerb, TxnEntry, TxnKv, TxnOperation, TxnResult } from '../../model/commands/txn.ts';

const NODE_ID = '0000000a-0000-4000-8000-000000000000';

let world: World;
/** The index of everything that is there when a test begins. */
let start: number;

beforeEach(() => {
  world = new World();
  world.run(register(nodeDefinition('n', { id: NODE_ID }), { services: [serviceDefinition('web')], checks: [checkDefinition('c')] }));
  for (const id of ['s', 't']) world.run({ kind: 'session.create', session: sessionRecord(id, 'n', { lockDelayNs: 15e9 }) });
  world.put('k', 'one');
  world.put('locked', 'one', { kind: 'acquire', session: 's' });
  start = world.state.index;
});

const kv = (verb: KvVerb, key: string, change: Partial<TxnKv> = {}): TxnKv => ({
  on: 'kv',
  verb,
  key,
  value: Buffer.from('new'),
  flags: 0,
  index: 0,
  session: '',
  ...change,
});

const node = (verb: CatalogVerb, name: string, index: number = 0, id: string = ''): TxnOperation => ({
  on: 'node',
  verb,
  node: nodeDefinition(name, { id, address: '10.0.0.7' }),
  index,
});

const service = (verb: CatalogVerb, id: string, index: number = 0, on: string = 'n'): TxnOperation => ({
  on: 'service',
  verb,
  node: on,
  service: serviceDefinition(id, { port: 99 }),
  index,
});

const check = (verb: CatalogVerb, id: string, index: number = 0, on: string = 'n'): TxnOperation => ({
  on: 'check',
  verb,
  node: on,
  check: checkDefinition(id, { status: 'warning' }),
  index,
});

const run = (...operations: readonly TxnOperation[]): TxnResult => world.run({ kind: 'txn', operations });

/** One line for each result. */
function shown(entry: TxnEntry): string {
  if (entry.on === 'kv')
    return `${entry.entry.key}${entry.withValue ? `=${Buffer.from(entry.entry.value).toString()}` : ''}@${entry.entry.modifyIndex}`;
  if (entry.on === 'node') return `${entry.node.name}@${entry.node.modifyIndex}`;
  return entry.on === 'service' ? `${entry.service.id}@${entry.service.modifyIndex}` : `${entry.check.id}@${entry.check.modifyIndex}`;
}

const results = (result: TxnResult): unknown =>
  result.ok ? result.results.map(shown) : result.errors.map(({ opIndex, what }) => `${opIndex}: ${what}`);

const K_INDEX = 5;
const LOCKED_INDEX = 6;
const NODE_INDEX = 2;
const NEW_INDEX = 7;

test.each<[string, TxnOperation, readonly string[]]>([
  ['set of a new key', kv('set', 'new'), [`new@${NEW_INDEX}`]],
  ['set of a known key', kv('set', 'k'), [`k@${NEW_INDEX}`]],
  ['cas of a key that is not there', kv('cas', 'new'), [`new@${NEW_INDEX}`]],
  ['cas at the right index', kv('cas', 'k', { index: K_INDEX }), [`k@${NEW_INDEX}`]],
  ['lock', kv('lock', 'k', { session: 's' }), [`k@${NEW_INDEX}`]],
  ['lock by the holder', kv('lock', 'locked', { session: 's' }), [`locked@${NEW_INDEX}`]],
  ['unlock', kv('unlock', 'locked', { session: 's' }), [`locked@${NEW_INDEX}`]],
  ['get', kv('get', 'k'), [`k=one@${K_INDEX}`]],
  ['get-or-empty of a key', kv('get-or-empty', 'k'), [`k=one@${K_INDEX}`]],
  ['get-or-empty of none', kv('get-or-empty', 'none'), ['none=@0']],
  ['get-tree', kv('get-tree', ''), [`k=one@${K_INDEX}`, `locked=one@${LOCKED_INDEX}`]],
  ['get-tree of nothing', kv('get-tree', 'none'), []],
  ['check-index', kv('check-index', 'k', { index: K_INDEX }), [`k@${K_INDEX}`]],
  ['check-session', kv('check-session', 'locked', { session: 's' }), [`locked@${LOCKED_INDEX}`]],
  ['check-not-exists', kv('check-not-exists', 'none'), []],
  ['delete', kv('delete', 'k'), []],
  ['delete of none', kv('delete', 'none'), []],
  ['delete-tree', kv('delete-tree', ''), []],
  ['delete-cas', kv('delete-cas', 'k', { index: K_INDEX }), []],
  ['delete-cas of none', kv('delete-cas', 'none', { index: 9 }), []],
  ['get of a node', node('get', 'N'), [`n@${NODE_INDEX}`]],
  ['get of a node by its id', node('get', '', 0, NODE_ID), [`n@${NODE_INDEX}`]],
  ['set of a node', node('set', 'm'), [`m@${NEW_INDEX}`]],
  ['cas of a new node', node('cas', 'm'), [`m@${NEW_INDEX}`]],
  ['cas of a node', node('cas', 'n', NODE_INDEX), [`n@${NEW_INDEX}`]],
  ['delete of a node', node('delete', 'n'), []],
  ['delete of no node', node('delete', 'none'), []],
  ['delete-cas of a node', node('delete-cas', 'n', NODE_INDEX), []],
  ['get of a service', service('get', 'web'), [`web@${NODE_INDEX}`]],
  ['set of a service', service('set', 'web'), [`web@${NEW_INDEX}`]],
  ['cas of a new service', service('cas', 'new'), [`new@${NEW_INDEX}`]],
  ['delete of a service', service('delete', 'web'), []],
  ['delete-cas of a service', service('delete-cas', 'web', NODE_INDEX), []],
  ['get of a check', check('get', 'c'), [`c@${NODE_INDEX}`]],
  ['set of a check', check('set', 'c'), [`c@${NEW_INDEX}`]],
  ['cas of a check', check('cas', 'c', NODE_INDEX), [`c@${NEW_INDEX}`]],
  ['delete of a check', check('delete', 'c'), []],
  ['delete-cas of a check', check('delete-cas', 'c', NODE_INDEX), []],
])('%s succeeds', (_, operation, expected) => {
  expect(start).toBe(NEW_INDEX - 1);
  expect(results(run(operation))).toEqual(expected);
});

test.each<[TxnOperation, string]>([
  [kv('cas', 'k'), 'failed to set key "k", index is stale'],
  [kv('cas', 'none', { index: 9 }), 'failed to set key "none", index is stale'],
  [kv('lock', 'locked', { session: 't' }), 'failed to lock key "locked", lock is already held'],
  [kv('lock', 'k', { session: 'nobody' }), 'invalid session "nobody"'],
  [kv('lock', 'k'), 'missing session'],
  [kv('unlock', 'locked', { session: 't' }), 'failed to unlock key "locked", lock isn\'t held, or is held by another session'],
  [kv('unlock', 'none', { session: 't' }), 'failed to unlock key "none", lock isn\'t held, or is held by another session'],
  [kv('get', 'none'), 'key "none" doesn\'t exist'],
  [kv('check-index', 'none', { index: 4 }), 'failed to check index, key "none" doesn\'t exist'],
  [kv('check-index', 'k', { index: 4 }), 'failed index check for key "k", current modify index 5 != 4'],
  [kv('check-session', 'none', { session: 's' }), 'failed to check session, key "none" doesn\'t exist'],
  [kv('check-session', 'locked', { session: 't' }), 'failed session check for key "locked", current session "s" != "t"'],
  [kv('check-not-exists', 'k'), 'key "k" exists'],
  [kv('delete-cas', 'k', { index: 4 }), 'failed to delete key "k", index is stale'],
  [node('get', 'none'), 'node "none" doesn\'t exist'],
  [node('cas', 'n'), 'failed to set node "n", index is stale'],
  [node('delete-cas', 'n', 9), 'failed to delete node "n", index is stale'],
  [node('delete-cas', 'none', 9), 'failed to delete node "none", index is stale'],
  [service('get', 'none'), 'service "none" on node "n" doesn\'t exist'],
  [service('cas', 'web', 9), 'failed to set service "web" on node "n", index is stale'],
  [service('delete-cas', 'web', 9), 'failed to delete service "web" on node "n", index is stale'],
  [service('set', 'web', 0, 'none'), 'Missing node registration'],
  [check('get', 'none'), 'check "none" on node "n" doesn\'t exist'],
  [check('cas', 'c', 9), 'failed to set check "c" on node "n", index is stale'],
  [check('delete-cas', 'c', 9), 'failed to delete check "c" on node "n", index is stale'],
  [check('set', 'c', 0, 'none'), 'Missing node registration'],
])('%j fails: %s', (operation, what) => {
  expect(run(operation)).toEqual({ ok: false, errors: [{ opIndex: 0, what }] });
  expect([world.changes, world.state.index]).toEqual([[], start]);
});

test('A key in its lock delay is not locked', () => {
  world.run({ kind: 'session.destroy', id: 's' });
  expect(results(run(kv('lock', 'locked', { session: 't' })))).toEqual(['0: failed to lock key "locked" due to lock delay']);
});

test('Each operation sees what the ones before it wrote, and all get one index', () => {
  const result = run(kv('set', 'a'), kv('get', 'a'), kv('cas', 'a'), kv('delete', 'k'), kv('check-not-exists', 'k'), kv('get-tree', ''));
  expect(results(result)).toEqual(['2: failed to set key "a", index is stale']);
  const again = run(kv('set', 'a'), kv('get', 'a'), kv('delete', 'k'), kv('check-not-exists', 'k'), kv('get-tree', ''));
  expect(results(again)).toEqual([`a@${NEW_INDEX}`, `a=new@${NEW_INDEX}`, `a=new@${NEW_INDEX}`, `locked=one@${LOCKED_INDEX}`]);
});

test('All operations are evaluated: every failure is told, and nothing is written', () => {
  const result = run(kv('get', 'none'), kv('set', 'a'), kv('check-not-exists', 'a'), node('set', 'm'), service('get', 'none'));
  expect(results(result)).toEqual(['0: key "none" doesn\'t exist', '2: key "a" exists', '4: service "none" on node "n" doesn\'t exist']);
  expect([world.state.kv.get('a'), world.state.catalog.node('m'), world.state.index]).toEqual([undefined, undefined, start]);
});

test('A transaction that only reads moves no index', () => {
  expect(results(run(kv('get', 'k'), node('get', 'n')))).toEqual([`k=one@${K_INDEX}`, `n@${NODE_INDEX}`]);
  expect(world.state.index).toBe(start);
});

test('A key that is set and deleted in one transaction leaves nothing, and moves the index of no key', () => {
  run(kv('set', 'a'), kv('delete', 'a'));
  expect([world.state.kv.get('a'), world.state.kv.keyIndex('a')]).toEqual([undefined, LOCKED_INDEX]);
});

test('A node, its service and its check can be made in one transaction, and a critical check ends sessions', () => {
  world.run({ kind: 'session.create', session: sessionRecord('u', 'n', { nodeChecks: ['c'] }) });
  run(node('set', 'm'), service('set', 'web', 0, 'm'), {
    on: 'check',
    verb: 'set',
    node: 'm',
    check: checkDefinition('d', { serviceId: 'web' }),
    index: 0,
  });
  expect(world.state.catalog.entry('m')?.checks.get('d')).toMatchObject({ serviceName: 'web', createIndex: start + 2 });
  run({ on: 'check', verb: 'set', node: 'n', check: checkDefinition('c', { status: 'critical' }), index: 0 });
  expect(world.state.sessions.get('u')).toBeUndefined();
});
