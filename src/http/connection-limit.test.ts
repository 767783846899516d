import { afterEach, expect, test, vi } from 'vitest';
import { put, startTestHttp, stopTestHttp } from '../testing/test-http.ts';

afterEach(stopTestHttp);

test('More connections from one address than allowed get a 429; a place is free again when one ends', async () => {
  const { connect } = await startTestHttp({ maxConnectionsPerClient: 2 });
  const [first, second] = [await connect(), await connect()];
  await first.get('/v1/read/1');
  await first.until(/"rest"/);
  const third = await connect();
  const text = await third.untilClosed();
  expect(third.statuses).toEqual([429]);
  expect(text).toMatch(/Retry-After: 1\r\n[\s\S]*Your IP is issuing too many concurrent connections, please rate limit your calls\n$/);
  second.destroy();
  await vi.waitFor(async () => {
    const fourth = await connect();
    await fourth.get('/v1/read/4');
    await fourth.until(/"rest":"4"/);
  });
});

test('What is sent on a refused connection is not done', async () => {
  const { connect, seen } = await startTestHttp({ maxConnectionsPerClient: 1 });
  const first = await connect();
  await first.get('/v1/read/1');
  await first.until(/"rest"/);
  for (let n = 0; n < 10; n += 1) {
    const refused = await connect();
    await refused.send(put('/v1/small/refused', ['Content-Length: 1'], 'x'));
    await refused.untilClosed();
  }
  expect(seen.log).toEqual(['get 1']);
});
