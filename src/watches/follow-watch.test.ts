import { expect, test } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { followWatch, joinResults, retryDelayMs, type WatchResult } from './follow-watch.ts';
import type { WatchAnswer } from './watch-result.ts';

type Step = Partial<WatchAnswer> | Error;

const value = (index: string, body: unknown = null): Step => ({ index, body: JSON.stringify(body) });

/** Follows answers given in advance; ends when they have run out. */
async function follow(steps: readonly Step[], type = 'services', path = '/v1/catalog/services') {
  const clock = new FakeClock();
  const life = new AbortController();
  const asked: string[] = [];
  const results: WatchResult[] = [];
  const retries: number[] = [];
  const left = [...steps];
  const followed = followWatch({
    ...{ type, path, token: 't', clock, signal: life.signal },
    async ask(request) {
      asked.push(request.path);
      expect(request.token).toBe('t');
      const step = left.shift();
      if (step === undefined) life.abort();
      if (step instanceof Error) throw step;
      return { status: 200, index: '', body: 'null', ...step };
    },
    onResult: (result) => results.push(result),
    onFailure: (_error, retryMs) => retries.push(retryMs),
  });
  while (!life.signal.aborted) await clock.advance(200_000);
  await followed;
  return { asked, results, retries, clock };
}

const texts = (results: readonly WatchResult[]): string[] => results.map(({ index, text }) => `${index} ${text.trim()}`);

test('the first answer is told, then each change', async () => {
  const { asked, results } = await follow([value('5', {}), value('6', { web: [] })]);
  expect(asked).toEqual(['/v1/catalog/services', '/v1/catalog/services?index=5', '/v1/catalog/services?index=6']);
  expect(texts(results)).toEqual(['5 {}', '6 {"web":[]}']);
});

test('an index goes behind the query that is there', async () => {
  const { asked } = await follow([value('5', [])], 'keyprefix', '/v1/kv/a?recurse');
  expect(asked[1]).toBe('/v1/kv/a?recurse&index=5');
});

test('a wait that ran out, and a new index of the same value, are no changes', async () => {
  const { results } = await follow([value('5', {}), value('5', {}), value('8', {})]);
  expect(texts(results)).toEqual(['5 {}']);
});

test('whoever answers at once and with nothing new is asked once a second', async () => {
  const clock = new FakeClock();
  const life = new AbortController();
  let asked = 0;
  const ask = async (): Promise<WatchAnswer> => {
    asked += 1;
    return { status: 200, index: '5', body: '{}' };
  };
  const followed = followWatch({
    ...{ type: 'services', path: '/', token: '', clock, signal: life.signal, ask },
    onResult: () => {},
    onFailure: () => {},
  });
  await clock.advance(10_000);
  life.abort();
  await followed;
  expect(asked).toBe(12);
});

test('after an index that goes back everything is asked for anew', async () => {
  const { asked, results } = await follow([value('50', { a: [] }), value('3', { b: [] }), value('3', { b: [] })]);
  expect(asked.map((path) => path.split('index=')[1])).toEqual([undefined, '50', undefined, '3']);
  expect(texts(results)).toEqual(['50 {"a":[]}', '3 {"b":[]}']);
});

test('a missing key is null, and its arrival a change', async () => {
  const { results } = await follow([{ status: 404, index: '4', body: '' }, value('5', [{ Key: 'a' }])], 'key', '/v1/kv/a');
  expect(results.map(({ text }) => JSON.parse(text)?.Key ?? null)).toEqual([null, 'a']);
});

test('failures are borne, with growing pauses; a success ends them', async () => {
  const gone = new Error('gone');
  const { asked, retries, results } = await follow([value('5', {}), gone, gone, { status: 500 }, value('6', {}), gone]);
  expect(retries).toEqual([5_000, 20_000, 45_000, 5_000]);
  expect(asked.slice(1, 5)).toEqual(['/v1/catalog/services?index=5', ...Array.from({ length: 3 }, () => '/v1/catalog/services')]);
  expect(texts(results)).toEqual(['5 {}']);
});

test.each(['', '0', '-1', 'x', '184467440737095516160'])(
  'an answer with the index "%s" is a failure: it could not be waited on',
  async (index) => {
    const { retries, results } = await follow([value(index, {})]);
    expect([retries, results]).toEqual([[5_000], []]);
  },
);

test('of events only new ones are told, whatever their index', async () => {
  const list = (...ids: string[]) => ids.map((ID) => ({ ID }));
  const { results } = await follow(
    [value('900', list('a')), value('17', list('a', 'b')), value('17', list('a', 'b')), value('18', list('b', 'c', 'd'))],
    'event',
    '/v1/event/list',
  );
  expect(results.map(({ text }) => JSON.parse(text))).toEqual([list('a'), list('b'), list('c', 'd')]);
});

test('pauses end at three minutes', () => {
  expect([1, 2, 6, 7, 1_000].map(retryDelayMs)).toEqual([5_000, 20_000, 180_000, 180_000, 180_000]);
});

test.each([
  ['services', '{"b":[]}\n'],
  ['event', '[{"ID":"a"},{"ID":"b"}]\n'],
])('of two results of a %s watch that wait, %s is handed over', (type, expected) => {
  const [first, second] = type === 'event' ? ['[{"ID":"a"}]\n', '[{"ID":"b"}]\n'] : ['{"a":[]}\n', '{"b":[]}\n'];
  expect(joinResults(type)({ index: '7', text: first }, { index: '5', text: second })).toEqual({ index: '5', text: expected });
});
