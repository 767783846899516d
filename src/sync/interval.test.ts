import { beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { FakeSink } from '../testing/fake-sink.ts';
import { ScriptedLink } from '../testing/scripted-link.ts';
import { testTopic } from '../testing/test-topic.ts';
import { viewDigest } from '../topics/view-digest.ts';
import { AgentLinkMeters } from './agent-link-meters.ts';
import type { WholeView } from './frames.ts';
import { IntervalSubscriber } from './interval.ts';
import { Outgoing } from './outgoing.ts';

const topic = testTopic<unknown>('letters');
const whole = (index: number, items: readonly string[]): WholeView => ({
  ...{ t: 'view', topic: 'letters', key: 'a', index, items },
  digest: viewDigest(topic, items),
});

let clock: FakeClock;
let link: ScriptedLink;
let sink: FakeSink;
let meters: AgentLinkMeters;
let interval: IntervalSubscriber;

beforeEach(() => {
  clock = new FakeClock();
  link = new ScriptedLink();
  sink = new FakeSink();
  sink.lineage = 'L';
  meters = new AgentLinkMeters();
  interval = new IntervalSubscriber({
    outgoing: new Outgoing(link, meters),
    clock,
    sink,
    meters,
    lineage: 'L',
    serverIndex: 0,
    intervalMs: 10_000,
  });
});

test('what is wanted is asked for once at the start, and once every interval, with what is held', async () => {
  sink.want(topic, 'a');
  interval.resume();
  await clock.settle();
  expect(link.take('sub')).toEqual({ t: 'sub', once: true, seen: 0, views: [['letters', 'a']] });
  interval.receive(whole(5, ['x']), 10);
  await clock.advance(9_999);
  expect(link.frames).toEqual([]);
  await clock.advance(1);
  await clock.settle();
  expect(link.take('sub').views).toEqual([{ topic: 'letters', key: 'a', index: 5, digest: viewDigest(topic, ['x']) }]);
  interval.receive({ t: 'same', topic: 'letters', key: 'a', index: 7 }, 1);
  expect(sink.entry(topic, 'a')?.held).toMatchObject({ index: 7, items: ['x'] });
  expect(meters).toMatchObject({ wholeViews: 1, resumedSame: 1, followedViews: 0 });
});

test('between two answers nothing is live, and the age is that of the last answer', async () => {
  sink.want(topic, 'a');
  interval.resume();
  await clock.settle();
  interval.receive(whole(5, ['x']), 10);
  await clock.settle();
  expect(sink.log).toEqual(['unlinked interval 0', 'put a 5', 'unlinked interval 0']);
  expect(sink.entry(topic, 'a')?.isLive).toBe(false);
});

test('a miss is asked for at once', async () => {
  interval.resume();
  sink.want(topic, 'a');
  interval.subscribe(topic, 'a');
  await clock.settle();
  expect(link.take('sub')).toMatchObject({ once: true, views: [['letters', 'a']] });
});

test('a round that is not answered is not asked again, and a refusal is an answer', async () => {
  sink.want(topic, 'a');
  interval.resume();
  await clock.settle();
  link.take('sub');
  await clock.advance(30_000);
  expect(link.frames).toEqual([]);
  interval.receive({ t: 'noview', topic: 'letters', key: 'a', error: { code: 'BAD_REQUEST', message: 'no', status: 400 } }, 1);
  expect(sink.refusals.get('a')?.message).toBe('no');
  await clock.advance(10_000);
  await clock.settle();
  expect(link.has('sub')).toBe(true);
});

test('a wrong answer is doubted, and asked for again in the next round', async () => {
  sink.want(topic, 'a');
  interval.resume();
  await clock.settle();
  link.take('sub');
  interval.receive({ ...whole(5, ['x']), digest: [1, 1] }, 10);
  expect(sink.log).toContain('doubt a');
  await clock.advance(10_000);
  await clock.settle();
  expect(link.take('sub').views).toEqual([['letters', 'a']]);
});

test('what is no longer wanted is not asked for, and its late answer is passed over', async () => {
  interval.resume();
  interval.subscribe(topic, 'early');
  interval.unsubscribe(topic, 'early');
  await clock.settle();
  expect(link.frames).toEqual([]);
  interval.subscribe(topic, 'a');
  await clock.settle();
  interval.unsubscribe(topic, 'a');
  interval.receive(whole(5, ['x']), 10);
  expect(sink.entry(topic, 'a')).toBeUndefined();
  expect(meters.unansweredViews).toBe(0);
});

test('lag is what the server went on since the round began', async () => {
  sink.want(topic, 'a');
  meters.serverIndex = 20;
  interval.resume();
  await clock.settle();
  interval.receive(whole(5, ['x']), 10);
  meters.serverIndex = 23;
  expect(meters.lag).toBe(3);
});

test('nothing is left running after the end', () => {
  sink.want(topic, 'a');
  interval.resume();
  interval.end();
  expect(clock.pendingTimers).toBe(0);
});
