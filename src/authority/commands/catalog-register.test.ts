import { beforeEach, expect, test } from 'vitest';
import { checkDefinition, nodeDefinition, register, serviceDefinition, sessionRecord } from '../../../test/fixtures/records.ts';
import { World } from '../../../test/fixtures/world.ts';
import type { Check } from '../../model/check.ts';
import type { CheckDefinition } from '../../model/commands/catalog.ts';
import type { Service } from '../../model/service.ts';

const ID_A = '0000000a-0000-4000-8000-000000000000';
const ID_B = '0000000b-0000-4000-8000-000000000000';

/** By a server, on its own node. */
const mine = { owner: 'me', isOfServer: true } as const;

let world: World;

beforeEach(() => {
  world = new World();
});

const service = (node: string, id: string): Service | undefined => world.state.catalog.entry(node)?.services.get(id);
const check = (node: string, id: string): Check | undefined => world.state.catalog.entry(node)?.checks.get(id);
const serfHealth = (status: 'passing' | 'critical'): CheckDefinition => checkDefinition('serfHealth', { status });

test('A registration is one write of all its parts, at one index', () => {
  const parts = {
    services: [serviceDefinition('web')],
    checks: [checkDefinition('c', { serviceId: 'web' }), checkDefinition('d')],
    ...mine,
  };
  expect(world.run(register('n', parts))).toBe(true);
  expect(world.state.index).toBe(2);
  expect(service('n', 'web')).toMatchObject({ node: 'n', owner: 'me', createIndex: 2, modifyIndex: 2 });
  expect([check('n', 'c')?.owner, check('n', 'd')?.modifyIndex]).toEqual(['me', 2]);
});

test('What is registered again as it is moves no index', () => {
  const again = register('n', { services: [serviceDefinition('web')], checks: [checkDefinition('c', { serviceId: 'web' })], ...mine });
  world.run(again);
  world.run(again);
  world.run({ ...again, owner: '' });
  expect([world.state.index, service('n', 'web')?.owner]).toEqual([2, 'me']);
});

test('Only the part that changed moves', () => {
  world.run(register('n', { services: [serviceDefinition('a'), serviceDefinition('b')] }));
  world.run(register('n', { services: [serviceDefinition('a', { port: 81 }), serviceDefinition('b')] }));
  const { catalog } = world.state;
  expect([service('n', 'a'), service('n', 'b'), catalog.node('n')].map((record) => record?.modifyIndex)).toEqual([3, 2, 2]);
  expect(service('n', 'a')?.createIndex).toBe(2);
});

test('A changed service replaces the record, without merging', () => {
  world.run(register('n', { services: [serviceDefinition('web', { tags: ['a'], meta: { a: '1' } })] }));
  world.run(register('n', { services: [serviceDefinition('web')] }));
  expect(service('n', 'web')).toMatchObject({ tags: [], meta: undefined });
});

test('A check takes the name and the tags of its service, now and when they change', () => {
  const web = serviceDefinition('web-1', { name: 'web', tags: ['v1'] });
  world.run(register('n', { services: [web], checks: [checkDefinition('c', { serviceId: 'web-1' })] }));
  expect(check('n', 'c')).toMatchObject({ serviceName: 'web', serviceTags: ['v1'] });
  world.run(register('n', { services: [{ ...web, name: 'www', tags: ['v2'] }] }));
  expect(check('n', 'c')).toMatchObject({ serviceName: 'www', serviceTags: ['v2'], modifyIndex: 3 });
});

test('A check of an unknown service is refused, and nothing of the request is written', () => {
  const command = register('n', { checks: [checkDefinition('c', { serviceId: 'none' })] });
  expect(() => world.run(command)).toThrow("Unknown service ID 'none' for check ID 'c'");
  expect([world.state.index, world.state.catalog.entries()]).toEqual([1, []]);
});

test('SkipNodeUpdate leaves a known node as it is, and makes an unknown one', () => {
  const moved = nodeDefinition('n', { address: '10.0.0.9' });
  world.run(register(moved, { skipNodeUpdate: true }));
  expect(world.state.catalog.node('n')?.address).toBe('10.0.0.9');
  world.run(register(nodeDefinition('n', { address: '' }), { skipNodeUpdate: true, services: [serviceDefinition('web')] }));
  expect([world.state.catalog.node('n')?.address, service('n', 'web')?.id]).toEqual(['10.0.0.9', 'web']);
});

test('A registration without an id keeps the one the node has', () => {
  world.run(register(nodeDefinition('n', { id: ID_A })));
  world.run(register(nodeDefinition('n', { address: '10.0.0.9' })));
  expect(world.state.catalog.node('n')).toMatchObject({ id: ID_A, address: '10.0.0.9', createIndex: 2 });
});

test('A known id under a new name renames: the old name and all on it are gone', () => {
  world.run(register(nodeDefinition('old', { id: ID_A }), { services: [serviceDefinition('web')], checks: [checkDefinition('c')] }));
  world.run({ kind: 'session.create', session: sessionRecord('s', 'old') });
  world.run(register(nodeDefinition('new', { id: ID_A })));
  expect([world.state.catalog.entry('old'), world.state.sessions.get('s')]).toEqual([undefined, undefined]);
  expect(world.state.catalog.nodeById(ID_A)?.name).toBe('new');
  expect(world.state.catalog.entry('new')?.services.size).toBe(0);
});

test('A new spelling of a name is no new name', () => {
  world.run(register(nodeDefinition('Web', { id: ID_A }), { services: [serviceDefinition('web')] }));
  world.run(register(nodeDefinition('WEB', { id: ID_A })));
  expect([world.state.catalog.node('web')?.name, service('web', 'web')?.id]).toEqual(['WEB', 'web']);
});

test('The name of a living node is not given to another id', () => {
  world.run(register(nodeDefinition('n', { id: ID_A }), { checks: [serfHealth('passing')] }));
  const text = `failed inserting node: Error while renaming Node ID: "${ID_B}": Node name N is reserved by node ${ID_A} with name n (10.0.0.1)`;
  expect(() => world.run(register(nodeDefinition('N', { id: ID_B })))).toThrow(text);
});

test('Nor by renaming one that is known under another name, which then stays', () => {
  world.run(register(nodeDefinition('n', { id: ID_A }), { checks: [serfHealth('passing')] }));
  world.run(register(nodeDefinition('m', { id: ID_B }), { services: [serviceDefinition('web')] }));
  const text = `Error while renaming Node ID: "${ID_B}" (10.0.0.1): Node name n is reserved by node ${ID_A} with name n (10.0.0.1)`;
  expect(() => world.run(register(nodeDefinition('n', { id: ID_B })))).toThrow(text);
  expect(service('m', 'web')?.id).toBe('web');
});

test('The name of a node whose agent is gone, or of one without an id, may be taken', () => {
  world.run(register(nodeDefinition('dead', { id: ID_A }), { checks: [serfHealth('critical')] }));
  world.run(register(nodeDefinition('dead', { id: ID_B })));
  expect([world.state.catalog.node('dead')?.id, world.state.catalog.nodeById(ID_A)]).toEqual([ID_B, undefined]);
  world.run(register('plain'));
  world.run(register(nodeDefinition('plain', { id: ID_A })));
  expect(world.state.catalog.node('plain')?.id).toBe(ID_A);
});

test('A check that turns critical ends the sessions that stand on it, in the same write', () => {
  world.run(register('n', { checks: [checkDefinition('c'), checkDefinition('d')] }));
  for (const [id, nodeChecks] of [
    ['s', ['c']],
    ['t', ['d']],
  ] as const) {
    world.run({ kind: 'session.create', session: sessionRecord(id, 'n', { nodeChecks }) });
  }
  world.run(register('n', { checks: [checkDefinition('c', { status: 'warning' })] }));
  expect(world.state.sessions.get('s')?.id).toBe('s');
  world.run(register('n', { checks: [checkDefinition('c', { status: 'critical' })] }));
  expect([world.state.sessions.get('s'), world.state.sessions.get('t')?.id]).toEqual([undefined, 't']);
});
