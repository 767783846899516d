import fc from 'fast-check';
import { expect, test } from 'vitest';
import { command } from '../../test/fixtures/commands.ts';
import { queryDefinition, queryId } from '../../test/fixtures/queries.ts';
import { register, serviceDefinition, sessionRecord } from '../../test/fixtures/records.ts';
import { World } from '../../test/fixtures/world.ts';
import type { Command } from '../model/commands/command.ts';
import { messageOf } from '../runtime/errors.ts';
import { silentLogger } from '../runtime/logger.ts';
import { SeededRandom } from '../runtime/random.ts';
import type { State } from '../state/state.ts';
import { MemoryStore } from '../store/memory.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { Authority } from './authority.ts';
import { Batch } from './batch.ts';
import { commandRules } from './commands.ts';
import type { CommandRule } from './define-command.ts';
import { Draft } from './draft.ts';

/** The draft of a decision; a refusal has looked at things too. */
function draftOf(world: World, command: Command): Draft {
  const draft = new Draft(world.state);
  outcome(() => (commandRules[command.kind] as CommandRule).decide(draft, command));
  return draft;
}

function outcome(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return messageOf(error);
  }
}

function putOf(key: string, value: string = 'x'): Command {
  return { kind: 'kv.put', key, value: Buffer.from(value), flags: 0, condition: { kind: 'none' } };
}

const createSession = (id: string, node: string): Command => ({ kind: 'session.create', session: sessionRecord(id, node) });
const destroySession = (id: string): Command => ({ kind: 'session.destroy', id });
const acquire = (key: string, session: string): Command => ({ ...putOf(key), condition: { kind: 'acquire', session } }) as Command;
const deregister = (node: string): Command => ({ kind: 'catalog.deregister', node, serviceId: '', checkId: '' });

/** A world with nodes n and m, sessions s and t on them, and the key held by s. */
function settled(): World {
  const world = new World();
  world.run(register('n', { services: [serviceDefinition('web')] }));
  world.run(register('m'));
  world.run(createSession('s', 'n'));
  world.run(createSession('t', 'm'));
  world.run(acquire('held', 's'));
  return world;
}

test.each<[string, Command, string, Command, boolean]>([
  ['a put', putOf('a'), 'a put of another key', putOf('b'), false],
  ['a put', putOf('a'), 'a put of that key', putOf('a', 'y'), true],
  ['a put', putOf('a'), 'a delete of that key', { kind: 'kv.delete', key: 'a', cas: undefined }, true],
  ['a put', putOf('a/1'), 'a deletion of a tree above it', { kind: 'kv.delete-tree', prefix: 'a/' }, true],
  ['a put', putOf('a/1'), 'a deletion of another tree', { kind: 'kv.delete-tree', prefix: 'b' }, false],
  ['a put', putOf('a'), 'a put that is the same', putOf('a'), true],
  ['a registration', register('x'), 'one of another node', register('y'), false],
  ['a registration', register('x'), 'a deregistration of that node', deregister('X'), true],
  ['a deregistration', deregister('n'), 'a registration on that node', register('n'), true],
  [
    'a registration of a service',
    register('n', { services: [serviceDefinition('new')] }),
    'a deregistration of the node',
    deregister('n'),
    true,
  ],
  ['a registration of a new node', register('x'), 'a session on it', createSession('u', 'x'), true],
  ['a new session', createSession('u', 'n'), 'the end of its node', deregister('n'), true],
  ['a new session', createSession('u', 'n'), 'a lock by it', acquire('k', 'u'), true],
  ['a lock', acquire('k', 's'), 'the end of its session', destroySession('s'), true],
  ['a lock', acquire('k', 't'), 'the end of another session', destroySession('s'), false],
  ['a put of a held key', putOf('held', 'y'), 'the end of its session', destroySession('s'), true],
  ['the end of a session', destroySession('s'), 'its renewal', { kind: 'session.renew', id: 's' }, true],
  ['the end of a session', destroySession('t'), 'the renewal of another', { kind: 'session.renew', id: 's' }, false],
])('After %s (%j) %s (%j) must wait for the commit: %s', (_a, first, _b, second, waits) => {
  const world = settled();
  const batch = new Batch();
  batch.add(draftOf(world, first));
  expect(batch.conflictsWith(draftOf(world, second))).toBe(waits);
});

const [SESSION, OTHER] = [queryId(101), queryId(102)];
const createQuery = (number: number, name: string, session: string = ''): Command => ({
  kind: 'query.create',
  query: queryDefinition({ id: queryId(number), name, session }),
});
const renameQuery = (number: number, name: string): Command => ({
  kind: 'query.update',
  query: queryDefinition({ id: queryId(number), name }),
});
const deleteQuery = (number: number): Command => ({ kind: 'query.delete', id: queryId(number) });

test.each<[string, Command, string, Command, boolean]>([
  ['a query', createQuery(2, 'a'), 'one of another name', createQuery(3, 'b'), false],
  ['a query', createQuery(2, 'a'), 'one of that name', createQuery(3, 'A'), true],
  ['a query', createQuery(2, 'a'), 'one named as its id', createQuery(3, queryId(2)), true],
  ['a query without a name', createQuery(2, '', SESSION), 'another one', createQuery(3, '', OTHER), false],
  ['a query', createQuery(2, 'a', SESSION), 'the end of its session', destroySession(SESSION), true],
  ['a query', createQuery(2, 'a', SESSION), 'the end of another session', destroySession(OTHER), false],
  ['a new name', renameQuery(1, 'new'), 'a query of the old one', createQuery(2, 'Taken'), true],
  ['the end of a query', deleteQuery(1), 'one of its name', createQuery(2, 'taken'), true],
  ['the end of a session', destroySession(OTHER), "a query of its query's name", createQuery(2, 'bound'), true],
])('After %s (%j) %s (%j) must wait for the commit: %s', (_a, first, _b, second, waits) => {
  const world = settled();
  for (const id of [SESSION, OTHER]) world.run(createSession(id, 'n'));
  world.run(createQuery(1, 'taken'));
  world.run(createQuery(9, 'bound', OTHER));
  const batch = new Batch();
  batch.add(draftOf(world, first));
  expect(batch.changes.length).toBeGreaterThan(0);
  expect(batch.conflictsWith(draftOf(world, second))).toBe(waits);
});

test('A node id that a command of the batch writes is not looked up', () => {
  const world = settled();
  const batch = new Batch();
  const node = { ...register('x').node, id: 'id-1' };
  batch.add(draftOf(world, register(node)));
  expect(batch.conflictsWith(draftOf(world, register({ ...node, name: 'y' })))).toBe(true);
});

test('A batch is full by changes or by bytes, and takes what crosses the line', () => {
  const world = new World();
  const batch = new Batch({ maxChanges: 2, maxBytes: 10 });
  batch.add(draftOf(world, putOf('a')));
  expect(batch.isFull).toBe(false);
  batch.add(draftOf(world, putOf('b')));
  expect([batch.isFull, batch.changes.length]).toEqual([true, 2]);
  const heavy = new Batch({ maxChanges: 9, maxBytes: 10 });
  heavy.add(draftOf(world, putOf('a', 'x'.repeat(100))));
  expect([heavy.isFull, heavy.changes.length]).toEqual([true, 1]);
});

/** The state with the indexes after `base` made alike: a batch gives one index where single commits give many. */
function withoutNewIndexes(base: number): (name: string, value: unknown) => unknown {
  return (name, value) => {
    if ((name === 'createIndex' || name === 'modifyIndex') && Number(value) > base) return 'new';
    if (typeof value === 'string')
      return value.replaceAll(/(?<=current modify index )\d+/g, (index) => (Number(index) > base ? 'new' : index));
    return value;
  };
}

function contentOf(state: State, base: number): unknown[] {
  const text = JSON.stringify(
    state.records().sort((a, b) => (a.key < b.key ? -1 : 1)),
    withoutNewIndexes(base),
  );
  return JSON.parse(text) as unknown[];
}

async function authorityOn(world: World): Promise<{ authority: Authority; commits: () => number }> {
  const engine = new MemoryStore(new SeededRandom(1)).open();
  const leadership = await engine.campaign('a', new AbortController().signal);
  engine.raiseIndex(world.state.index);
  let commits = 0;
  const apply = (changes: Parameters<State['apply']>[0], index: number): void => {
    commits += 1;
    world.state.apply(changes, index);
  };
  const authority = new Authority({ engine, state: world.state, apply, clock: new FakeClock(), logger: silentLogger });
  authority.lead(leadership, { applied: () => {}, renewed: () => {} });
  return { authority, commits: () => commits };
}

const prelude = fc.array(command(), { minLength: 5, maxLength: 25 });

test('Deciding in batches gives the state and the results of one command per commit', async () => {
  let commandCount = 0;
  let commitCount = 0;
  const property = fc.asyncProperty(prelude, fc.nat(), async (before, seed) => {
    const single = new World();
    const batched = new World();
    for (const command of before) for (const world of [single, batched]) outcome(() => world.run(command));
    const base = single.state.index;
    const indexes = single.state.records().map(({ value }) => value.modifyIndex);
    const commands = fc.sample(fc.array(command(indexes), { minLength: 20, maxLength: 20 }), { seed, numRuns: 1 })[0] ?? [];
    const expected = commands.map((command) => outcome(() => single.run(command)));
    const { authority, commits } = await authorityOn(batched);
    const results = await Promise.all(commands.map((command) => authority.submit(command).catch(messageOf)));
    const plain = (value: unknown): unknown => JSON.stringify(value, withoutNewIndexes(base));
    for (const [i, command] of commands.entries()) expect(plain(results[i]), JSON.stringify(command)).toEqual(plain(expected[i]));
    expect(contentOf(batched.state, base)).toEqual(contentOf(single.state, base));
    commandCount += commands.length;
    commitCount += commits();
  });
  await fc.assert(property, { numRuns: 150 });
  expect(commitCount).toBeLessThan(commandCount / 2);
});
