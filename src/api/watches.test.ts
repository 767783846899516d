/** Blocking reads of catalog and health: what wakes them, and what they show then. */
import { beforeEach, expect, test } from 'vitest';
import { type Reply, type Send, startTestServer, type TestServer } from '../testing/test-server.ts';

let api: TestServer;
let send: Send;

beforeEach(async () => {
  api = await startTestServer();
  send = api.send;
});

const register = async (body: unknown): Promise<void> => {
  expect((await send('PUT /v1/catalog/register', { body })).text).toBe('true');
};

interface Watch {
  /** `undefined` while it waits. */
  reply: Reply | undefined;
}

async function watch(target: string): Promise<Watch> {
  const { index } = await send(`GET ${target}`);
  const watching: Watch = { reply: undefined };
  void send(`GET ${target}${target.includes('?') ? '&' : '?'}index=${index}&wait=60s`).then((reply) => {
    watching.reply = reply;
  });
  await api.clock.settle();
  return watching;
}

const node = (name: string, rest: object = {}): object => ({ Node: name, Address: '10.0.0.1', NodeMeta: { rack: 'r1' }, ...rest });
const web = (id: string, status = 'passing'): object => ({
  Service: { ID: id, Service: 'web' },
  Check: { CheckID: id, Name: 'alive', Status: status, ServiceID: id },
});

test('Health of a service wakes for its checks and not for another service', async () => {
  await register(node('a', web('web-1')));
  const watching = await watch('/v1/health/service/web?passing');
  await register(node('a', { Service: { Service: 'db' } }));
  await api.clock.advance(10_000);
  expect(watching.reply).toBeUndefined();
  await register(node('a', web('web-1', 'critical')));
  await api.clock.settle();
  expect(watching.reply?.text).toBe('[]');
});

test('A service that does not exist yet is waited for', async () => {
  const watching = await watch('/v1/health/service/web');
  await register(node('a', web('web-1')));
  await api.clock.settle();
  expect(watching.reply?.json()).toHaveLength(1);
});

test('Checks picked by node metadata are those of the nodes as they are after the wait', async () => {
  await register(node('a', web('web-1')));
  const watching = await watch('/v1/health/checks/web?node-meta=rack:r1');
  await register(node('b', web('web-2')));
  await api.clock.settle();
  expect(watching.reply?.json<{ CheckID: string }[]>().map(({ CheckID }) => CheckID)).toEqual(['web-1', 'web-2']);
});

test('Many who wait for the same are all woken', async () => {
  await register(node('a', web('web-1')));
  const watching = await Promise.all(Array.from({ length: 50 }, () => watch('/v1/catalog/service/web')));
  await register(node('b', web('web-2')));
  await api.clock.settle();
  expect(watching.map(({ reply }) => reply?.json<unknown[]>().length)).toEqual(Array.from({ length: 50 }, () => 2));
});

test('A client that goes leaves no timer behind', async () => {
  await api.clock.settle();
  const before = api.clock.pendingTimers;
  const client = new AbortController();
  const waiting = send('GET /v1/catalog/nodes?index=99&wait=60s', { signal: client.signal });
  await api.clock.settle();
  expect(api.clock.pendingTimers).toBe(before + 1);
  client.abort();
  expect((await waiting).status).toBe(200);
  expect(api.clock.pendingTimers).toBe(before);
});
