import { beforeEach, expect, test } from 'vitest';
import { checkDefinition, register, serviceDefinition, sessionRecord } from '../../../test/fixtures/records.ts';
import { World } from '../../../test/fixtures/world.ts';

let world: World;

beforeEach(() => {
  world = new World();
  world.run(
    register('n', {
      services: [serviceDefinition('web'), serviceDefinition('api')],
      checks: [checkDefinition('node-check'), checkDefinition('web-check', { serviceId: 'web' })],
    }),
  );
  world.run({ kind: 'session.create', session: sessionRecord('s', 'n', { serviceChecks: [{ id: 'web-check', namespace: '' }] }) });
  world.run({ kind: 'session.create', session: sessionRecord('t', 'n', { checks: ['node-check'] }) });
});

function deregister(node: string, serviceId: string = '', checkId: string = ''): void {
  expect(world.run({ kind: 'catalog.deregister', node, serviceId, checkId })).toBe(true);
}

/** What is left, and which sessions. */
function left(): string {
  const entry = world.state.catalog.entry('n');
  const things = [...(entry?.services ?? []), ...(entry?.checks ?? [])].map(({ id }) => id);
  return [...things.toSorted(), ...[...world.state.sessions.all()].map(({ id }) => id).toSorted()].join(' ');
}

test('A service goes with its checks and the sessions on them', () => {
  deregister('N', 'web');
  expect(left()).toBe('api node-check t');
});

test('A service id goes before a check id', () => {
  deregister('n', 'api', 'node-check');
  expect(left()).toBe('node-check web web-check s t');
});

test('A check goes alone, with the sessions that stand on it', () => {
  deregister('n', '', 'node-check');
  expect(left()).toBe('api web web-check s');
});

test('A node goes with all that is on it', () => {
  deregister('n');
  expect([left(), world.state.catalog.entries()]).toEqual(['', []]);
});

test.each([
  ['a service of nobody', 'web', ''],
  ['a check of nobody', '', 'node-check'],
  ['a node', '', ''],
])('An agent removes what it registered, and never %s', (_what, serviceId, checkId) => {
  const before = left();
  world.run({ kind: 'catalog.deregister', node: 'n', serviceId, checkId, owner: 'agent' });
  expect(left()).toBe(before);
});

test.each([
  ['other', '', ''],
  ['other', 'web', ''],
  ['n', 'none', ''],
  ['n', '', 'none'],
])('Unknown things are fine and move no index: node %j, service %j, check %j', (node, serviceId, checkId) => {
  const { index } = world.state;
  deregister(node, serviceId, checkId);
  expect(world.state.index).toBe(index);
});
