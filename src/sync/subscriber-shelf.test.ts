import { expect, test } from 'vitest';
import { FakeSink } from '../testing/fake-sink.ts';
import { testTopic } from '../testing/test-topic.ts';
import { viewDigest } from '../topics/view-digest.ts';
import { SubscriberShelf } from './subscriber-shelf.ts';
import { SubscribedView } from './subscriber-view.ts';

const topic = testTopic<unknown>('letters');

function setUp(held?: { readonly index: number; readonly items: readonly string[]; readonly lineage?: string }, serverIndex = 0) {
  const sink = new FakeSink();
  sink.lineage = held?.lineage ?? 'L';
  sink.want(topic, 'a');
  if (held !== undefined) sink.put(topic, 'a', { ...held, sizeBytes: 1 });
  sink.lineage = 'L';
  sink.log.length = 0;
  return { sink, shelf: new SubscriberShelf({ sink, lineage: 'L', serverIndex }) };
}

function viewOf(index: number, items: readonly string[]): SubscribedView {
  const view = new SubscribedView(topic, 'a');
  view.take({ t: 'view', topic: 'letters', key: 'a', index, digest: viewDigest(topic, items), items }, 1);
  return view;
}

test('what is new is put, what is held is confirmed', () => {
  const items = ['x'];
  const { sink, shelf } = setUp({ index: 5, items });
  shelf.show(viewOf(6, items));
  shelf.show(viewOf(7, ['y']));
  expect(sink.log).toEqual(['confirm a 6', 'put a 7']);
});

test('a server that is behind takes nothing back: its view waits until it has caught up', () => {
  const { sink, shelf } = setUp({ index: 50, items: ['x'] });
  shelf.serverIsAt(40);
  shelf.show(viewOf(30, ['old']));
  expect(sink.log).toEqual([]);
  shelf.serverIsAt(49);
  expect(sink.log).toEqual([]);
  shelf.serverIsAt(55);
  expect(sink.log, 'the server has all that was seen here, so what it has is right').toEqual(['put a 55']);
  expect(sink.backwards).toEqual([]);
});

test('a server that was not behind when it welcomed is believed at once', () => {
  const { sink, shelf } = setUp({ index: 50, items: ['x'] }, 55);
  shelf.show(viewOf(30, ['old']));
  expect(sink.log).toEqual(['put a 55']);
});

test('a view that was forgotten while it waited is not put', () => {
  const { sink, shelf } = setUp({ index: 50, items: ['x'] });
  const view = viewOf(30, ['old']);
  shelf.show(view);
  shelf.forget(view);
  shelf.serverIsAt(60);
  expect(sink.log).toEqual([]);
});

test('the same content at a lower index is right, and does not go back', () => {
  const items = ['x'];
  const { sink, shelf } = setUp({ index: 50, items });
  shelf.show(viewOf(30, items));
  expect(sink.log).toEqual(['confirm a 50']);
});

test('in another lineage indexes start over', () => {
  const { sink, shelf } = setUp({ index: 50, items: ['x'], lineage: 'former' });
  shelf.show(viewOf(3, ['y']));
  expect(sink.log).toEqual(['put a 3']);
});

test('while nothing is live, what is shown is marked, once for one step', async () => {
  const { sink, shelf } = setUp();
  shelf.setNotLive({ reason: 'upstream', ageMs: () => 7 });
  await Promise.resolve();
  shelf.show(viewOf(3, ['y']));
  shelf.show(viewOf(4, ['z']));
  await Promise.resolve();
  expect(sink.log).toEqual(['unlinked upstream 7', 'put a 3', 'put a 4', 'unlinked upstream 7']);
  shelf.setNotLive(undefined);
  shelf.show(viewOf(5, ['w']));
  await Promise.resolve();
  expect(sink.log.at(-1)).toBe('put a 5');
  expect(sink.entry(topic, 'a')?.isLive).toBe(true);
});
