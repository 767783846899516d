import { expect, test } from 'vitest';
import { kvRecord } from '../../test/conformance/sample-records.ts';
import type { EngineWatcher } from './engine.ts';
import { CommitFeed } from './feed.ts';

function watch(feed: CommitFeed, from: number): { readonly events: unknown[]; readonly end: () => void } {
  const events: unknown[] = [];
  const watcher: EngineWatcher = {
    committed: ({ index }) => events.push(index),
    replaced: ({ index }) => events.push(`replaced ${index}`),
    failed: (reason) => events.push(reason),
  };
  return { events, end: feed.watch(from, watcher) };
}

const commit = (feed: CommitFeed, index: number, sizeBytes = 1): void =>
  feed.commit({ index, changes: [kvRecord('a', { value: Buffer.alloc(sizeBytes) })] });

test('a watch begins with what was committed after its index', () => {
  const feed = new CommitFeed(5);
  for (const index of [6, 7, 9]) commit(feed, index);
  const watches = [5, 6, 8, 9].map((from) => watch(feed, from));
  commit(feed, 10);
  expect(watches.map(({ events }) => events)).toEqual([[6, 7, 9, 10], [7, 9, 10], [9, 10], [10]]);
});

test('a watch that has ended gets nothing more, and ending twice is fine', () => {
  const feed = new CommitFeed(1);
  const { events, end } = watch(feed, 1);
  end();
  end();
  commit(feed, 2);
  expect(events).toEqual([]);
});

test('large commits are kept for a short time only', () => {
  const feed = new CommitFeed(1);
  for (const index of [2, 3, 4]) commit(feed, index, 3_000_000);
  expect(watch(feed, 1).events).toEqual(['the commits after index 1 are no longer kept']);
  expect(watch(feed, 2).events).toEqual([3, 4]);
});

test('nothing from before a replace is kept', () => {
  const feed = new CommitFeed(1);
  const { events } = watch(feed, 1);
  commit(feed, 2);
  feed.replace({ lineage: 'b', index: 100, records: [] });
  commit(feed, 101);
  expect(events).toEqual([2, 'replaced 100', 101]);
  expect(watch(feed, 2).events).toHaveLength(1);
  expect(watch(feed, 100).events).toEqual([101]);
});

test('a watcher may begin and end watches while it is told something', () => {
  const feed = new CommitFeed(1);
  const inner: unknown[] = [];
  const end = feed.watch(1, {
    committed: ({ index }) => {
      end();
      feed.watch(index, { committed: (next) => inner.push(next.index), replaced: () => {}, failed: () => {} });
    },
    replaced: () => {},
    failed: () => {},
  });
  commit(feed, 2);
  commit(feed, 3);
  expect(inner).toEqual([3]);
});
