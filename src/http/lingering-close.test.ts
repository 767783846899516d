import { afterEach, expect, test } from 'vitest';
import { put, startTestHttp, stopTestHttp } from '../testing/test-http.ts';

afterEach(stopTestHttp);

const CHUNK = 'x'.repeat(64 * 1024);

test.each([
  ['a body that is too long', {}, put('/v1/small/a', ['Content-Length: 8388608']), 413],
  ['a request that is none', {}, 'nonsense\r\n\r\n', 400],
  ['one connection too many', { maxConnectionsPerClient: 1 }, put('/v1/small/a', ['Content-Length: 8388608']), 429],
])('A client that goes on sending after %s is not reset before it has the answer', async (_what, options, head, status) => {
  const { connect } = await startTestHttp(options);
  if (status === 429) await (await connect()).get('/v1/read/1');
  const client = await connect({ allowHalfOpen: true });
  await client.send(head);
  for (let n = 0; n < 16; n += 1) await client.send(CHUNK);
  await client.until(/HTTP/);
  for (let n = 0; n < 16; n += 1) await client.send(CHUNK);
  expect(client.error).toBeUndefined();
  expect(client.statuses).toEqual([status]);
  client.end();
  await client.untilClosed();
  expect(client.error).toBeUndefined();
});

test('A client that never stops sending is cut off all the same', async () => {
  const { connect } = await startTestHttp();
  const client = await connect({ allowHalfOpen: true });
  await client.send(put('/v1/small/a', ['Content-Length: 8388608']));
  while (!client.isClosed) {
    await client.send('x');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(client.statuses).toEqual([413]);
});
