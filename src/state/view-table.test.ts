import { expect, test } from 'vitest';
import { testTopic } from '../testing/test-topic.ts';
import type { Rendered } from '../topics/view.ts';
import type { Content } from './source.ts';
import { type ViewLimits, ViewTable } from './view-table.ts';

const topic = testTopic('words');
const other = testTopic('others');
const GENEROUS: ViewLimits = { maxViews: 100, maxBytes: 1_000_000 };
const rendered = (bytes: number): Rendered => ({ body: Buffer.alloc(bytes), gzip: undefined });

/** Counts how often each key was made. */
class Maker {
  readonly table: ViewTable;
  readonly made: string[] = [];

  constructor(limits: ViewLimits = GENEROUS) {
    this.table = new ViewTable(limits);
  }

  read(key: string, content: Partial<Content<string>> = {}): ReturnType<ViewTable['read']> {
    return this.table.read(topic, key, () => {
      this.made.push(key);
      return { index: 5, items: [key], ...content };
    });
  }

  touch(keys: Iterable<string> | 'all'): Set<() => void> {
    const woken = new Set<() => void>();
    this.table.touch(topic.name, keys, woken);
    return woken;
  }
}

test('A view is made once and shared until its key is touched', () => {
  const views = new Maker();
  const first = views.read('a');
  expect(views.read('a')).toBe(first);
  views.touch(['b']);
  expect(views.read('a')).toBe(first);
  views.touch(['a']);
  expect(views.read('a')).not.toBe(first);
  expect(views.made).toEqual(['a', 'a']);
});

test('Equal keys of two topics are two things', () => {
  const views = new Maker();
  views.read('a');
  views.table.read(other, 'a', () => ({ index: 1, items: [] }));
  views.table.touch(other.name, 'all', new Set());
  views.read('a');
  expect(views.made).toEqual(['a']);
});

test('Who waits for a key is woken once, by a change that touches it, and by nothing else', () => {
  const views = new Maker();
  const wakes: string[] = [];
  views.table.wait(topic.name, 'a', () => wakes.push('a'));
  views.table.wait(topic.name, 'b', () => wakes.push('b'));
  for (const wake of views.touch(['a', 'none'])) wake();
  expect(wakes).toEqual(['a']);
  expect([views.touch(['a']).size, views.touch('all').size]).toEqual([0, 1]);
});

test('Who stopped waiting is not woken, and a key that nobody holds is forgotten', () => {
  const views = new Maker();
  const stop = views.table.wait(topic.name, 'a', () => {});
  expect(views.table.hasAny(topic.name)).toBe(true);
  stop();
  stop();
  expect([views.touch(['a']).size, views.table.hasAny(topic.name)]).toEqual([0, false]);
});

test('Stopping an old wait does not end a new one of the same key', () => {
  const views = new Maker();
  const stopOld = views.table.wait(topic.name, 'a', () => {});
  views.touch(['a']);
  views.table.wait(topic.name, 'a', () => {});
  stopOld();
  expect(views.touch(['a']).size).toBe(1);
});

test('Beyond the number of views the oldest go, and those who wait for them stay', () => {
  const views = new Maker({ ...GENEROUS, maxViews: 2 });
  views.read('a');
  views.table.wait(topic.name, 'a', () => {});
  views.read('b');
  views.read('c');
  views.read('b');
  views.read('a');
  expect(views.made).toEqual(['a', 'b', 'c', 'a']);
  expect(views.touch(['a']).size).toBe(1);
});

test('Rendered answers count: the oldest views make room for them', () => {
  const views = new Maker({ maxViews: 100, maxBytes: 4_000 });
  for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) views.read(key).variants.set('x', rendered(500));
  views.made.length = 0;
  for (const key of ['f', 'e']) views.read(key);
  expect(views.made).toEqual([]);
  views.read('a');
  expect(views.made).toEqual(['a']);
});

test('One view may not take more than a quarter: its answers are not remembered, its list is not held', () => {
  const views = new Maker({ maxViews: 100, maxBytes: 4_000 });
  const view = views.read('a');
  view.variants.set('x', rendered(900));
  expect(view.variants.get('x')).toBeUndefined();
  views.read('long', { items: Array.from({ length: 100 }, String), itemBytes: 10 });
  views.read('long', { items: Array.from({ length: 100 }, String), itemBytes: 10 });
  views.read('k'.repeat(400));
  views.read('k'.repeat(400));
  expect(views.made.map((key) => key.slice(0, 4))).toEqual(['a', 'long', 'long', 'kkkk', 'kkkk']);
  views.touch(['a']);
  expect(views.table.hasAny(topic.name)).toBe(false);
});

test('A view that is no longer held takes no bytes', () => {
  const views = new Maker();
  const view = views.read('a');
  views.touch(['a']);
  view.variants.set('x', rendered(10));
  expect(view.variants.get('x')).toBeUndefined();
});

test('A key whose content cannot be made leaves nothing behind', () => {
  const views = new Maker();
  const fails = (): never => {
    throw new Error('no such filter');
  };
  expect(() => views.table.read(topic, 'a', fails)).toThrow('no such filter');
  expect(views.table.hasAny(topic.name)).toBe(false);
});

test('An index is never shown below 1', () => {
  expect(new Maker().read('a', { index: 0 }).index).toBe(1);
});

test('Touching everything wakes all topics', () => {
  const views = new Maker();
  const woken = new Set<() => void>();
  views.table.wait(topic.name, 'a', () => {});
  views.table.wait(other.name, 'b', () => {});
  views.read('c');
  views.table.touchAll(woken);
  views.read('c');
  expect([woken.size, views.made]).toEqual([2, ['c', 'c']]);
});

test('An index that is asked for at each read moves under the view, which keeps its items and its answers', () => {
  const views = new Maker();
  let tableIndex = 5;
  const first = views.read('a', { index: () => tableIndex });
  first.variants.set('x', rendered(10));
  tableIndex = 9;
  const second = views.read('a');
  expect([first.index, second.index, second.items, second.variants.get('x')?.body.length]).toEqual([5, 9, first.items, 10]);
  second.variants.set('y', rendered(10));
  tableIndex = 7;
  expect([views.read('a').index, views.read('a').variants.get('y')?.body.length, views.made]).toEqual([9, 10, ['a']]);
});

test('All prefixes of a text are touched, however long it is, and nothing else', () => {
  for (const text of ['app/a', `app/${'x'.repeat(100_000)}`]) {
    const views = new Maker();
    const keys = ['', 'a', 'app/', text, `${text}!`, 'other', 'pp/'];
    for (const key of keys) views.read(key);
    views.table.touch(topic.name, { prefixesOf: text }, new Set());
    for (const key of keys) views.read(key);
    expect(views.made.slice(keys.length)).toEqual(['', 'a', 'app/', text]);
  }
});
