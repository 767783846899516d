import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Check, CheckStatus } from '../model/check.ts';
import { SeededRandom } from '../runtime/random.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { FakeProber } from '../testing/fake-prober.ts';
import { AliasListeners } from './alias-listeners.ts';
import type { AliasedNode, AliasSource, RemoteAliasSource } from './alias-source.ts';
import type { CheckFields } from './check-fields.ts';
import { CheckMeters } from './check-meters.ts';
import type { CheckSink } from './check-sink.ts';
import { CheckScheduler } from './scheduler.ts';
import { checkSpecFrom } from './validate.ts';

/** The services and checks of a node, as `local/` has them. */
class FakeNode implements AliasSource, CheckSink {
  readonly nodeName = 'Edge-1';
  readonly services = new Set<string>();
  readonly checks = new Map<string, Check>();
  readonly listeners = new AliasListeners();
  reports = 0;

  hasService(serviceId: string): boolean {
    return this.services.has(serviceId);
  }

  checksOf(serviceId: string): Check[] {
    return [...this.checks.values()].filter((check) => check.serviceId === serviceId);
  }

  watchAliased(serviceId: string, listener: () => void): () => void {
    return this.listeners.watch(serviceId, listener);
  }

  put(id: string, serviceId: string, status: CheckStatus, output = ''): void {
    const type = this.checks.get(id)?.type ?? '';
    this.checks.set(id, { id, name: id, serviceId, status, output, type } as Check);
    this.listeners.changed(serviceId);
  }

  report(id: string, status: CheckStatus, output: string): void {
    this.reports += 1;
    const before = this.checks.get(id);
    if (before !== undefined && (before.status !== status || before.output !== output)) this.put(id, before.serviceId, status, output);
  }
}

/** Other nodes: one listener at a time. */
class FakeCatalog implements RemoteAliasSource {
  tell: ((known: AliasedNode | Error) => void) | undefined;
  asked: unknown;

  watchAliased(target: unknown, listener: (known: AliasedNode | Error) => void): () => void {
    this.asked = target;
    this.tell = listener;
    return () => (this.tell = undefined);
  }
}

let clock: FakeClock;
let node: FakeNode;
let catalog: FakeCatalog;
let scheduler: CheckScheduler;

function start(sources: { aliases?: AliasSource; remoteAliases?: RemoteAliasSource } = { aliases: node, remoteAliases: catalog }): void {
  scheduler = new CheckScheduler({
    clock,
    random: new SeededRandom(1),
    prober: new FakeProber(),
    sink: node,
    settings: { outputMaxBytes: 200, followRedirects: true },
    meters: new CheckMeters(clock),
    ...sources,
  });
}

/** Registers an alias check, as `local/` would. */
function alias(id: string, serviceId: string, fields: CheckFields): void {
  node.checks.set(id, { type: 'alias' } as Check);
  node.put(id, serviceId, 'critical');
  scheduler.set(id, checkSpecFrom(fields), { status: 'critical', output: '' });
}

const state = (id: string): string => `${node.checks.get(id)?.status} ${node.checks.get(id)?.output}`;

beforeEach(() => {
  clock = new FakeClock();
  node = new FakeNode();
  catalog = new FakeCatalog();
  start();
});

afterEach(async () => {
  await scheduler.stop();
  expect(clock.pendingTimers).toBe(0);
});

test('an alias is as healthy as its service, at once and after each change', async () => {
  node.services.add('web');
  node.put('w1', 'web', 'passing');
  alias('a', 'proxy', { aliasService: 'web' });
  await clock.settle();
  expect(state('a')).toBe('passing All checks passing.');
  node.put('w1', 'web', 'warning', 'slow');
  await clock.settle();
  expect(state('a')).toBe('warning Aliased check "w1" failing: slow');
  node.put('disk', '', 'critical', 'full');
  await clock.settle();
  expect(state('a')).toBe('critical Aliased check "disk" failing: full');
});

test('a service that is not there makes it critical, until it comes', async () => {
  alias('a', 'proxy', { aliasService: 'web' });
  await clock.settle();
  expect(state('a')).toBe('critical Service web could not be found on node Edge-1');
  node.services.add('web');
  node.listeners.changed('web');
  await clock.settle();
  expect(state('a')).toBe('passing No checks found.');
});

test('what came without a word is seen within a minute', async () => {
  alias('a', 'proxy', { aliasService: 'web' });
  await clock.settle();
  node.services.add('web');
  await clock.advance(59_999);
  expect(state('a')).toMatch(/^critical/);
  await clock.advance(1);
  expect(state('a')).toMatch(/^passing/);
});

test('many changes at once are looked at once', async () => {
  node.services.add('web');
  alias('a', 'proxy', { aliasService: 'web' });
  for (let i = 0; i < 100; i += 1) node.put(`w${i}`, 'web', 'critical');
  await clock.settle();
  expect(state('a')).toBe('critical Aliased check "w0" failing: ');
  expect(node.reports).toBe(1);
});

test('nothing is reported of an alias that was removed', async () => {
  alias('a', 'proxy', { aliasService: 'web' });
  scheduler.remove('a');
  node.listeners.changed('web');
  await clock.advance(120_000);
  expect(node.reports).toBe(0);
});

test('an alias of an alias follows through, however long the chain', async () => {
  const length = 2_000;
  for (let i = 0; i < length; i += 1) node.services.add(`s${i}`);
  const byService = new Map<string, Check[]>();
  node.checksOf = (serviceId) => byService.get(serviceId)?.map(({ id }) => node.checks.get(id) as Check) ?? [];
  for (let i = 1; i < length; i += 1) {
    alias(`a${i}`, `s${i}`, { aliasService: `s${i - 1}` });
    byService.set(`s${i}`, [node.checks.get(`a${i}`) as Check]);
  }
  node.put('c', 's0', 'critical', 'down');
  byService.set('s0', [node.checks.get('c') as Check]);
  await clock.settle();
  expect(state('a2')).toBe('critical Aliased check "c" failing: down');
  expect(state(`a${length - 1}`)).toBe('critical Aliased check "c" failing: down');
  node.put('c', 's0', 'passing');
  await clock.advance(0);
  expect(state(`a${length - 1}`)).toBe('passing All checks passing.');
});

test('aliases that stand for each other do not hold each other', async () => {
  for (const id of ['x', 'y', 'z']) node.services.add(id);
  node.put('own', 'x', 'critical', 'down');
  alias('x→y', 'x', { aliasService: 'y' });
  alias('y→z', 'y', { aliasService: 'z' });
  alias('z→x', 'z', { aliasService: 'x' });
  await clock.settle();
  expect(state('z→x')).toBe('critical Aliased check "own" failing: down');
  node.put('own', 'x', 'passing');
  await clock.settle();
  expect(['x→y', 'y→z', 'z→x'].map((id) => node.checks.get(id)?.status)).toEqual(['passing', 'passing', 'passing']);
});

test('aliases of the node itself leave out themselves and each other', async () => {
  node.services.add('web');
  node.put('w1', 'web', 'critical', 'down');
  alias('a', '', { aliasService: 'web' });
  alias('b', '', { aliasNode: 'edge-1' });
  await clock.settle();
  expect([state('a'), state('b')]).toEqual(['critical Aliased check "w1" failing: down', 'passing No checks found.']);
  node.put('w1', 'web', 'passing');
  await clock.settle();
  expect(state('a')).toBe('passing All checks passing.');
});

test('many aliases of the node itself neither hold nor quote each other, and cost no more than a look each', async () => {
  const count = 1_000;
  for (let i = 0; i < count; i += 1) alias(`a${i}`, '', { aliasNode: 'edge-1' });
  await clock.settle();
  expect(new Set([...node.checks.keys()].map(state))).toEqual(new Set(['passing No checks found.']));
  node.reports = 0;
  node.put('disk', '', 'critical', 'full');
  await clock.settle();
  node.checks.delete('disk');
  expect(new Set([...node.checks.keys()].map(state))).toEqual(new Set(['critical Aliased check "disk" failing: full']));
  // Once for the disk, once for what that changed.
  expect(node.reports).toBe(2 * count);
});

test('an alias that fails by itself is named', async () => {
  node.services.add('a').add('b');
  alias('b→c', 'b', { aliasService: 'c' });
  alias('a→b', 'a', { aliasService: 'b' });
  await clock.settle();
  expect(state('a→b')).toBe('critical Aliased check "b→c" failing: Service c could not be found on node Edge-1');
});

/** x → y → z → x. What is critical in x holds z→x. */
async function ring(): Promise<void> {
  for (const id of ['x', 'y', 'z']) node.services.add(id);
  node.put('own', 'x', 'critical', 'down');
  alias('x→y', 'x', { aliasService: 'y' });
  alias('y→z', 'y', { aliasService: 'z' });
  alias('z→x', 'z', { aliasService: 'x' });
  await clock.settle();
  expect(state('y→z')).toBe('passing No checks found.');
}

test('when a loop is broken, all that were part of it look again', async () => {
  await ring();
  scheduler.remove('x→y');
  node.checks.delete('x→y');
  node.listeners.changed('x');
  await clock.settle();
  expect(state('y→z')).toBe('critical Aliased check "own" failing: down');
});

test('a loop is also broken by an alias that moves to another service', async () => {
  await ring();
  node.checks.set('x→y', { ...(node.checks.get('x→y') as Check), serviceId: 'w' });
  node.listeners.changed('x');
  node.listeners.changed('w');
  await clock.settle();
  expect(state('y→z')).toBe('critical Aliased check "own" failing: down');
});

test('another node is watched through the catalog, and this one under its own name is not', async () => {
  alias('a', '', { aliasNode: 'n2', aliasService: 'web' });
  await clock.settle();
  expect([catalog.asked, node.reports]).toEqual([{ node: 'n2', service: 'web' }, 0]);
  catalog.tell?.({ exists: true, checks: [{ name: 'serf', serviceId: '', status: 'critical', output: 'gone' } as Check] });
  await clock.settle();
  expect(state('a')).toBe('critical Aliased check "serf" failing: gone');
  catalog.tell?.({ exists: false, checks: [] });
  await clock.settle();
  expect(state('a')).toBe('critical Service web could not be found on node n2');
  catalog.tell?.(new Error('No cluster leader'));
  await clock.settle();
  expect(state('a')).toBe('critical Failure checking aliased node or service: No cluster leader');
  scheduler.remove('a');
  expect(catalog.tell).toBeUndefined();
  alias('b', 'proxy', { aliasNode: 'EDGE-1', aliasService: 'web' });
  expect(catalog.tell).toBeUndefined();
});

test('nothing is reported of an alias of another node that is removed while another reports', async () => {
  alias('a', '', { aliasNode: 'n2' });
  const { tell } = catalog;
  alias('b', '', { aliasNode: 'n3' });
  const seen: string[] = [];
  node.report = (id) => {
    seen.push(id);
    scheduler.remove('b');
  };
  catalog.tell?.({ exists: true, checks: [] });
  tell?.({ exists: true, checks: [] });
  await clock.settle();
  expect(seen).toEqual(['a']);
});

test('without a source an alias is critical, and says why', async () => {
  start({});
  alias('a', '', { aliasService: 'web' });
  await clock.settle();
  expect(state('a')).toBe('critical Failure checking aliased node or service: this agent cannot look at it');
});
