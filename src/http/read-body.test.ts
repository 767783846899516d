import { afterEach, expect, test } from 'vitest';
import { put, startTestHttp, stopTestHttp, texts } from '../testing/test-http.ts';
import { BodyBudget } from './read-body.ts';

afterEach(stopTestHttp);

test.each(['application/json', 'application/x-www-form-urlencoded', 'text/plain; charset=latin1', ';;', 'nonsense', undefined])(
  'A body with the content type %s is read as it is',
  async (type) => {
    const { connect, seen } = await startTestHttp();
    const client = await connect();
    await client.send(
      put('/v1/small/a', [...(type === undefined ? [] : [`Content-Type: ${type}`]), 'Content-Length: 5', 'Connection: close'], 'a=1;2'),
    );
    await client.untilClosed();
    expect([client.statuses, texts(seen.bodies)]).toEqual([[200], ['a=1;2']]);
  },
);

test.each([
  ['declared', ['Content-Length: 10'], '0123456789', '0123456789'],
  ['chunked', ['Transfer-Encoding: chunked'], '3\r\nabc\r\n7\r\ndefghij\r\n0\r\n\r\n', 'abcdefghij'],
  ['empty', ['Content-Length: 0'], '', ''],
  ['absent', [], '', ''],
  ['empty and chunked', ['Transfer-Encoding: chunked'], '0\r\n\r\n', ''],
])('A body of the limit is taken: %s', async (_how, headers, body, text) => {
  const { connect, seen } = await startTestHttp();
  const client = await connect();
  await client.send(put('/v1/small/a', headers, body));
  await client.until(/true$/);
  expect(texts(seen.bodies)).toEqual([text]);
  await client.get('/v1/read/after');
  await client.until(/"rest":"after"/);
});

test('A value keeps no larger buffer alive than itself', async () => {
  const { connect, seen } = await startTestHttp();
  const client = await connect();
  await client.send(put('/v1/small/a', ['Content-Length: 3'], 'abc'));
  await client.until(/true$/);
  await client.send(put('/v1/small/b', ['Transfer-Encoding: chunked'], '1\r\na\r\n2\r\nbc\r\n0\r\n\r\n'));
  await client.until(/true[\s\S]*true$/);
  expect(seen.bodies.map((body) => body.buffer.byteLength)).toEqual([3, 3]);
});

const SEE = 'See https://www.consul.io/docs/agent/config/config-files#kv_max_value_size.';

test('A body that is declared too long is refused unread, and the connection ends', async () => {
  const { connect, seen } = await startTestHttp();
  const client = await connect();
  await client.send(put('/v1/small/a', ['Content-Length: 11'], '0123'));
  const text = await client.untilClosed();
  expect(text).toContain(`Request body(11 bytes) too large, max size: 10 bytes. ${SEE}`);
  expect(text).toContain('Connection: close');
  expect(text).toContain('X-Consul-Default-Acl-Policy: allow');
  expect([client.statuses, seen.bodies]).toEqual([[413], []]);
});

test('A body that turns out too long is refused at once, while its sender is still sending', async () => {
  const { connect, seen } = await startTestHttp();
  const client = await connect();
  await client.send(put('/v1/small/a', ['Transfer-Encoding: chunked'], '8\r\n01234567\r\n'));
  await client.send('3\r\nabc\r\n');
  const text = await client.untilClosed();
  expect(text).toContain(`Request body too large, max size: 10 bytes. ${SEE}`);
  expect([client.statuses, seen.bodies]).toEqual([[413], []]);
});

test('A slow sender is waited for, and holds nobody up', async () => {
  const { connect, seen } = await startTestHttp();
  const [slow, quick] = [await connect(), await connect()];
  await slow.send(put('/v1/small/a', ['Content-Length: 6'], 'abc'));
  await quick.get('/v1/read/a');
  await quick.until(/"rest"/);
  expect(slow.received).toBe('');
  await slow.send('def');
  await slow.until(/true$/);
  expect(texts(seen.bodies)).toEqual(['abcdef']);
});

test('A sender that leaves in mid-body has written nothing', async () => {
  const { connect, seen } = await startTestHttp();
  const client = await connect();
  await client.send(put('/v1/small/a', ['Content-Length: 6'], 'abc'));
  client.destroy();
  await client.untilClosed();
  const other = await connect();
  await other.get('/v1/read/a');
  await other.until(/"rest"/);
  expect(seen.bodies).toEqual([]);
});

test('The body of a GET is not read, and its connection ends if it is long', async () => {
  const { connect } = await startTestHttp();
  const client = await connect();
  await client.get('/v1/read/a', ['Content-Length: 100000']);
  expect(await client.untilClosed()).toContain('Connection: close');
  expect(client.statuses).toEqual([200]);
});

test('A route that reads the stream itself gets it as it comes', async () => {
  const { connect, seen } = await startTestHttp();
  const client = await connect();
  await client.send(put('/v1/stream', ['Content-Length: 300000']));
  for (let n = 0; n < 3; n += 1) await client.send(Buffer.alloc(100_000, 'a'));
  await client.until(/Content-Length: 0/);
  expect(seen.bodies.reduce((sum, { length }) => sum + length, 0)).toBe(300_000);
});

test('A route that gives the stream up in the middle still gets its answer out', async () => {
  const { connect } = await startTestHttp();
  const client = await connect();
  await client.send(put('/v1/stream', ['Content-Length: 300000'], '!'));
  expect(await client.untilClosed()).toMatch(/ 500 [\s\S]*no snapshot$/);
});

test('Bodies of all requests together are held to a budget, and a request that ends gives its share back', () => {
  const budget = new BodyBudget(10);
  const [first, second] = [budget.open(), budget.open()];
  first.addOrThrow(6);
  expect(() => second.addOrThrow(5)).toThrow(expect.objectContaining({ code: 'TOO_MANY_CONNECTIONS', status: 429 }));
  second.addOrThrow(4);
  first.release();
  first.release();
  second.addOrThrow(6);
  expect(() => first.addOrThrow(1)).toThrow('too many request bodies');
});
