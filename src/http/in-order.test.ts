import type { Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { put, startTestHttp, stopTestHttp } from '../testing/test-http.ts';
import { InOrder, type Pipelined } from './in-order.ts';

afterEach(stopTestHttp);

test('Pipelined requests run one after the other, and are answered in order', async () => {
  const { connect, seen } = await startTestHttp();
  const client = await connect();
  await client.send(
    `${put('/v1/slow/1', ['Content-Length: 0'])}GET /v1/read/2 HTTP/1.1\r\nHost: test\r\n\r\n${put('/v1/slow/3', ['Connection: close'])}`,
  );
  const text = await client.untilClosed();
  expect(seen.log).toEqual(['slow 1', 'get 2', 'slow 3']);
  expect(text).toMatch(/slow 1[\s\S]*"rest":"2"[\s\S]*slow 3$/);
});

test('What waits behind a blocking query is not run when the client has gone', async () => {
  const { connect, seen, server } = await startTestHttp();
  const client = await connect();
  await client.send(`GET /v1/wait HTTP/1.1\r\nHost: test\r\n\r\n${put('/v1/slow/1', [])}GET /v1/wait HTTP/1.1\r\nHost: test\r\n\r\n`);
  await vi.waitFor(() => expect(seen.waits).toHaveLength(1));
  client.destroy();
  await vi.waitFor(() => expect(seen.waits[0]?.aborted).toBe(true));
  await server.stop();
  expect([seen.log, seen.waits.length]).toEqual([[], 1]);
});

test('A client that pipelines without end is cut off', async () => {
  const { connect, seen } = await startTestHttp();
  const client = await connect();
  const request = 'GET /v1/wait HTTP/1.1\r\nHost: t\r\n\r\n';
  await client.send(request.repeat(2_000));
  await client.untilClosed();
  expect(seen.waits.length).toBeLessThanOrEqual(1);
});

const pipelined = (count: number, header = ''): string => `GET /v1/read/x HTTP/1.1\r\nHost: t\r\n${header}\r\n`.repeat(count);
const WAIT = 'GET /v1/wait HTTP/1.1\r\nHost: t\r\n\r\n';

test('Two hundred small requests may wait on a connection', async () => {
  const { connect, seen, server } = await startTestHttp();
  const client = await connect();
  await client.send(WAIT + pipelined(200));
  await vi.waitFor(() => expect(seen.waits).toHaveLength(1));
  await server.stop();
  expect([client.statuses[0], seen.waits[0]?.aborted]).toEqual([200, true]);
});

test('A connection is closed before large headers that wait fill the memory', async () => {
  const { connect, seen } = await startTestHttp();
  const client = await connect();
  await client.send(WAIT + pipelined(33, `X-Large: ${'x'.repeat(60_000)}\r\n`));
  await client.untilClosed();
  expect([client.statuses, seen.log]).toEqual([[], []]);
});

/** Resolves `true` when `run` came back without waiting, which it does only where there is no room. */
const isRefused = async (order: InOrder, request: Pipelined): Promise<boolean> => {
  let isBack = false;
  void order
    .run(request, async () => {})
    .then(() => {
      isBack = true;
    });
  await new Promise((resolve) => setImmediate(resolve));
  return isBack;
};

test.each<[string, Partial<Pipelined>, number]>([
  ['large headers', { rawHeaders: ['x'.repeat(60 * 1024)] }, 30],
  ['bodies', { headers: { 'content-length': '9' } }, 85],
  ['next to nothing', {}, 256],
])('Of requests with %s, no more wait than fit, and the rest has its place once they ran', async (_what, parts, most) => {
  const socket = { destroy: vi.fn() } as unknown as Socket;
  const request: Pipelined = { socket, url: '', rawHeaders: [], headers: {}, complete: false, ...parts };
  const order = new InOrder();
  for (let round = 1; round <= 2; round += 1) {
    let end = (): void => {};
    const first = order.run(request, () => new Promise((resolve) => (end = resolve)));
    for (let n = 0; n < most; n += 1) expect(await isRefused(order, request)).toBe(false);
    expect(await isRefused(order, request)).toBe(true);
    expect(socket.destroy).toHaveBeenCalledTimes(round);
    end();
    await first;
    await new Promise((resolve) => setImmediate(resolve));
  }
});
