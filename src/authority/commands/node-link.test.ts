import { beforeEach, expect, test } from 'vitest';
import { checkDefinition, nodeDefinition, register, serviceDefinition, sessionRecord } from '../../../test/fixtures/records.ts';
import { World } from '../../../test/fixtures/world.ts';
import type { LinkIdentity, LinkResult } from '../../model/commands/node.ts';
import { serfHealth } from '../../model/serf-health.ts';

const A = '0000000a-0000-4000-8000-000000000000';
const B = '0000000b-0000-4000-8000-000000000000';

let world: World;

beforeEach(() => {
  world = new World();
});

interface Claim extends Partial<LinkIdentity> {
  readonly node?: string;
  readonly replaces?: readonly string[];
  readonly address?: string;
}

/** Node `n`, id A, the first boot of its folder, unless said otherwise. */
function link(runId: string, { node = 'n', replaces = [], address = '10.0.0.1', ...identity }: Claim = {}): LinkResult {
  const full = { nodeId: A, boot: 1, isFresh: false, runId, ...identity };
  return world.run({ kind: 'node.link', node: nodeDefinition(node, { id: full.nodeId, address }), identity: full, replaces });
}

const agent = (node: string = 'n'): string => {
  const record = world.state.tables.agent.get(node);
  return record === undefined ? '' : `${record.node} ${record.nodeId === A ? 'A' : 'B'} ${record.boot} ${record.runId}`;
};

const health = (node: string = 'n'): string => world.state.catalog.entry(node)?.checks.get('serfHealth')?.status ?? 'none';

const owners = (): string[] => {
  const entry = world.state.catalog.entry('n');
  return [...(entry?.services ?? []), ...(entry?.checks ?? [])].map(({ id, owner }) => `${id}:${owner === A ? 'A' : owner && 'B'}`);
};

/** What agent A has on its node. */
const registerAll = (): true =>
  world.run(register('n', { services: [serviceDefinition('web')], checks: [checkDefinition('disk')], owner: A, skipNodeUpdate: true }));

const COPIED = /^node id .* belongs to a later start of node n \(10\.0\.0\.1\): the data directory here is a copy/;

test('A new agent has its node in the catalog, alive, in one write', () => {
  expect(link('a1')).toEqual({ kind: 'linked' });
  expect([agent(), health(), world.state.catalog.node('n')?.id, world.state.index]).toEqual(['n A 1 a1', 'passing', A, 2]);
  expect(world.state.catalog.entry('n')?.checks.get('serfHealth')).toMatchObject({
    name: 'Serf Health Status',
    output: 'Agent alive and reachable',
    owner: '',
  });
});

test('A reconnect of the same run moves no index', () => {
  link('a1');
  expect([link('a1'), world.state.index]).toEqual([{ kind: 'linked' }, 2]);
});

test('A restart takes over from the run before once that does not live, and keeps what is registered', () => {
  link('a1');
  registerAll();
  expect(link('a2', { boot: 2 })).toEqual({ kind: 'held', node: 'n', nodeId: A, runId: 'a1' });
  expect(link('a2', { boot: 2, replaces: ['a1'] })).toEqual({ kind: 'linked' });
  expect([agent(), owners()]).toEqual(['n A 2 a2', ['web:A', 'disk:A', 'serfHealth:']]);
});

test.each([
  ['the same boot', 3],
  ['an earlier boot', 2],
])('A copied disk (%s of another run) is refused, even if it would replace whoever is there', (_which, boot) => {
  link('a1', { boot: 3 });
  expect(() => link('copy', { boot })).toThrow(COPIED);
  expect(() => link('copy', { boot, replaces: ['a1'] })).toThrow(COPIED);
  expect(() => link('copy', { boot, node: 'other' })).toThrow(COPIED);
  expect(agent()).toBe('n A 3 a1');
});

test('Of two copies of one disk, the one that started later has the node, and the other is refused until it starts anew', () => {
  link('original', { boot: 5 });
  expect(link('copy', { boot: 6, replaces: ['original'] })).toEqual({ kind: 'linked' });
  expect(() => link('original', { boot: 5 })).toThrow(COPIED);
  expect(link('copy', { boot: 6 })).toEqual({ kind: 'linked' });
});

test('An agent that is forced out frees its node id for an older state of its disk', () => {
  link('a1', { boot: 9 });
  world.run({ kind: 'node.leave', node: 'n', nodeId: A });
  expect(link('a2', { boot: 3 })).toEqual({ kind: 'linked' });
});

test('The name of another agent is held, and given to nobody without asking', () => {
  link('a1');
  expect(link('b1', { nodeId: B })).toEqual({ kind: 'held', node: 'n', nodeId: A, runId: 'a1' });
  expect(link('b1', { nodeId: B, replaces: ['somebody'] })).toMatchObject({ kind: 'held' });
  expect(agent()).toBe('n A 1 a1');
});

test('Who takes over has what the other one registered, and the sessions go on', () => {
  link('a1');
  registerAll();
  world.run(register('n', { services: [serviceDefinition('db')], skipNodeUpdate: true }));
  world.run({ kind: 'session.create', session: sessionRecord('s', 'n', { nodeChecks: ['serfHealth'] }) });
  expect(link('b1', { nodeId: B, replaces: ['a1'] })).toEqual({ kind: 'linked', adoptedFrom: A });
  expect([agent(), owners()]).toEqual(['n B 1 b1', ['db:', 'web:B', 'disk:B', 'serfHealth:']]);
  expect([world.state.catalog.node('n')?.id, world.state.catalog.nodeById(A), world.state.sessions.get('s')?.id]).toEqual([
    B,
    undefined,
    's',
  ]);
});

test('Who takes over lets go of what others had taken away', () => {
  link('a1');
  registerAll();
  world.run({ kind: 'catalog.deregister', node: 'n', serviceId: 'web', checkId: '' });
  link('b1', { nodeId: B, replaces: ['a1'] });
  expect([...world.state.tombstones.on('n')]).toMatchObject([{ kind: 'service', id: 'web', owner: B }]);
});

test('Of two that want to take over, the second has to ask the first', () => {
  link('a1');
  link('b1', { nodeId: B, replaces: ['a1'] });
  const third = '0000000c-0000-4000-8000-000000000000';
  expect(link('c1', { nodeId: third, replaces: ['a1'] })).toMatchObject({ kind: 'held', runId: 'b1' });
});

test('The same agent with an empty disk (a configured node id, boot 1) has to ask for its own node, and erases nothing', () => {
  link('a1', { boot: 7 });
  registerAll();
  expect(link('a2', { boot: 1, isFresh: true })).toMatchObject({ kind: 'held', nodeId: A, runId: 'a1' });
  expect(link('a2', { boot: 1, isFresh: true, replaces: ['a1'] })).toEqual({ kind: 'linked', adoptedFrom: A });
  expect([agent(), owners()]).toEqual(['n A 1 a2', ['web:A', 'disk:A', 'serfHealth:']]);
});

test('An agent without a disk that has another name now gives the old one up', () => {
  link('a1', { boot: 7 });
  link('b1', { nodeId: B, node: 'm' });
  const fresh = { boot: 1, isFresh: true, node: 'm' };
  expect(link('a2', { ...fresh })).toMatchObject({ runId: 'a1' });
  expect(link('a2', { ...fresh, replaces: ['a1'] })).toMatchObject({ runId: 'b1' });
  expect(link('a2', { ...fresh, replaces: ['a1', 'b1'] })).toEqual({ kind: 'linked', adoptedFrom: B });
  expect([agent(), agent('m')]).toEqual(['', 'm A 1 a2']);
});

test('An agent that is restarted under another name takes its node along: nothing stays under the old one', () => {
  link('a1');
  registerAll();
  expect(link('a2', { boot: 2, node: 'new', replaces: ['a1'] })).toEqual({ kind: 'linked' });
  expect([world.state.catalog.entry('n'), agent(), agent('new')]).toEqual([undefined, '', 'new A 2 a2']);
});

test('A node that came through the catalog without an id is anybody’s; with one, there is nobody to ask', () => {
  world.run(register('n', { services: [serviceDefinition('db')] }));
  expect(link('a1')).toEqual({ kind: 'linked' });
  expect(owners()).toEqual(['db:', 'serfHealth:']);
  world.run(register(nodeDefinition('m', { id: B })));
  const third = '0000000c-0000-4000-8000-000000000000';
  expect(link('c1', { node: 'm', nodeId: third })).toEqual({ kind: 'held', node: 'm', nodeId: B, runId: '' });
  expect(link('c1', { node: 'm', nodeId: third, replaces: [''] })).toMatchObject({ kind: 'linked' });
});

test('The node of a server is never taken, neither its name nor its id', () => {
  world.run(register(nodeDefinition('s1', { id: B }), { services: [serviceDefinition('consul')], checks: [serfHealth(true)] }));
  expect(() => link('a1', { node: 'S1', replaces: [''] })).toThrow(`Node name S1 is reserved by node ${B} with name s1 (10.0.0.1)`);
  expect(() => link('b1', { nodeId: B, isFresh: true, replaces: [''] })).toThrow(/is a copy/);
  expect(agent('s1')).toBe('');
});

test('A service called consul that somebody puts on an agent’s node does not lock that agent out', () => {
  link('a1');
  world.run(register('n', { services: [serviceDefinition('consul')], skipNodeUpdate: true }));
  expect(link('a2', { boot: 2, replaces: ['a1'] })).toEqual({ kind: 'linked' });
});

test('A node whose id was changed through the catalog while its agent was gone is still its agent’s', () => {
  link('a1');
  world.run({ kind: 'node.health', node: 'n', nodeId: A, isAlive: false });
  world.run(register(nodeDefinition('n', { id: B })));
  expect(link('a1')).toEqual({ kind: 'linked' });
  expect([world.state.catalog.node('n')?.id, health()]).toEqual([A, 'passing']);
});

test('An agent that is not heard has a critical serfHealth, which ends sessions; one that is heard again a passing one', () => {
  link('a1');
  world.run({ kind: 'session.create', session: sessionRecord('s', 'n', { nodeChecks: ['serfHealth'] }) });
  expect(world.run({ kind: 'node.health', node: 'N', nodeId: A, isAlive: false })).toBe(true);
  expect(world.state.catalog.entry('n')?.checks.get('serfHealth')?.output).toBe('Agent not live or unreachable');
  expect([health(), world.state.sessions.get('s')]).toEqual(['critical', undefined]);
  world.run({ kind: 'node.health', node: 'n', nodeId: A, isAlive: true });
  expect(health()).toBe('passing');
});

test('What comes late of an agent that was replaced changes nothing', () => {
  link('a1');
  link('b1', { nodeId: B, replaces: ['a1'] });
  const { index } = world.state;
  expect(world.run({ kind: 'node.health', node: 'n', nodeId: A, isAlive: false })).toBe(false);
  expect(world.run({ kind: 'node.leave', node: 'n', nodeId: A })).toBe(false);
  expect([health(), world.state.index]).toEqual(['passing', index]);
});

test('What a replaced agent still had under way neither adds to nor takes from what its successor has', () => {
  link('a1');
  world.run(register('n', { services: [serviceDefinition('web')], owner: A, skipNodeUpdate: true }));
  link('b1', { nodeId: B, replaces: ['a1'] });
  world.run({ kind: 'catalog.deregister', node: 'n', serviceId: 'web', checkId: '', owner: A });
  const late = register('n', { services: [serviceDefinition('late')], owner: A, skipNodeUpdate: true });
  expect(() => world.run(late)).toThrow(`node n does not belong to agent ${A} any more: the agent has to link again`);
  expect(() => world.run({ ...late, isOfServer: true })).toThrow('does not belong');
  expect([...(world.state.catalog.entry('n')?.services ?? [])].map(({ id, owner }) => [id, owner])).toEqual([['web', B]]);
  expect([...world.state.tombstones.on('n')]).toEqual([]);
});

test('What an agent that has left still had under way does not bring its node back', () => {
  link('a1');
  world.run({ kind: 'node.leave', node: 'n', nodeId: A });
  const late = register(nodeDefinition('n', { id: A }), { services: [serviceDefinition('web')], owner: A, skipNodeUpdate: true });
  expect(() => world.run(late)).toThrow('has to link again');
  expect(world.state.catalog.entry('n')).toBeUndefined();
  link('a2', { boot: 2 });
  expect(world.run(late)).toBe(true);
});

test('A node of the catalog alone never gets a serfHealth, and is not left', () => {
  world.run(register(nodeDefinition('n', { id: A })));
  expect(world.run({ kind: 'node.health', node: 'n', nodeId: A, isAlive: false })).toBe(false);
  expect(world.run({ kind: 'node.leave', node: 'n', nodeId: A })).toBe(false);
  expect(health()).toBe('none');
});

test.each([
  ['its agent leaves', { kind: 'node.leave', node: 'n', nodeId: A } as const],
  ['others deregister it', { kind: 'catalog.deregister', node: 'n', serviceId: '', checkId: '' } as const],
])('A node goes with all that is on it, and that it was an agent’s, when %s', (_how, command) => {
  link('a1');
  registerAll();
  expect(world.run(command)).toBe(true);
  expect([world.state.catalog.entry('n'), agent()]).toEqual([undefined, '']);
});
