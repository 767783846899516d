/** Views of a cache: waits that end early, views that are too large for it, and events, which only the API can tell apart. */
import { expect, test } from 'vitest';
import { kvRecord } from '../../test/fixtures/records.ts';
import { KonsulError } from '../runtime/errors.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import type { Freshness, WaitOptions } from '../topics/backend.ts';
import { eventsTopic } from '../topics/events.ts';
import { kvPrefixTopic } from '../topics/kv-prefix.ts';
import type { Topic } from '../topics/topic.ts';
import { createView, type View } from '../topics/view.ts';
import { CacheViews } from './cache-views.ts';
import { LIVE, type NextView, type Seen, type Views } from './views.ts';

const viewAt = (index: number): View => createView<unknown>(index, [kvRecord('k')]);
const NEVER = new AbortController().signal;

function start() {
  const clock = new FakeClock();
  const cache = {
    reads: 0,
    waits: [] as WaitOptions[],
    answer: (): View | Promise<View> => viewAt(1),
    wake: async (): Promise<boolean> => false,
    read<T>(): View<T> | Promise<View<T>> {
      cache.reads += 1;
      return cache.answer() as View<T> | Promise<View<T>>;
    },
    wait(_topic: unknown, _key: string, _index: number, options: WaitOptions): Promise<boolean> {
      cache.waits.push(options);
      return cache.wake();
    },
    freshness: (): Freshness => ({ isLive: false, ageMs: 5, reason: 'link-down' }),
  };
  const relayed: string[] = [];
  const api: Views = {
    read: <T>() => viewAt(99) as View<T>,
    held: () => undefined,
    next: async <T>(topic: Topic<T>, _key: string, { view }: Seen<T>) => {
      relayed.push(`${topic.name} after ${view?.index ?? 0}`);
      return { view: viewAt(100), isReset: false } as unknown as NextView<T>;
    },
    freshness: () => LIVE,
  };
  return { clock, cache, relayed, views: new CacheViews(cache, api, clock) };
}

const tooLarge = (): KonsulError => new KonsulError('VIEW_TOO_LARGE', 'too large');

test('what is held is given at once; what is not is asked for, and no error of it is left alone', async () => {
  const { cache, views } = start();
  expect(views.held(kvPrefixTopic, '')).toMatchObject({ index: 1 });
  cache.answer = () => Promise.reject(new KonsulError('NO_SERVERS', 'none'));
  expect(views.held(kvPrefixTopic, '')).toBeUndefined();
  cache.answer = () => {
    throw new KonsulError('NO_SERVERS', 'none');
  };
  expect(views.held(kvPrefixTopic, '')).toBeUndefined();
});

test('the next view is the one with another index; an index that went back, or a wait that says so, is a reset', async () => {
  const { cache, views } = start();
  const seen = viewAt(5) as never;
  cache.answer = () => viewAt(7);
  expect(await views.next(kvPrefixTopic, '', { view: seen, signal: NEVER })).toMatchObject({ view: { index: 7 }, isReset: false });
  cache.answer = () => viewAt(2);
  expect(await views.next(kvPrefixTopic, '', { view: seen, signal: NEVER })).toMatchObject({ view: { index: 2 }, isReset: true });
  cache.answer = () => viewAt(5);
  cache.wake = async () => true;
  expect(await views.next(kvPrefixTopic, '', { view: seen, signal: NEVER })).toMatchObject({ view: { index: 5 }, isReset: true });
});

test('waits that end at once, again and again, do not keep the process busy', async () => {
  const { clock, cache, views } = start();
  const view = viewAt(1);
  cache.answer = () => view;
  const stop = new AbortController();
  const next = views.next(kvPrefixTopic, '', { view: view as never, signal: stop.signal });
  await clock.advance(1_000);
  expect(cache.waits.length).toBeLessThan(60);
  stop.abort();
  expect(await next).toBeUndefined();
  expect(clock.pendingTimers).toBe(0);
});

test('a view that is too large for the cache is asked of the API, and followed there', async () => {
  const { cache, relayed, views } = start();
  cache.answer = () => Promise.reject(tooLarge());
  expect(await views.read(kvPrefixTopic, 'big/')).toMatchObject({ index: 99 });
  const next = await views.next(kvPrefixTopic, 'big/', { view: undefined, signal: NEVER });
  expect(next).toMatchObject({ view: { index: 100 } });
  await views.next(kvPrefixTopic, 'big/', { view: next?.view, signal: NEVER });
  expect(relayed).toEqual(['kv-prefix after 0', 'kv-prefix after 100']);
  expect(next && views.freshness(kvPrefixTopic, 'big/', next.view)).toBe(LIVE);
});

test('a wait for which there is no room is the API’s too', async () => {
  const { cache, relayed, views } = start();
  const view = viewAt(1);
  cache.answer = () => view;
  cache.wake = () => Promise.reject(tooLarge());
  await views.next(kvPrefixTopic, 'k', { view: view as never, signal: NEVER });
  expect(relayed).toEqual(['kv-prefix after 0']);
});

test('which events are meant for this node is for the API to say', async () => {
  const { cache, relayed, views } = start();
  await views.next(eventsTopic, '', { view: undefined, signal: NEVER });
  expect([relayed, cache.reads]).toEqual([['events after 0'], 0]);
});

test('other errors are the caller’s, and freshness is what the cache says', async () => {
  const { cache, views } = start();
  cache.answer = () => Promise.reject(new KonsulError('NO_SERVERS', 'none'));
  await expect(views.read(kvPrefixTopic, '')).rejects.toMatchObject({ code: 'NO_SERVERS' });
  await expect(views.next(kvPrefixTopic, '', { view: undefined, signal: NEVER })).rejects.toMatchObject({ code: 'NO_SERVERS' });
  expect(views.freshness(kvPrefixTopic, '', viewAt(1))).toMatchObject({ reason: 'link-down' });
});
