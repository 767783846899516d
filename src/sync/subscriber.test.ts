import { beforeEach, expect, test } from 'vitest';
import { addDigests, type Digest, EMPTY_DIGEST } from '../model/digest.ts';
import { type LogFields, type Logger, silentLogger } from '../runtime/logger.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { FakeSink } from '../testing/fake-sink.ts';
import { ScriptedLink } from '../testing/scripted-link.ts';
import { testTopic } from '../testing/test-topic.ts';
import { viewDigest } from '../topics/view-digest.ts';
import { AgentLinkMeters } from './agent-link-meters.ts';
import type { ViewChange, WholeView } from './frames.ts';
import { Outgoing } from './outgoing.ts';
import { Subscriber } from './subscriber.ts';

const topic = testTopic<unknown>('letters');
const digestOf = (items: readonly string[]): Digest => viewDigest(topic, items);

const whole = (key: string, index: number, items: readonly string[]): WholeView => ({
  t: 'view',
  topic: 'letters',
  key,
  index,
  digest: digestOf(items),
  items,
});

/** A change that puts one item at the end. */
const added = (key: string, from: number, before: readonly string[], item: string): ViewChange => ({
  ...{ t: 'change', topic: 'letters', key, from, index: from + 1, gone: [], put: [[before.length, item]] },
  digest: digestOf([...before, item]),
});

let clock: FakeClock;
let link: ScriptedLink;
let sink: FakeSink;
let meters: AgentLinkMeters;
let subscriber: Subscriber;
let disagreements: number;
let warnings: LogFields[];

beforeEach(() => {
  clock = new FakeClock();
  link = new ScriptedLink();
  sink = new FakeSink();
  sink.lineage = 'L';
  meters = new AgentLinkMeters();
  disagreements = 0;
  warnings = [];
  const logger: Logger = { ...silentLogger, warn: (fields) => warnings.push(fields) };
  const outgoing = new Outgoing(link, meters);
  subscriber = new Subscriber({
    outgoing,
    clock,
    logger,
    sink,
    meters,
    lineage: 'L',
    serverIndex: 0,
    disagree: () => (disagreements += 1),
  });
});

/** A view that is followed, as after a miss. */
async function follow(key: string, index: number, items: readonly string[]): Promise<void> {
  sink.want(topic, key);
  subscriber.subscribe(topic, key);
  await clock.settle();
  link.take('sub');
  subscriber.receive(whole(key, index, items), 100);
  sink.log.length = 0;
}

const shown = (key: string): unknown => sink.entry(topic, key)?.held?.items;

test('a miss is a question, and its answer is put', async () => {
  sink.want(topic, 'a');
  subscriber.subscribe(topic, 'a');
  await clock.settle();
  expect(link.frames).toEqual([{ t: 'sub', views: [['letters', 'a']], seen: 0 }]);
  subscriber.receive(whole('a', 5, ['x']), 100);
  expect(sink.log).toEqual(['put a 5']);
  expect(sink.entry(topic, 'a')?.held).toMatchObject({ index: 5, items: ['x'], sizeBytes: 100 });
  expect(meters).toMatchObject({ wholeViews: 1, followedViews: 1, unansweredViews: 0, resumedWhole: 0 });
});

test('changes are applied one after the other', async () => {
  await follow('a', 5, ['x']);
  subscriber.receive(added('a', 5, ['x'], 'y'), 20);
  subscriber.receive(added('a', 6, ['x', 'y'], 'z'), 20);
  expect(sink.log).toEqual(['put a 6', 'put a 7']);
  expect(shown('a')).toEqual(['x', 'y', 'z']);
  expect(meters.changesApplied).toBe(2);
});

test.each([
  ['a gap', added('a', 6, ['x', 'y'], 'z')],
  ['another digest', { ...added('a', 5, ['x'], 'y'), digest: [7, 7] as const }],
  ['positions that make no sense', { ...added('a', 5, ['x'], 'y'), gone: [3] }],
])(
  '%s in the changes: the view is doubted, asked for with what is right of it, and what comes before the answer is not shown',
  async (_, bad) => {
    await follow('a', 5, ['x']);
    subscriber.receive(bad, 20);
    expect(sink.log).toEqual(['doubt a']);
    expect(shown('a'), 'what was shown last was right then').toEqual(['x']);
    subscriber.receive(added('a', 7, ['x', 'y', 'z'], 'w'), 20);
    await clock.settle();
    expect(link.take('sub').views).toEqual([{ topic: 'letters', key: 'a', index: 5, digest: digestOf(['x']) }]);
    subscriber.receive(whole('a', 8, ['x', 'y', 'z', 'w']), 20);
    expect(sink.log).toEqual(['doubt a', 'put a 8']);
    expect(sink.entry(topic, 'a')?.isLive).toBe(true);
    subscriber.heartbeat({ t: 'hb', i: 8, d: digestOf(['x', 'y', 'z', 'w']) });
    expect(meters).toMatchObject({ brokenViews: 1, digestMismatches: 0, changesApplied: 0 });
  },
);

/** Answers every question about `a` with a view, and breaks it at once, for so long. Gives how often it was asked for. */
async function breakFor(seconds: number, between: readonly ViewChange[] = []): Promise<number> {
  let questions = 0;
  for (let step = 0; step < seconds * 100; step += 1) {
    if (link.has('sub')) {
      link.take('sub');
      questions += 1;
      for (const frame of [whole('a', 5, ['x']), ...between, { ...added('a', 500, ['x'], 'y') }]) subscriber.receive(frame, 20);
    }
    await clock.advance(10);
  }
  return questions;
}

test.each([
  ['at once', []],
  ['after a change that fits', [added('a', 5, ['x'], 'y')]],
])('a view that breaks %s whenever it is answered is asked for again after pauses that grow, not in a loop', async (_, between) => {
  await follow('a', 5, ['x']);
  subscriber.receive(added('a', 500, ['x'], 'y'), 20);
  expect(await breakFor(60, between), 'at 0, 1, 3, 7, 15, 31 s').toBe(6);
  expect(sink.entry(topic, 'a')?.isLive, 'doubted meanwhile').toBe(false);
  expect(warnings, 'one in a minute').toEqual([{ topic: 'letters', breaks: 2 }]);
  await breakFor(30, between);
  expect(warnings).toEqual([
    { topic: 'letters', breaks: 2 },
    { topic: 'letters', breaks: 6 },
  ]);
  subscriber.end();
  expect(clock.pendingTimers).toBe(0);
});

test('a view that stood for 30 s is asked for at once when it breaks', async () => {
  await follow('a', 5, ['x']);
  subscriber.receive(added('a', 500, ['x'], 'y'), 20);
  await breakFor(1);
  subscriber.receive(whole('a', 5, ['x']), 20);
  await clock.advance(30_000);
  expect(link.has('sub'), 'it came right by itself, and is not asked for').toBe(false);
  subscriber.receive(added('a', 500, ['x'], 'y'), 20);
  await clock.settle();
  expect(link.has('sub')).toBe(true);
});

test('a view that nobody wants any more is not asked for after its pause', async () => {
  await follow('a', 5, ['x']);
  subscriber.receive(added('a', 500, ['x'], 'y'), 20);
  await breakFor(0.5);
  subscriber.unsubscribe(topic, 'a');
  await clock.advance(60_000);
  expect(link.frames.map(({ t }) => t)).toEqual(['unsub']);
});

test('a whole view with a wrong digest is asked for again at the next heartbeat, not in a loop', async () => {
  sink.want(topic, 'a');
  subscriber.subscribe(topic, 'a');
  await clock.settle();
  link.take('sub');
  for (let round = 0; round < 3; round += 1) {
    subscriber.receive({ ...whole('a', 5, ['x']), digest: [3, 3] }, 100);
    await clock.settle();
    expect(link.frames).toEqual([]);
    subscriber.heartbeat({ t: 'hb', i: 9 });
    await clock.settle();
    expect(link.take('sub').views).toEqual([['letters', 'a']]);
  }
  expect(shown('a')).toBeUndefined();
  subscriber.receive(whole('a', 5, ['x']), 100);
  expect(shown('a')).toEqual(['x']);
});

test('`same` as an answer to a view of which nothing is held is no answer', async () => {
  sink.want(topic, 'a');
  subscriber.subscribe(topic, 'a');
  await clock.settle();
  link.take('sub');
  subscriber.receive({ t: 'same', topic: 'letters', key: 'a', index: 5 }, 20);
  expect(sink.log).toEqual(['doubt a']);
  subscriber.heartbeat({ t: 'hb', i: 9 });
  await clock.settle();
  expect(link.take('sub').views).toEqual([['letters', 'a']]);
});

test('on resume what is missing is asked for first, for somebody waits, and then the most used of what is held, with what is held', async () => {
  for (const [key, lineage] of [
    ['hot', 'L'],
    ['cold', 'L'],
    ['foreign', 'former'],
  ] as const) {
    sink.want(topic, key);
    sink.lineage = lineage;
    sink.put(topic, key, { index: 5, items: [key], sizeBytes: 1 });
  }
  sink.lineage = 'L';
  sink.want(topic, 'missing');
  sink.log.length = 0;
  subscriber.resume();
  await clock.settle();
  const held = (key: string) => ({ topic: 'letters', key, index: 5, digest: digestOf([key]) });
  expect(link.take('sub').views).toEqual([['letters', 'missing'], held('hot'), held('cold'), ['letters', 'foreign']]);
  const same = (key: string) => ({ t: 'same', topic: 'letters', key, index: 9 }) as const;
  subscriber.receive(same('hot'), 1);
  subscriber.receive(whole('cold', 8, ['other']), 1);
  subscriber.receive(whole('foreign', 2, ['new']), 1);
  expect(sink.log).toEqual(['confirm hot 9', 'put cold 8', 'put foreign 2']);
  expect(sink.backwards).toEqual([]);
  expect(meters).toMatchObject({ resumedSame: 1, resumedWhole: 1, wholeViews: 2 });
});

test('on resume of more than one frame, who waits is in the first, and a held view that somebody waits for goes to the front', async () => {
  for (let at = 0; at < 1_200; at += 1) {
    sink.want(topic, `held${at}`);
    sink.put(topic, `held${at}`, { index: 5, items: [], sizeBytes: 1 });
  }
  sink.want(topic, 'missing');
  subscriber.resume();
  await clock.settle();
  const keysOf = (): readonly string[] => link.take('sub').views.map((view) => ('key' in view ? view.key : view[1]));
  expect(keysOf().slice(0, 2)).toEqual(['missing', 'held0']);
  expect(link.has('sub')).toBe(false);
  subscriber.subscribe(topic, 'held1100');
  await clock.settle();
  expect(keysOf()[0]).toBe('held1100');
});

test('a view that is refused fails with the reason, and is followed no longer', async () => {
  await follow('a', 5, ['x']);
  subscriber.receive({ t: 'noview', topic: 'letters', key: 'a', error: { code: 'VIEW_TOO_LARGE', message: 'too large', status: 500 } }, 1);
  expect(sink.refusals.get('a')).toMatchObject({ code: 'VIEW_TOO_LARGE', message: 'too large' });
  expect(meters.followedViews).toBe(0);
  subscriber.heartbeat({ t: 'hb', i: 6, d: EMPTY_DIGEST });
  expect(meters.digestMismatches).toBe(0);
});

test('an unsubscribed view counts by the digests of its changes until the server confirms', async () => {
  await follow('a', 5, ['x']);
  await follow('b', 5, ['k']);
  sink.unwant(topic, 'a');
  subscriber.unsubscribe(topic, 'a');
  await clock.settle();
  expect(link.take('unsub').views).toEqual([['letters', 'a']]);
  subscriber.receive(added('a', 5, ['x'], 'y'), 20);
  subscriber.heartbeat({ t: 'hb', i: 6, d: addDigests(digestOf(['x', 'y']), digestOf(['k'])) });
  subscriber.receive({ t: 'unsubbed', views: [['letters', 'a']] }, 1);
  subscriber.heartbeat({ t: 'hb', i: 6, d: digestOf(['k']) });
  expect(sink.log).toEqual([]);
  expect(meters).toMatchObject({ digestMismatches: 0, followedViews: 1 });
});

test('a view that is wanted again while it leaves is asked for when it has left', async () => {
  await follow('a', 5, ['x']);
  sink.unwant(topic, 'a');
  subscriber.unsubscribe(topic, 'a');
  await clock.settle();
  sink.want(topic, 'a');
  subscriber.subscribe(topic, 'a');
  await clock.settle();
  expect(link.has('sub')).toBe(false);
  subscriber.receive(added('a', 5, ['x'], 'y'), 20);
  expect(shown('a')).toBeUndefined();
  subscriber.receive({ t: 'unsubbed', views: [['letters', 'a']] }, 1);
  await clock.settle();
  expect(link.take('sub').views).toEqual([['letters', 'a']]);
  subscriber.receive(whole('a', 6, ['x', 'y']), 20);
  expect(shown('a')).toEqual(['x', 'y']);
});

test('a view that is let go and wanted again at once is filled again, although the server calls it the same', async () => {
  await follow('a', 5, ['x']);
  sink.unwant(topic, 'a');
  subscriber.unsubscribe(topic, 'a');
  sink.want(topic, 'a');
  subscriber.subscribe(topic, 'a');
  await clock.settle();
  expect(link.has('unsub')).toBe(false);
  subscriber.receive({ t: 'same', topic: 'letters', key: 'a', index: 5 }, 1);
  expect(shown('a')).toEqual(['x']);
});

test('a view that is let go before it was asked for is not asked for', async () => {
  sink.want(topic, 'a');
  subscriber.subscribe(topic, 'a');
  subscriber.unsubscribe(topic, 'a');
  await clock.settle();
  expect(link.frames).toEqual([]);
});

test('a view that is let go while its question is on its way leaves, whatever the answer is', async () => {
  sink.want(topic, 'a');
  subscriber.subscribe(topic, 'a');
  await clock.settle();
  sink.unwant(topic, 'a');
  subscriber.unsubscribe(topic, 'a');
  await clock.settle();
  link.take('unsub');
  subscriber.receive(whole('a', 5, ['x']), 10);
  subscriber.heartbeat({ t: 'hb', i: 5, d: digestOf(['x']) });
  subscriber.receive({ t: 'unsubbed', views: [['letters', 'a']] }, 1);
  subscriber.heartbeat({ t: 'hb', i: 5, d: EMPTY_DIGEST });
  expect(meters).toMatchObject({ digestMismatches: 0, followedViews: 0, unansweredViews: 0 });
});

test('another sum than the server has: all views are compared, and only those that differ are touched', async () => {
  await follow('a', 5, ['x']);
  await follow('b', 5, ['k']);
  subscriber.heartbeat({ t: 'hb', i: 9, d: addDigests(digestOf(['x', 'lost']), digestOf(['k'])) });
  expect(meters.digestMismatches).toBe(1);
  await clock.settle();
  expect(link.take('sub').views).toEqual([
    { topic: 'letters', key: 'a', index: 5, digest: digestOf(['x']) },
    { topic: 'letters', key: 'b', index: 5, digest: digestOf(['k']) },
  ]);
  subscriber.receive(whole('a', 9, ['x', 'lost']), 10);
  subscriber.receive({ t: 'same', topic: 'letters', key: 'b', index: 5 }, 1);
  expect(sink.log).toEqual(['put a 9', 'confirm b 5']);
  subscriber.heartbeat({ t: 'hb', i: 9, d: addDigests(digestOf(['x', 'lost']), digestOf(['k'])) });
  expect(meters.digestMismatches).toBe(1);
  expect(disagreements).toBe(0);
});

test('sums that differ although all was compared end the link', async () => {
  await follow('a', 5, ['x']);
  subscriber.heartbeat({ t: 'hb', i: 9, d: [1, 1] });
  await clock.settle();
  link.take('sub');
  subscriber.heartbeat({ t: 'hb', i: 9, d: [1, 1] });
  expect(disagreements, 'the comparison is not done yet').toBe(0);
  subscriber.receive({ t: 'same', topic: 'letters', key: 'a', index: 5 }, 1);
  subscriber.heartbeat({ t: 'hb', i: 9, d: [1, 1] });
  expect(disagreements).toBe(1);
});

test('frames of views that nobody asked for are passed over', () => {
  subscriber.receive(whole('stray', 5, ['x']), 1);
  subscriber.receive(added('stray', 5, ['x'], 'y'), 1);
  subscriber.receive({ t: 'same', topic: '__proto__', key: 'stray', index: 5 }, 1);
  subscriber.receive({ t: 'unsubbed', views: [['letters', 'stray']] }, 1);
  subscriber.heartbeat({ t: 'hb', i: 5, d: EMPTY_DIGEST });
  expect(sink.log).toEqual([]);
  expect(meters.digestMismatches).toBe(0);
});

test('an upstream that is not live itself says so through to the sink, with its age, until it is', async () => {
  await follow('a', 5, ['x']);
  subscriber.receive({ t: 'upstream', isLive: false, ageMs: 300, reason: 'link-down' }, 1);
  await clock.settle();
  expect(sink.log).toEqual(['unlinked upstream 300']);
  await clock.advance(50);
  subscriber.receive(added('a', 5, ['x'], 'y'), 1);
  await clock.settle();
  expect(sink.log.slice(1)).toEqual(['put a 6', 'unlinked upstream 350']);
  subscriber.receive({ t: 'upstream', isLive: true, ageMs: 0, reason: '' }, 1);
  expect(sink.entry(topic, 'a')?.isLive).toBe(true);
});

test('lag is what the server is ahead while views are being asked for', async () => {
  await follow('a', 5, ['x']);
  meters.serverIndex = 20;
  subscriber.heartbeat({ t: 'hb', i: 20, d: digestOf(['x']) });
  expect(meters.lag).toBe(0);
  sink.want(topic, 'b');
  subscriber.subscribe(topic, 'b');
  await clock.settle();
  meters.serverIndex = 30;
  subscriber.heartbeat({ t: 'hb', i: 30, d: digestOf(['x']) });
  expect(meters.lag).toBe(10);
});
