/** Blocking queries in the thousands: who is woken by a change, who is not, and what moves no index at all. */
import { setMaxListeners } from 'node:events';
import { Agent } from 'node:http';
import { expect } from 'vitest';
import type { Reply } from './http-call.ts';
import type { KonsulProcess } from './konsul-process.ts';
import { test } from './konsul-test.ts';
import { waitUntil, within } from './wait-until.ts';

const WAITERS = 1_000;
const MANY_CONNECTIONS = { limits: { http_max_conns_per_client: 10_000 } };

function register(server: KonsulProcess, name: string, port: number): Promise<Reply> {
  const service = { Service: name, ID: `${name}-1`, Port: port, Tags: ['a'], Meta: { k: 'v' } };
  return server.put('/v1/catalog/register', { Node: `node-${name}`, Address: '10.0.0.1', Service: service });
}

/** Blocking queries that are waiting, and how many of them have been answered. */
class Waiters {
  answered = 0;
  readonly #replies: Promise<Reply>[] = [];
  readonly #stop = new AbortController();

  private constructor() {
    setMaxListeners(0, this.#stop.signal);
  }

  /** Asks a few at a time, so that no queue of new connections overflows; all have reached the server when it resolves. */
  static async ask(server: KonsulProcess, paths: readonly string[]): Promise<Waiters> {
    const waiters = new Waiters();
    for (const [n, path] of paths.entries()) {
      const reply = server.call(path, { signal: waiters.#stop.signal, timeoutMs: 60_000 });
      reply.then(
        () => waiters.answered++,
        () => undefined,
      );
      waiters.#replies.push(reply);
      if (n % 64 === 63) await server.call('/v1/status/leader');
    }
    await settle(server);
    return waiters;
  }

  all(): Promise<Reply[]> {
    return Promise.all(this.#replies);
  }

  abandon(): void {
    this.#stop.abort();
  }
}

/** Ends when the server has answered a question asked on each of many new connections: those opened before have been accepted by then. */
async function settle(server: KonsulProcess): Promise<void> {
  for (let round = 0; round < 20; round++) await server.call('/v1/status/leader');
}

test('one change wakes all who wait for that service and none who wait for another', async ({ start }) => {
  const server = await start({ dev: true, config: MANY_CONNECTIONS });
  await register(server, 'web', 80);
  for (let n = 0; n < 10; n++) await register(server, `other-${n}`, 80);

  const index = (await server.call('/v1/health/service/web')).index;
  const others = await Promise.all(Array.from({ length: 10 }, (_, n) => server.call(`/v1/health/service/other-${n}`)));
  const awake = await Waiters.ask(
    server,
    Array.from({ length: WAITERS }, () => `/v1/health/service/web?index=${index}&wait=50s`),
  );
  const asleep = await Waiters.ask(
    server,
    Array.from({ length: WAITERS }, (_, n) => `/v1/health/service/other-${n % 10}?index=${others[n % 10]?.index}&wait=50s`),
  );
  expect([awake.answered, asleep.answered]).toEqual([0, 0]);

  await register(server, 'web', 81);
  const replies = await within(10_000, 'waking 1,000 queries', awake.all());
  const indexes = new Set(replies.map((reply) => reply.index));
  expect(indexes.size).toBe(1);
  expect(Math.min(...indexes)).toBeGreaterThan(index);
  for (const reply of replies) expect(reply.json()).toMatchObject([{ Service: { ID: 'web-1', Port: 81 } }]);
  await settle(server);
  expect(asleep.answered).toBe(0);
  asleep.abandon();
});

test('queries whose clients have gone leave nothing behind: a later change is answered as ever', async ({ start }) => {
  const server = await start({ dev: true, config: MANY_CONNECTIONS });
  await register(server, 'web', 80);
  const { index } = await server.call('/v1/health/service/web');
  const gone = await Waiters.ask(
    server,
    Array.from({ length: WAITERS }, () => `/v1/health/service/web?index=${index}&wait=50s`),
  );
  gone.abandon();
  const stays = server.call(`/v1/health/service/web?index=${index}&wait=20s`);
  await settle(server);
  await register(server, 'web', 81);
  expect((await within(5_000, 'the one that stayed', stays)).index).toBeGreaterThan(index);
});

const SAME_TWICE: readonly { readonly what: string; readonly write: string; readonly body: unknown; readonly reads: readonly string[] }[] =
  [
    {
      what: 'a catalog registration',
      write: '/v1/catalog/register',
      body: { Node: 'ext', Address: '10.0.0.2', Service: { Service: 'db', Port: 1, Tags: ['x'] }, Check: { Name: 'c', Status: 'passing' } },
      reads: ['/v1/health/service/db', '/v1/catalog/services', '/v1/catalog/nodes', '/v1/health/state/any', '/v1/catalog/node/ext'],
    },
    {
      what: 'an agent registration',
      write: '/v1/agent/service/register',
      body: { Name: 'api', Port: 7, Meta: { a: '1', b: '2' }, Check: { TTL: '1m', Status: 'passing' } },
      reads: ['/v1/health/service/api', '/v1/catalog/services', '/v1/health/state/any'],
    },
    { what: 'a KV value', write: '/v1/kv/same?flags=7', body: 'value', reads: ['/v1/kv/same', '/v1/kv/?recurse', '/v1/kv/none'] },
  ];

for (const { what, write, body, reads } of SAME_TWICE) {
  test(`${what} that changes nothing moves no index and wakes nobody`, async ({ start, skip }) => {
    const server = await start({ dev: true });
    if (server.peer === 'consul') skip('Consul 1.8 moves the index of nodes and of values that stay the same');
    const indexes = (): Promise<number[]> => Promise.all(reads.map(async (path) => (await server.call(path)).index));
    expect((await server.put(write, body)).status).toBe(200);
    await waitUntil(async () => (await server.call(reads[0] as string)).text.length > 2, { what: 'the first write' });
    const before = await indexes();
    const waiter = await Waiters.ask(
      server,
      reads.map((path, n) => `${path}${path.includes('?') ? '&' : '?'}index=${before[n]}&wait=50s`),
    );
    for (let n = 0; n < 3; n++) expect((await server.put(write, body)).status).toBe(200);
    await settle(server);
    expect(await indexes()).toEqual(before);
    expect(waiter.answered).toBe(0);
    waiter.abandon();
  });
}

test('a thousand answers share one connection, one after the other', async ({ start }) => {
  const server = await start({ dev: true });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  await register(server, 'web', 80);
  const replies = await Promise.all(Array.from({ length: WAITERS }, () => server.call('/v1/health/service/web', { agent })));
  expect(new Set(replies.map((reply) => reply.text)).size).toBe(1);
  agent.destroy();
});
