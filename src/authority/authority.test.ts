import { beforeEach, expect, test } from 'vitest';
import { Gate } from '../../test/fixtures/gate.ts';
import { register, sessionRecord } from '../../test/fixtures/records.ts';
import type { Command } from '../model/commands/command.ts';
import type { Change } from '../model/record.ts';
import { KonsulError } from '../runtime/errors.ts';
import { silentLogger } from '../runtime/logger.ts';
import { SeededRandom } from '../runtime/random.ts';
import { State } from '../state/state.ts';
import { MemoryStore } from '../store/memory.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { Authority, type Duties } from './authority.ts';

let store: MemoryStore;
let gate: Gate;
let state: State;
let authority: Authority;
let told: string[];

beforeEach(async () => {
  store = new MemoryStore(new SeededRandom(1));
  gate = new Gate();
  state = new State('dc1');
  told = [];
  const engine = gate.wrap(store.open());
  const apply = (changes: readonly Change[], index: number): void => state.apply(changes, index);
  authority = new Authority({ engine, state, apply, clock: new FakeClock(), logger: silentLogger });
  authority.lead(await engine.campaign('a', new AbortController().signal), duties());
});

function duties(): Duties {
  return {
    applied: (changes) => told.push(`applied ${changes.map(({ key }) => key).join()}`),
    renewed: (id) => told.push(`renewed ${id}`),
  };
}

const putOf = (key: string, value: string = 'x'): Command => ({
  kind: 'kv.put',
  key,
  value: Buffer.from(value),
  flags: 0,
  condition: { kind: 'none' },
});

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'done',
    (error: unknown) => (error instanceof KonsulError ? error.code : String(error)),
  );

/** Lets what waits for promises only run out. */
async function settle(): Promise<void> {
  for (let i = 0; i < 50; i += 1) await Promise.resolve();
}

test('A result comes when its write is durable and in the state', async () => {
  gate.close();
  let done = false;
  const writing = authority.submit(putOf('a')).then(() => {
    done = true;
  });
  await settle();
  expect([done, state.kv.get('a')]).toEqual([false, undefined]);
  gate.open();
  await writing;
  expect([state.kv.get('a')?.modifyIndex, told]).toEqual([2, ['applied kv/a']]);
});

test('While one commit is in flight the next batch gathers, and all of it shares an index', async () => {
  gate.close();
  const first = authority.submit(putOf('a'));
  await settle();
  const rest = ['b', 'c', 'd'].map((key) => authority.submit(putOf(key)));
  await settle();
  gate.open();
  await Promise.all([first, ...rest]);
  expect(gate.commits).toEqual([['kv/a'], ['kv/b', 'kv/c', 'kv/d']]);
  expect(['b', 'c', 'd'].map((key) => state.kv.get(key)?.modifyIndex)).toEqual([3, 3, 3]);
});

test('A command that must see another’s write waits for its commit, and those behind it wait with it', async () => {
  const increments = Array.from({ length: 3 }, (_, i) =>
    authority.submit({
      kind: 'kv.put',
      key: 'a',
      value: Buffer.from(String(i)),
      flags: 0,
      condition: { kind: 'cas', index: i === 0 ? 0 : i + 1 },
    }),
  );
  const last = authority.submit(putOf('z'));
  expect(await Promise.all(increments)).toEqual([true, true, true]);
  await last;
  expect(gate.commits).toEqual([['kv/a'], ['kv/a'], ['kv/a', 'kv/z']]);
});

test('A command that changes nothing is answered without a commit, after those before it', async () => {
  const order: string[] = [];
  const note = (name: string) => (): number => order.push(name);
  await Promise.all([authority.submit(putOf('a')).then(note('put')), authority.submit(putOf('a')).then(note('same'))]);
  expect([order, gate.commits.length, state.index]).toEqual([['put', 'same'], 1, 2]);
});

test('A refused command says why and disturbs no other of its batch', async () => {
  const results = await Promise.allSettled([
    authority.submit(putOf('a')),
    authority.submit({ kind: 'session.create', session: sessionRecord('s', 'none') }),
    authority.submit(putOf('b')),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(gate.commits).toEqual([['kv/a', 'kv/b']]);
});

test('A failed commit is told to all whose commands were in it, changes nothing, and the next one is made', async () => {
  store.failNext('commit');
  const results = await Promise.all([codeOf(authority.submit(putOf('a'))), codeOf(authority.submit(putOf('b')))]);
  expect([results, state.index, told]).toEqual([['STORE_FAILED', 'STORE_FAILED'], 1, []]);
  expect(await codeOf(authority.submit(putOf('a')))).toBe('done');
});

test('Without the lead every command is refused', async () => {
  const other = new Authority({ engine: store.open(), state, apply: () => {}, clock: new FakeClock(), logger: silentLogger });
  expect([await codeOf(other.submit(putOf('a'))), other.leadership]).toEqual(['NO_LEADER', undefined]);
  expect(await codeOf(other.exclusively(async () => 1))).toBe('NO_LEADER');
});

test('When the lead is lost all that wait are refused with it', async () => {
  gate.close();
  const results = [codeOf(authority.submit(putOf('a')))];
  await settle();
  results.push(codeOf(authority.submit(putOf('b'))), codeOf(authority.submit(putOf('b', 'y'))));
  store.depose();
  gate.open();
  expect(await Promise.all(results)).toEqual(['NO_LEADER', 'NO_LEADER', 'NO_LEADER']);
  expect([gate.commits.length, state.index]).toEqual([1, 1]);
});

test('Stopping refuses what comes and finishes what came', async () => {
  gate.close();
  const before = [codeOf(authority.submit(putOf('a')))];
  await settle();
  before.push(codeOf(authority.submit(putOf('a', 'y'))), codeOf(authority.submit(putOf('b'))));
  const stopping = authority.stop();
  const late = codeOf(authority.submit(putOf('c')));
  expect([await late, authority.leadership]).toEqual(['NO_LEADER', undefined]);
  gate.open();
  await stopping;
  expect(await Promise.all(before)).toEqual(['done', 'done', 'done']);
  expect(state.kv.under('').length).toBe(2);
});

test('A new lead goes on where the old one stopped', async () => {
  await authority.stop();
  store.depose();
  authority.lead(await store.open().campaign('a', new AbortController().signal), duties());
  expect(await codeOf(authority.submit(putOf('a')))).toBe('done');
});

test('Exclusive work runs between two commits, and what is submitted meanwhile waits for it', async () => {
  const order: string[] = [];
  const note = (name: string) => (): number => order.push(name);
  gate.close();
  const first = authority.submit(putOf('a')).then(note('a'));
  await settle();
  const work = authority.exclusively(async () => {
    order.push('work begins');
    await settle();
    order.push('work ends');
    return 7;
  });
  const second = authority.submit(putOf('b')).then(note('b'));
  gate.open();
  expect(await work).toBe(7);
  await Promise.all([first, second]);
  expect(order).toEqual(['a', 'work begins', 'work ends', 'b']);
});

test('Exclusive work gets its turn however many writes keep coming', async () => {
  let isDone = false;
  let writes = 0;
  const write = async (): Promise<void> => {
    if (isDone || writes > 1_000) return;
    writes += 1;
    const next = authority.submit(putOf('a', String(writes)));
    await Promise.resolve();
    void write();
    await next;
  };
  void write();
  await authority.exclusively(async () => {
    isDone = true;
  });
  expect(writes).toBeLessThan(1_000);
});

test('Two exclusive works run one after the other, and a failed one lets the next one in', async () => {
  const order: string[] = [];
  const works = ['first', 'second'].map((name) =>
    authority.exclusively(async () => {
      order.push(`${name} begins`);
      await settle();
      order.push(`${name} ends`);
      if (name === 'first') throw new KonsulError('STORE_FAILED', 'no');
    }),
  );
  expect(await Promise.all(works.map(codeOf))).toEqual(['STORE_FAILED', 'done']);
  expect(order).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
  expect(await codeOf(authority.submit(putOf('a')))).toBe('done');
});

test('A renewal is told at its arrival, before anything that comes later', async () => {
  await authority.submit(register('n'));
  await authority.submit({ kind: 'session.create', session: sessionRecord('s', 'n') });
  gate.close();
  const writing = authority.submit(putOf('a'));
  await settle();
  const renewing = authority.submit({ kind: 'session.renew', id: 's' });
  expect(told.at(-1)).toBe('renewed s');
  gate.open();
  expect((await renewing)?.id).toBe('s');
  await writing;
});

test('More than can ever be written are refused, so that the queue has a bound', async () => {
  gate.close();
  const codes: Promise<string>[] = [];
  for (let i = 0; i <= 100_000; i += 1) codes.push(codeOf(authority.submit({ kind: 'kv.delete', key: 'none', cas: undefined })));
  expect(await codes.at(-1)).toBe('STORE_FAILED');
  gate.open();
  expect(await codes[0]).toBe('done');
});
