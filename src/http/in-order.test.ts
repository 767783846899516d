import { afterEach, expect, test, vi } from 'vitest';
import { put, startTestHttp, stopTestHttp } from '../testing/test-http.ts';

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
