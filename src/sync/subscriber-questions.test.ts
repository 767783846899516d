import { beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { ScriptedLink } from '../testing/scripted-link.ts';
import { testTopic } from '../testing/test-topic.ts';
import { AgentLinkMeters } from './agent-link-meters.ts';
import { Outgoing } from './outgoing.ts';
import { SubscriberQuestions } from './subscriber-questions.ts';
import { SubscribedView } from './subscriber-view.ts';

const topic = testTopic<unknown>('letters');
const viewsOf = (count: number, prefix = 'v'): SubscribedView[] =>
  Array.from({ length: count }, (_, at) => new SubscribedView(topic, `${prefix}${at}`));

let clock: FakeClock;
let link: ScriptedLink;
let meters: AgentLinkMeters;
let questions: SubscriberQuestions;

beforeEach(() => {
  clock = new FakeClock();
  link = new ScriptedLink();
  meters = new AgentLinkMeters();
  questions = new SubscriberQuestions({ outgoing: new Outgoing(link, meters), clock, meters, isOnce: false, seen: () => 42 });
});

const sizes = (): readonly number[] => link.frames.map((frame) => ('views' in frame ? frame.views.length : 0));

test('what is asked for in one moment goes in one frame, with the index that was seen', async () => {
  for (const view of viewsOf(3)) questions.ask(view);
  expect(link.frames).toEqual([]);
  await clock.settle();
  expect(link.frames).toEqual([
    {
      t: 'sub',
      seen: 42,
      views: [
        ['letters', 'v0'],
        ['letters', 'v1'],
        ['letters', 'v2'],
      ],
    },
  ]);
});

test('a view is asked for once until it is answered', async () => {
  const [view] = viewsOf(1) as [SubscribedView];
  questions.ask(view);
  questions.ask(view);
  await clock.settle();
  questions.ask(view);
  await clock.settle();
  expect(sizes()).toEqual([1]);
  questions.answered(view);
  questions.ask(view);
  await clock.settle();
  expect(sizes()).toEqual([1, 1]);
});

test('who waits is asked for at once, in frames of at most 500', async () => {
  for (const view of viewsOf(1_200)) questions.ask(view);
  await clock.settle();
  expect(sizes()).toEqual([500, 500, 200]);
  expect(meters.unansweredViews).toBe(1_200);
});

test('what nobody waits for goes in its order, a frame at a time, as the answers come', async () => {
  const views = viewsOf(1_200);
  for (const view of views) questions.askInTurn(view);
  await clock.settle();
  expect(sizes()).toEqual([500]);
  for (const view of views.slice(0, 249)) questions.answered(view);
  await clock.settle();
  expect(sizes()).toEqual([500]);
  questions.answered(views[249] as SubscribedView);
  await clock.settle();
  expect(sizes()).toEqual([500, 500]);
  link.take('sub');
  expect(link.take('sub').views[0]).toEqual(['letters', 'v500']);
});

test('who waits goes before those who do not', async () => {
  for (const view of viewsOf(700)) questions.askInTurn(view);
  const [hurried] = viewsOf(1, 'hurried') as [SubscribedView];
  questions.ask(hurried);
  await clock.settle();
  expect(link.take('sub').views[0]).toEqual(['letters', 'hurried0']);
});

test('answers that do not come hold up the rest for a heartbeat, not for ever', async () => {
  for (const view of viewsOf(1_100)) questions.askInTurn(view);
  await clock.settle();
  questions.heartbeat();
  questions.heartbeat();
  questions.heartbeat();
  expect(sizes()).toEqual([500, 500, 100]);
});

test('a question that is not answered for three heartbeats is asked again', async () => {
  const [view, gone] = viewsOf(2) as [SubscribedView, SubscribedView];
  questions.ask(view);
  questions.leave(gone);
  await clock.settle();
  for (let beat = 0; beat < 3; beat += 1) questions.heartbeat();
  await clock.settle();
  expect(link.frames.map(({ t }) => t)).toEqual(['unsub', 'sub']);
  questions.heartbeat();
  await clock.settle();
  expect(link.frames.map(({ t }) => t)).toEqual(['unsub', 'sub', 'unsub', 'sub']);
});

test('what is withdrawn is not asked for; what leaves is told of, and let go', async () => {
  const [a, b] = viewsOf(2) as [SubscribedView, SubscribedView];
  questions.ask(a);
  questions.withdraw(a);
  questions.leave(b);
  await clock.settle();
  expect(link.frames).toEqual([{ t: 'unsub', views: [['letters', 'v1']] }]);
  expect(b.phase).toBe('leaving');
});

test('who was about to leave may stay', async () => {
  const [view] = viewsOf(1) as [SubscribedView];
  questions.leave(view);
  expect(questions.stay(view)).toBe(true);
  await clock.settle();
  expect(link.frames).toEqual([]);
  expect(view.phase).toBe('new');
});

test('nothing is sent after the end', async () => {
  for (const view of viewsOf(3)) questions.ask(view);
  questions.end();
  await clock.settle();
  expect(link.frames).toEqual([]);
  expect(meters.unansweredViews).toBe(0);
});
