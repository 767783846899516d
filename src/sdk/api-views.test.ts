/** Blocking queries as the SDK asks them: against answers that a test decides, old, odd and late ones included. */
import { expect, test } from 'vitest';
import { ApiClient } from '../client/api-client.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { HttpCall, HttpReply } from '../runtime/http-client.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { coordinatesTopic } from '../topics/coordinates.ts';
import { eventsTopic } from '../topics/events.ts';
import { kvPrefixTopic } from '../topics/kv-prefix.ts';
import { ApiViews } from './api-views.ts';

const NEVER = new AbortController().signal;
const pair = (key: string, modifyIndex: number): object => ({
  Key: key,
  Value: null,
  Flags: 0,
  CreateIndex: 1,
  ModifyIndex: modifyIndex,
  LockIndex: 0,
});

interface Scripted {
  readonly index?: string;
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

function start(script: readonly Scripted[]) {
  const clock = new FakeClock();
  const paths: string[] = [];
  let at = 0;
  const call = async ({ path }: HttpCall): Promise<HttpReply> => {
    paths.push(path);
    const { index, status = 200, body = [], headers = {} } = script[Math.min(at, script.length - 1)] ?? {};
    at += 1;
    const head = { ...(index === undefined ? {} : { 'x-consul-index': index }), ...headers };
    return { status, headers: head, body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) };
  };
  const target = { name: 'test', call, stream: () => Promise.reject(new Error('unused')) };
  const client = new ApiClient({ clock, target, token: '', datacenter: '', isStale: false, basicAuth: '' });
  return { clock, paths, views: new ApiViews(client, clock) };
}

test('the first question does not wait, the next one waits for what comes after it', async () => {
  const { paths, views } = start([
    { index: '7', body: [pair('a', 7)] },
    { index: '9', body: [pair('a', 7), pair('b', 9)] },
  ]);
  const first = await views.next(kvPrefixTopic, 'x y/', { view: undefined, signal: NEVER });
  const second = await views.next(kvPrefixTopic, 'x y/', { view: first?.view, signal: NEVER });
  expect(paths).toEqual(['/v1/kv/x%20y/?recurse', '/v1/kv/x%20y/?recurse&index=7&wait=60s']);
  expect([first?.view.index, second?.view.index, second?.isReset]).toEqual([7, 9, false]);
  expect(second?.view.items[0]).toBe(first?.view.items[0]);
});

test('an index that goes back is a reset', async () => {
  const { views } = start([{ index: '700' }, { index: '3', body: [pair('a', 3)] }]);
  const first = await views.next(kvPrefixTopic, '', { view: undefined, signal: NEVER });
  expect(await views.next(kvPrefixTopic, '', { view: first?.view, signal: NEVER })).toMatchObject({ view: { index: 3 }, isReset: true });
});

test('waits that end without a change go on, with pauses, until they are given up', async () => {
  const { clock, paths, views } = start([{ index: '7' }]);
  const first = await views.next(kvPrefixTopic, '', { view: undefined, signal: NEVER });
  const stop = new AbortController();
  const next = views.next(kvPrefixTopic, '', { view: first?.view, signal: stop.signal });
  await clock.advance(1_000);
  expect(paths.length).toBeLessThan(60);
  stop.abort();
  expect(await next).toBeUndefined();
});

test.each<[string, string | undefined]>([
  ['none', undefined],
  ['0', '0'],
  ['nonsense', 'x'],
])('an agent that says the index %s is not asked in a hurry', async (_name, index) => {
  const { paths, views } = start([index === undefined ? {} : { index }]);
  const first = await views.next(kvPrefixTopic, '', { view: undefined, signal: NEVER });
  expect(first?.view.index).toBe(1);
  const stop = new AbortController();
  void views.next(kvPrefixTopic, '', { view: first?.view, signal: stop.signal });
  await expect.poll(() => paths.length).toBe(2);
  expect(paths[1]).toContain('index=1&');
  stop.abort();
});

test('the index of events is kept to the last digit, and never goes back', async () => {
  const { paths, views } = start([{ index: '18446744073709551615' }, { index: '18446744073709551614' }]);
  const first = await views.next(eventsTopic, '', { view: undefined, signal: NEVER });
  expect(await views.next(eventsTopic, '', { view: first?.view, signal: NEVER })).toMatchObject({ isReset: false });
  expect(paths[1]).toContain('index=18446744073709551615&');
});

test('404 is a view of nothing; what is no answer of an agent is an error that says so', async () => {
  expect(await start([{ status: 404, index: '5', body: '' }]).views.read(kvPrefixTopic, 'k')).toMatchObject({ index: 5, items: [] });
  await expect(start([{ index: '5', body: '{"a":1}' }]).views.read(kvPrefixTopic, 'k')).rejects.toMatchObject({ code: 'UNREACHABLE' });
  await expect(start([{ index: '5', body: '<html>' }]).views.read(kvPrefixTopic, 'k')).rejects.toBeInstanceOf(KonsulError);
});

test('what the agent says of the age of its answer is shown, and grows', async () => {
  const headers = { 'x-konsul-freshness': 'stale; since=2024-01-01T00:00:00Z; reason=link-down', age: '12' };
  const { clock, views } = start([{ index: '5', headers }]);
  const view = await views.read(kvPrefixTopic, 'k');
  expect(views.freshness(kvPrefixTopic, 'k', view)).toEqual({ isLive: false, ageMs: 12_000, reason: 'link-down' });
  await clock.advance(500);
  expect(views.freshness(kvPrefixTopic, 'k', view)).toMatchObject({ ageMs: 12_500 });
  const live = await start([{ index: '5', headers: { 'x-konsul-freshness': 'live' } }]).views.read(kvPrefixTopic, 'k');
  expect(views.freshness(kvPrefixTopic, 'k', live)).toEqual({ isLive: true });
});

test('a topic that the SDK does not read is a mistake of its own', async () => {
  await expect(start([{}]).views.read(coordinatesTopic, '')).rejects.toMatchObject({ code: 'KONSUL_INVARIANT' });
});
