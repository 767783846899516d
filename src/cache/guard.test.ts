/** The last-good guard: what is shown when a server comes back and knows less than before (LESSONS B7, DESIGN section 6). */
import { expect, test } from 'vitest';
import { cacheWorld, content, health, instance, instances, nodesOf, things } from '../../test/fixtures/cache.ts';
import type { CacheSettings } from './settings.ts';

const SECOND = 1_000;

/** Ten instances are held, the link was lost, and is back. */
async function world(settings: Partial<CacheSettings> = {}, lineage = 'second') {
  const made = cacheWorld({ settings: { guardMs: 30 * SECOND, ...settings } });
  made.link('first');
  await made.hold('web', instances(10), { topic: health, index: 100 });
  made.cut();
  await made.clock.advance(5 * SECOND);
  made.link(lineage);
  return made;
}
const shown = ({ cache }: Awaited<ReturnType<typeof world>>) => cache.peek(health, 'web');

test('a service that a new server does not know yet keeps its instances and its index, marked, while watchers sleep', async () => {
  const made = await world();
  let isWoken = false;
  const signal = new AbortController().signal;
  void made.cache.wait(health, 'web', 100, { timeoutMs: 300 * SECOND, signal }).then(() => {
    isWoken = true;
  });
  made.cache.put(health, 'web', content([], 3));
  await made.clock.advance(SECOND);
  expect(shown(made)).toMatchObject({ index: 100 });
  expect(shown(made)?.items).toHaveLength(10);
  expect(isWoken).toBe(false);
  expect(made.cache.freshness(health, 'web')).toEqual({ isLive: false, ageMs: 6 * SECOND, reason: 'guard' });
  expect(made.cache.stats()).toMatchObject({ guardsActive: 1, guarded: 1 });
  made.cache.read(health, 'web');
  expect(made.cache.stats().staleAnswers.guard).toBe(1);
});

test('the truth is shown when the guard ends, and watchers wake to it', async () => {
  const made = await world();
  const wait = made.cache.wait(health, 'web', 100, { timeoutMs: 300 * SECOND, signal: new AbortController().signal });
  made.cache.put(health, 'web', content([], 3));
  await made.clock.advance(30 * SECOND);
  expect(await wait).toBe(true);
  expect(shown(made)).toMatchObject({ index: 3, items: [] });
  expect(made.cache.freshness(health, 'web')).toEqual({ isLive: true });
  expect(made.cache.stats().guardsActive).toBe(0);
});

test('the truth is shown as soon as enough instances are back', async () => {
  const made = await world();
  made.cache.put(health, 'web', content([], 3));
  made.cache.put(health, 'web', content(instances(4), 4));
  expect(shown(made)?.items).toHaveLength(10);
  made.cache.put(health, 'web', content(instances(5), 5));
  expect(shown(made)).toMatchObject({ index: 5 });
  expect(made.cache.freshness(health, 'web')).toEqual({ isLive: true });
  await made.clock.advance(60 * SECOND);
  expect(made.clock.pendingTimers).toBe(0);
});

test.each([
  ['one of one', 1, 0, true],
  ['both of two', 2, 0, true],
  ['one of two', 2, 1, false],
  ['two of three', 3, 1, false],
  ['half', 6, 3, false],
  ['three of five', 5, 2, true],
  ['three of four', 4, 1, true],
  ['more than half of many', 100, 49, true],
  ['just half of many', 100, 50, false],
  ['none', 5, 5, false],
])('a loss of %s: doubted only if all, or more than half and at least three', async (_name, before, after, isDoubted) => {
  const made = cacheWorld();
  made.link();
  await made.hold('web', instances(before), { topic: health, index: 100 });
  made.cut();
  made.link();
  made.cache.put(health, 'web', content(instances(after), 101));
  expect(made.cache.stats().guardsActive).toBe(isDoubted ? 1 : 0);
  expect(made.cache.peek(health, 'web')?.items).toHaveLength(isDoubted ? before : after);
});

test('a loss in steps is measured against what was there when contact was lost', async () => {
  const made = await world({}, 'first');
  made.cache.put(health, 'web', content(instances(6), 101));
  expect(shown(made)?.items).toHaveLength(6);
  made.cache.put(health, 'web', content(instances(3), 102));
  expect(shown(made)?.items).toHaveLength(6);
  expect(made.cache.stats().guardsActive).toBe(1);
});

test('outside the window a removal shows at once', async () => {
  const made = await world({}, 'first');
  made.cache.confirm(health, 'web', 101);
  await made.clock.advance(30 * SECOND);
  made.cache.put(health, 'web', content([], 102));
  expect(shown(made)).toMatchObject({ index: 102, items: [] });
});

test('without a loss of contact a removal shows at once', async () => {
  const made = cacheWorld();
  made.link();
  await made.hold('web', instances(10), { topic: health, index: 100 });
  made.cache.put(health, 'web', content([], 102));
  expect(made.cache.peek(health, 'web')?.items).toEqual([]);
});

test.each(['interval', 'upstream'] as const)('under %s contact is not lost', async (reason) => {
  const made = cacheWorld();
  made.link();
  await made.hold('web', instances(10), { topic: health, index: 100 });
  made.cache.unlinked(reason, 0);
  made.cache.put(health, 'web', content([], 102));
  expect(made.cache.peek(health, 'web')?.items).toEqual([]);
});

test('a guard of zero is off', async () => {
  const made = await world({ guardMs: 0 });
  made.cache.put(health, 'web', content([], 3));
  expect(shown(made)?.items).toEqual([]);
});

test('other topics are not guarded', async () => {
  const made = cacheWorld();
  made.link();
  await made.hold('k', ['a', 'b', 'c'], { index: 5 });
  made.cut();
  made.link();
  made.cache.put(things, 'k', content([], 6));
  expect(made.cache.peek(things, 'k')?.items).toEqual([]);
});

test('what this agent deregistered itself is no loss, before and after', async () => {
  const before = cacheWorld();
  before.link();
  await before.hold('web', instances(1), { topic: health, index: 100 });
  before.cut();
  before.cache.forgetInstances('N0', ['web']);
  before.link();
  before.cache.put(health, 'web', content([], 101));
  expect(before.cache.peek(health, 'web')?.items).toEqual([]);

  const after = await world();
  after.cache.put(health, 'web', content([], 3));
  after.cache.forgetInstances('n0', ['web']);
  expect(nodesOf(shown(after))).toEqual(['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8', 'n9']);
  expect(shown(after)).toMatchObject({ index: 100 });
  for (let at = 1; at < 10; at += 1) after.cache.forgetInstances(`n${at}`, ['web']);
  expect(shown(after)).toMatchObject({ index: 3, items: [] });
  expect(after.cache.stats().guardsActive).toBe(0);
});

test('a deregistration of long ago does not hide a loss', async () => {
  const made = cacheWorld({ settings: { guardMs: 30 * SECOND } });
  made.link();
  made.cache.forgetInstances('n0', ['web']);
  await made.clock.advance(31 * SECOND);
  await made.hold('web', instances(1), { topic: health, index: 100 });
  made.cut();
  made.link();
  made.cache.put(health, 'web', content([], 101));
  expect(made.cache.peek(health, 'web')?.items).toHaveLength(1);
});

test('a link that comes and goes does not make the guard last longer than its time', async () => {
  const made = await world();
  made.cache.put(health, 'web', content([], 3));
  await made.clock.advance(20 * SECOND);
  made.cut();
  await made.clock.advance(10 * SECOND);
  expect(shown(made)).toMatchObject({ index: 3, items: [] });
  expect(made.cache.freshness(health, 'web')).toEqual({ isLive: false, ageMs: 10 * SECOND, reason: 'link-down' });
});

test('the link sees what came, not what is shown', async () => {
  const made = await world();
  made.cache.put(health, 'web', content(instances(2), 3));
  expect(made.cache.get(health, 'web')).toMatchObject({ index: 3, lineage: 'second' });
  expect(made.cache.get(health, 'web')?.items).toHaveLength(2);
  made.cache.confirm(health, 'web', 4);
  expect(shown(made)).toMatchObject({ index: 100 });
  expect(made.cache.get(health, 'web')).toMatchObject({ index: 4 });
});

test('who accepts nothing stale gets the truth', async () => {
  const made = await world();
  made.cache.put(health, 'web', content([], 3));
  const strict = { maxAgeMs: undefined, staleIfErrorMs: undefined, mustRevalidate: true };
  expect(made.cache.read(health, 'web', strict)).toMatchObject({ index: 3, items: [] });
});

test('a service that is let go while it is held back leaves no timer', async () => {
  const made = await world({ maxEntries: 1 });
  made.cache.put(health, 'web', content([], 3));
  await made.hold('other', ['a'], { index: 4 });
  await made.hold('another', ['a'], { index: 4 });
  expect(made.cache.stats().guardsActive).toBe(0);
  expect(made.clock.pendingTimers).toBe(0);
});

test('what was first seen after contact was back was never lost', async () => {
  const made = await world();
  await made.hold('new', instances(4), { topic: health, index: 5 });
  made.cache.put(health, 'new', content([], 6));
  expect(made.cache.peek(health, 'new')?.items).toEqual([]);
  made.cache.put(health, 'new', content(instances(4), 7));
  made.cut();
  made.link();
  made.cache.put(health, 'new', content([], 8));
  expect(made.cache.peek(health, 'new')?.items).toHaveLength(4);
});

test.each(['first', 'second'])(
  'what is new is shown with what is held back, and watchers wake to it and to the end (lineage %s)',
  async (lineage) => {
    const made = await world({}, lineage);
    const wait = (index: number) =>
      made.cache.wait(health, 'web', index, { timeoutMs: 300 * SECOND, signal: new AbortController().signal });
    const woken = wait(100);
    made.cache.put(health, 'web', content([instance('mine')], lineage === 'first' ? 103 : 3));
    await woken;
    const joined = shown(made);
    expect(nodesOf(joined)).toEqual([...nodesOf({ items: instances(10) } as never), 'mine']);
    expect(joined?.index).toBeGreaterThan(100);
    expect(made.cache.freshness(health, 'web')).toMatchObject({ reason: 'guard' });
    const end = wait(joined?.index ?? 0);
    let isOver = false;
    void end.then(() => {
      isOver = true;
    });
    await made.clock.advance(SECOND);
    expect(isOver).toBe(false);
    await made.clock.advance(30 * SECOND);
    expect(isOver).toBe(true);
    expect(nodesOf(shown(made))).toEqual(['mine']);
  },
);

test('what is new, and comes and goes by this agent, does not make the loss of the others believed', async () => {
  const made = await world({}, 'second');
  for (let round = 0; round < 12; round += 1) {
    made.cache.put(health, 'web', content([instance('mine')], 3 + 2 * round));
    made.cache.forgetInstances('mine', ['web']);
    made.cache.put(health, 'web', content([], 4 + 2 * round));
    made.cache.rememberInstances('mine', ['web']);
  }
  expect(shown(made)?.items).toHaveLength(10);
});

test('what was deregistered and is registered again is guarded again', async () => {
  const made = cacheWorld();
  made.link();
  await made.hold('web', instances(1), { topic: health, index: 100 });
  made.cut();
  made.cache.forgetInstances('n0', ['web']);
  made.cache.rememberInstances('N0', ['web']);
  made.link();
  made.cache.put(health, 'web', content([], 101));
  expect(made.cache.peek(health, 'web')?.items).toHaveLength(1);
});

test('the truth that is given while the guard shows something else is live', async () => {
  const made = await world();
  made.cache.put(health, 'web', content([], 3));
  const truth = await made.cache.read(health, 'web', { maxAgeMs: undefined, staleIfErrorMs: undefined, mustRevalidate: true });
  expect(made.cache.freshness(health, 'web', truth)).toEqual({ isLive: true });
  expect(made.cache.freshness(health, 'web', shown(made))).toMatchObject({ reason: 'guard' });
});
