/** What an agent says of the freshness of its views, and what the request says of it. */
import { expect, test } from 'vitest';
import { allowAll } from '../acl/authorizer.ts';
import type { Answer } from '../http/answer.ts';
import type { RouteRequest } from '../http/route.ts';
import { SeededRandom } from '../runtime/random.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { requestOf, type SentRequest } from '../testing/test-server.ts';
import { testTopic } from '../testing/test-topic.ts';
import type { Backend, Contact, ReadOptions } from '../topics/backend.ts';
import { createView } from '../topics/view.ts';
import type { ApiContext } from './context.ts';
import { readTopic, type TopicRead } from './read-topic.ts';

const TOPIC = testTopic('test');
const READ: TopicRead<string> = { topic: TOPIC, key: 'k', showsConsistency: true, isCacheable: true };
const LIVE: Contact = { knownLeader: true, lastContactMs: 0, freshness: { isLive: true } };
const STALE: Contact = { knownLeader: false, lastContactMs: 61_900.5, freshness: { isLive: false, ageMs: 61_900.5, reason: 'link-down' } };
const SERVER: Contact = { knownLeader: true, lastContactMs: 0, freshness: undefined };

interface Asked {
  readonly contact: Contact;
  /** The view has to be fetched. */
  readonly isFetched?: boolean;
  readonly request?: SentRequest;
  readonly query?: string;
}

const clock = new FakeClock();

/** The headers of an answer, and the options with which the view was read. */
async function read({
  contact,
  isFetched = false,
  request = {},
  query = '',
}: Asked): Promise<{ headers: Answer['headers']; read: unknown }> {
  let options: ReadOptions | undefined;
  const contacts: unknown[] = [];
  const backend: Partial<Backend> = {
    read<T>(_topic: unknown, _key: string, given?: ReadOptions) {
      options = given;
      const view = createView<T>(7, []);
      return isFetched ? Promise.resolve(view) : view;
    },
    contact(topic, key, given) {
      contacts.push(topic, key, given);
      return contact;
    },
    confirm: async () => {},
  };
  const context = { backend, clock, random: new SeededRandom(1), settings: { defaultQueryTimeMs: 1, maxQueryTimeMs: 1, usesCache: true } };
  const asked: RouteRequest = Object.assign(Object.create(requestOf(`GET /v1/x?${query}`, request)), { rest: '', authorizer: allowAll });
  const respond = (): Answer => ({ status: 200, headers: {}, body: { kind: 'empty' } });
  const { headers } = await readTopic(READ, asked, { context: context as unknown as ApiContext, respond });
  expect(contacts).toEqual([TOPIC, 'k', expect.objectContaining({ items: expect.anything() })]);
  return { headers, read: options };
}

const FRESHNESS = ['X-Cache', 'Age', 'X-Konsul-Freshness'] as const;

const freshness = async (asked: Asked): Promise<readonly (string | undefined)[]> => {
  const { headers } = await read(asked);
  return FRESHNESS.map((name) => headers[name]);
};

test('A live view says so; whether it was there or had to be fetched is told apart', async () => {
  expect(await freshness({ contact: LIVE })).toEqual(['HIT', '0', 'live']);
  expect(await freshness({ contact: LIVE, isFetched: true })).toEqual(['MISS', '0', 'live']);
  expect(await freshness({ contact: LIVE, query: 'cached', isFetched: true })).toEqual(['MISS', '0', 'live']);
});

test('A stale view says since when and why, and that nobody leads as far as is known', async () => {
  const { headers } = await read({ contact: STALE });
  const since = new Date(clock.wallMs() - 61_900.5).toISOString().slice(0, 19);
  expect(headers).toMatchObject({
    ...{ 'X-Cache': 'HIT', Age: '61', 'X-Konsul-Freshness': `stale; since=${since}Z; reason=link-down` },
    ...{ 'X-Consul-Index': '7', 'X-Consul-KnownLeader': 'false', 'X-Consul-LastContact': '61900' },
  });
});

test('What is shown after a refresh that failed was held all the same', async () => {
  expect((await freshness({ contact: STALE, isFetched: true }))[0]).toBe('HIT');
});

test('A server, whose views are the state, says what Consul’s agents say, and only if it is asked', async () => {
  expect(await freshness({ contact: SERVER })).toEqual([undefined, undefined, undefined]);
  expect(await freshness({ contact: SERVER, query: 'cached' })).toEqual(['HIT', '0', undefined]);
});

test.each<[string, string | undefined, ReadOptions | undefined]>([
  ['', undefined, undefined],
  ['', 'max-age=30', { maxAgeMs: 30_000, staleIfErrorMs: undefined, mustRevalidate: false }],
  ['cached', 'must-revalidate, stale-if-error=5', { maxAgeMs: undefined, staleIfErrorMs: 5_000, mustRevalidate: true }],
  ['max_stale=2s', undefined, { maxAgeMs: 2_000, staleIfErrorMs: 0, mustRevalidate: false }],
])('?%s with Cache-Control: %s reads with %j', async (query, cacheControl, options) => {
  const request = cacheControl === undefined ? {} : { headers: { 'cache-control': cacheControl } };
  expect((await read({ contact: LIVE, query, request })).read).toEqual(options);
});
