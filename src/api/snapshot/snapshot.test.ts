/** Saving and restoring the whole state over the API (spec section 13). */
import { beforeEach, expect, test } from 'vitest';
import { type Send, startTestServer, type TestServer } from '../../testing/test-server.ts';

let api: TestServer;
let send: Send;

beforeEach(async () => {
  api = await startTestServer();
  send = api.send;
});

test('A snapshot is a gzip file with the headers of a read, whatever consistency is asked for', async () => {
  const reply = await send('GET /v1/snapshot?stale&consistent&index=x&wait=y');
  expect(reply.status).toBe(200);
  expect(reply.headers).toMatchObject({ 'Content-Type': 'application/x-gzip', 'X-Consul-KnownLeader': 'true' });
  expect(reply.index).toBeGreaterThan(1);
  expect([...reply.bytes.subarray(0, 2)]).toEqual([0x1f, 0x8b]);
});

test('A restore brings back what was, takes away what came since, and keeps this node', async () => {
  await send('PUT /v1/kv/old', { body: 'x' });
  const before = await send('GET /v1/kv/old');
  const { bytes } = await send('GET /v1/snapshot');
  await send('PUT /v1/kv/new', { body: 'y' });
  await send('DELETE /v1/kv/old');
  const restored = await send('PUT /v1/snapshot', { body: bytes });
  expect([restored.status, restored.text]).toEqual([200, '']);
  await api.clock.settle();
  const after = await send('GET /v1/kv/old');
  expect(after.text).toBe(before.text);
  expect(after.index).toBeGreaterThanOrEqual(before.index);
  expect((await send('GET /v1/kv/new')).status).toBe(404);
  expect((await send('GET /v1/health/node/s1')).json()).toMatchObject([{ CheckID: 'serfHealth', Status: 'passing' }]);
});

test('Every blocking query returns after a restore, also one that waits for an index above the new one', async () => {
  const { bytes } = await send('GET /v1/snapshot');
  const { index } = await send('GET /v1/kv/?keys');
  const waiting = [index, 2 ** 50].map((above) => send(`GET /v1/kv/?keys&index=${above}&wait=10m`));
  await send('PUT /v1/snapshot', { body: bytes });
  for (const reply of await Promise.all(waiting)) expect(reply.index).toBeGreaterThan(1_000_000);
});

test.each([
  ['no snapshot', Buffer.from('no archive')],
  ['nothing', Buffer.alloc(0)],
])('%s is refused, and nothing changes', async (_what, body) => {
  await send('PUT /v1/kv/a', { body: 'x' });
  const refused = await send('PUT /v1/snapshot', { body });
  expect(refused.status).toBe(500);
  expect(refused.text).not.toBe('');
  expect((await send('GET /v1/kv/a?raw')).text).toBe('x');
});

test('Half a snapshot is refused, and nothing changes', async () => {
  await send('PUT /v1/kv/a', { body: 'x' });
  const { bytes } = await send('GET /v1/snapshot');
  await send('PUT /v1/kv/a', { body: 'y' });
  expect((await send('PUT /v1/snapshot', { body: bytes.subarray(0, bytes.length - 20) })).status).toBe(500);
  expect((await send('GET /v1/kv/a?raw')).text).toBe('y');
});
