import { beforeEach, expect, test } from 'vitest';
import { checkDefinition, register, serviceDefinition } from '../../test/fixtures/records.ts';
import { World } from '../../test/fixtures/world.ts';
import type { CatalogRegister } from '../model/commands/catalog.ts';

let world: World;

/** What an agent sends of its web service and two checks. */
const push = (change: Partial<CatalogRegister> = {}): CatalogRegister =>
  register('n', {
    services: [serviceDefinition('web')],
    checks: [checkDefinition('web-check', { serviceId: 'web' }), checkDefinition('disk')],
    owner: 'agent',
    skipNodeUpdate: true,
    isOfServer: true,
    ...change,
  });

const deregister = (serviceId: string, checkId: string = '', owner?: string): true =>
  world.run({ kind: 'catalog.deregister', node: 'N', serviceId, checkId, ...(owner === undefined ? {} : { owner }) });

const tombstones = (): string[] => [...world.state.tombstones.on('n')].map(({ kind, id, owner }) => `${kind} ${id} of ${owner}`);

function records(): string {
  const entry = world.state.catalog.entry('n');
  return [...(entry?.services ?? []), ...(entry?.checks ?? [])].map(({ id }) => id).join(' ');
}

beforeEach(() => {
  world = new World();
  world.run(push());
});

test('A service that others deregister stays away, with its checks, however often its agent sends it', () => {
  deregister('web');
  expect(tombstones()).toEqual(['service web of agent']);
  world.run(push());
  world.run(push({ services: [] }));
  expect(records()).toBe('disk');
});

test('A check that others deregister stays away, and its service does not', () => {
  deregister('', 'web-check');
  world.run(push());
  expect([records(), tombstones()]).toEqual(['web disk', ['check web-check of agent']]);
});

test('A transaction is another door too', () => {
  const operations = [{ on: 'service', verb: 'delete', node: 'n', service: serviceDefinition('web'), index: 0 }] as const;
  expect(world.run({ kind: 'txn', operations })).toMatchObject({ ok: true });
  world.run(push());
  expect([records(), tombstones()]).toEqual(['disk', ['service web of agent']]);
});

test('What an agent itself deregisters leaves nothing', () => {
  deregister('web', '', 'agent');
  deregister('', 'disk', 'agent');
  expect([records(), tombstones()]).toEqual(['', []]);
});

test('What no agent owned leaves nothing', () => {
  world.run(register('n', { services: [serviceDefinition('db')], skipNodeUpdate: true }));
  deregister('db');
  expect(tombstones()).toEqual([]);
});

test('A check of an agent on a service of nobody has its own tombstone when the service goes', () => {
  world.run(register('n', { services: [serviceDefinition('db')], skipNodeUpdate: true }));
  world.run(push({ services: [], checks: [checkDefinition('db-check', { serviceId: 'db' })] }));
  deregister('db');
  expect(tombstones()).toEqual(['check db-check of agent']);
});

test('A program that registers anew ends the tombstones of what it names, and of nothing else', () => {
  deregister('web');
  deregister('', 'disk');
  world.run(push({ checks: [checkDefinition('web-check', { serviceId: 'web' })], revives: true }));
  expect([records(), tombstones()]).toEqual(['web web-check', ['check disk of agent']]);
});

test('A check that is registered anew does not bring back its service, and is not refused for that', () => {
  deregister('web');
  world.run(push({ services: [], checks: [checkDefinition('web-check', { serviceId: 'web' })], revives: true }));
  expect([records(), tombstones()]).toEqual(['disk', ['service web of agent']]);
});

test.each([
  ['service', 'web', ''],
  ['check', '', 'disk'],
])('An agent that lets go of a %s that is gone ends its tombstone', (_kind, serviceId, checkId) => {
  deregister(serviceId, checkId);
  deregister(serviceId, checkId, 'agent');
  expect(tombstones()).toEqual([]);
});

test('An agent that lets go leaves alone what others put in its place', () => {
  deregister('web');
  world.run(register('n', { services: [serviceDefinition('web', { port: 81 })], skipNodeUpdate: true }));
  deregister('web', '', 'agent');
  expect(tombstones()).toEqual([]);
  expect(world.state.catalog.entry('n')?.services.get('web')?.port).toBe(81);
});

test('The tombstone of one agent binds no other', () => {
  deregister('web');
  deregister('web', '', 'other');
  world.run(push({ owner: 'other' }));
  expect([world.state.catalog.entry('n')?.services.get('web')?.owner, tombstones()]).toEqual(['other', ['service web of agent']]);
});

test('A node that goes takes its tombstones along, and comes back without any', () => {
  deregister('web');
  deregister('');
  expect(tombstones()).toEqual([]);
  world.run(push());
  expect(records()).toBe('web disk web-check');
});

test('There are never more tombstones than there were records, however often the same is taken away', () => {
  for (let round = 0; round < 5; round += 1) {
    world.run(push({ revives: true }));
    deregister('web');
    deregister('', 'disk');
  }
  expect(tombstones()).toEqual(['service web of agent', 'check disk of agent']);
});

test('A registration that is kept away moves no index', () => {
  deregister('web');
  deregister('', 'disk');
  const { index } = world.state;
  world.run(push());
  expect(world.state.index).toBe(index);
});
