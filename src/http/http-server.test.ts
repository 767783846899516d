import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { silentLogger } from '../runtime/logger.ts';
import { RawClient } from '../testing/raw-client.ts';
import { given, put, startTestHttp, stopTestHttp } from '../testing/test-http.ts';
import { HttpRules } from './http-rules.ts';

afterEach(stopTestHttp);

test('A request goes to its route and the answer comes back, on a connection that stays', async () => {
  const { connect, server } = await startTestHttp();
  expect(server.address).toMatch(/^127\.0\.0\.1:\d+$/);
  const client = await connect();
  await client.get('/v1/read/a%2Fb?x=1&x=2', ['X-Test: yes']);
  const text = await client.until(/\}$/);
  expect(text).toContain('{"rest":"a/b","x":["1","2"],"header":"yes","remoteAddress":"127.0.0.1"}');
  expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  for (const header of [
    'Vary: Accept-Encoding',
    'Content-Type: application/json',
    'X-Consul-Default-Acl-Policy: allow',
    'Connection: keep-alive',
  ]) {
    expect(text).toContain(`\r\n${header}\r\n`);
  }
  await client.get('/v1/read/c');
  await client.until(/"rest":"c"/);
});

test.each([
  ['a path that is no endpoint', 'GET /v1/none HTTP/1.1', 404],
  ['a redirect', 'GET /v1/read HTTP/1.1', 301],
  ['a path with a malformed escape', 'GET /v1/read/%zz HTTP/1.1', 400],
  ['a path that is no UTF-8', 'GET /v1/read/%FF HTTP/1.1', 400],
])('%s carries the headers of every answer, but none of an endpoint', async (_what, line, status) => {
  const { connect } = await startTestHttp();
  const client = await connect();
  await client.send(`${line}\r\nHost: test\r\nConnection: close\r\n\r\n`);
  const text = await client.untilClosed();
  expect(client.statuses).toEqual([status]);
  expect(text).toContain('Vary: Accept-Encoding');
  expect(text).not.toContain('X-Consul-Default-Acl-Policy');
});

test.each([
  ['PATCH', 405],
  ['HEAD', 405],
  ['PROPFIND', 405],
  ['OPTIONS', 200],
])('%s is answered by the dispatcher', async (method, status) => {
  const { connect } = await startTestHttp();
  const client = await connect();
  await client.send(`${method} /v1/read/a HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n`);
  expect(await client.untilClosed()).toContain('Allow: OPTIONS,GET');
  expect(client.statuses).toEqual([status]);
  if (method === 'HEAD') expect(client.received).toMatch(/\r\n\r\n$/);
});

test('The form of a request to a proxy is understood', async () => {
  const { connect } = await startTestHttp();
  const client = await connect();
  await client.get('http://test/v1/read/a');
  expect(await client.until(/"rest"/)).toContain('"rest":"a"');
});

test('JSON is pretty for ?pretty', async () => {
  const { connect } = await startTestHttp();
  const client = await connect();
  await client.get('/v1/read/a?pretty');
  expect(await client.until(/\}\n$/)).toContain('{\n    "rest": "a"');
});

test('An answer that breaks off ends the connection, so that nobody takes the half for the whole', async () => {
  const error = vi.fn();
  const { connect } = await startTestHttp({ logger: { ...silentLogger, error } });
  const client = await connect();
  await client.get('/v1/broken');
  const text = await client.untilClosed();
  expect(text).not.toMatch(/(^|\r\n)0\r\n\r\n$/);
  expect(error).toHaveBeenCalledWith({ error: 'the disk broke', url: '/v1/broken' }, 'answer failed');
});

test('A reader that leaves ends what was made for it', async () => {
  const { connect } = await startTestHttp();
  const before = given.up;
  const client = await connect();
  await client.get('/v1/large');
  await client.until(/200 OK/);
  client.destroy();
  await vi.waitFor(() => expect(given.up).toBe(before + 1));
});

test('A waiting request ends when its client goes, and only then', async () => {
  const { connect, seen } = await startTestHttp();
  const [stays, goes] = [await connect(), await connect()];
  await stays.get('/v1/wait');
  await vi.waitFor(() => expect(seen.waits).toHaveLength(1));
  await goes.get('/v1/wait');
  await vi.waitFor(() => expect(seen.waits).toHaveLength(2));
  goes.destroy();
  await vi.waitFor(() => expect(seen.waits[1]?.aborted).toBe(true));
  expect(seen.waits[0]?.aborted).toBe(false);
});

test('A client whose body was read to its end has not gone, until it goes', async () => {
  const { connect, seen } = await startTestHttp();
  for (const call of [
    put('/v1/take', ['Content-Length: 1'], 'x'),
    put('/v1/take', ['Transfer-Encoding: chunked'], '1\r\nx\r\n0\r\n\r\n'),
  ]) {
    const client = await connect();
    const at = seen.waits.length;
    await client.send(call);
    await vi.waitFor(() => expect(seen.waits).toHaveLength(at + 1));
    const other = await connect();
    await other.get('/v1/read/a');
    await other.until(/"rest"/);
    expect(seen.waits[at]?.aborted).toBe(false);
    client.destroy();
    await vi.waitFor(() => expect(seen.waits[at]?.aborted).toBe(true));
  }
});

test('Stopping answers who waits, ends idle connections and takes no new ones', async () => {
  const warn = vi.spyOn(process, 'emitWarning');
  const { connect, seen, server } = await startTestHttp();
  const idle = await connect();
  await idle.get('/v1/read/a');
  await idle.until(/"rest"/);
  const waiting: RawClient[] = [];
  for (let n = 0; n < 20; n += 1) {
    const client = await connect();
    await client.get('/v1/wait');
    waiting.push(client);
  }
  await vi.waitFor(() => expect(seen.waits).toHaveLength(20));
  const { address } = server;
  await server.stop();
  for (const client of waiting) expect(await client.untilClosed()).toMatch(/Connection: close[\s\S]*woken$/);
  await idle.untilClosed();
  await expect(RawClient.connect(address)).rejects.toThrow('ECONNREFUSED');
  expect(warn).not.toHaveBeenCalled();
});

test.each([
  ['no HTTP', 'hello\r\n\r\n', '400 Bad Request'],
  ['an unknown method', 'BREW /v1/read/a HTTP/1.1\r\nHost: test\r\n\r\n', '400 Bad Request'],
  ['headers without end', `GET /v1/read/a HTTP/1.1\r\nHost: test\r\nX: ${'x'.repeat(70_000)}`, '431 Request Header Fields Too Large'],
  ['two lengths', put('/v1/small/a', ['Content-Length: 1', 'Content-Length: 2'], 'ab'), '400 Bad Request'],
  ['a length and chunks', put('/v1/small/a', ['Content-Length: 1', 'Transfer-Encoding: chunked'], '0\r\n\r\n'), '400 Bad Request'],
])('%s is answered with a short text, and the connection ends', async (_what, bytes, line) => {
  const { connect, seen } = await startTestHttp();
  const client = await connect();
  await client.send(bytes);
  expect(await client.untilClosed()).toBe(
    `HTTP/1.1 ${line}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${line.length}\r\nConnection: close\r\n\r\n${line}`,
  );
  expect([seen.log, seen.bodies]).toEqual([[], []]);
});

test('A unix socket is served, without a limit of connections', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'konsul-'));
  const { server } = await startTestHttp({ listen: { path: join(folder, 'api.sock') }, maxConnectionsPerClient: 1 });
  expect(server.address).toBe(`unix://${folder}/api.sock`);
  for (let n = 0; n < 3; n += 1) {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request({ socketPath: join(folder, 'api.sock'), path: '/v1/read/a', agent: false }, resolve)
        .on('error', reject)
        .end();
    });
    expect(answer.statusCode).toBe(200);
  }
  await rm(folder, { recursive: true });
});

test('The rules of the operator reach every request', async () => {
  const rules = new HttpRules({ blockEndpoints: ['/v1/wait'], allowWriteFrom: ['10.0.0.0/8'], responseHeaders: { 'X-House': 'konsul' } });
  const { connect, seen } = await startTestHttp({ rules });
  const client = await connect();
  await client.get('/v1/wait');
  await client.until(/Endpoint is blocked by agent configuration$/);
  await client.send(put('/v1/small/a', ['Content-Length: 1'], 'x'));
  await client.until(/Access is restricted$/);
  rules.update({ blockEndpoints: [], allowWriteFrom: [], responseHeaders: {} });
  const later = await connect();
  await later.send(put('/v1/small/b', ['Content-Length: 1'], 'x'));
  expect(await later.until(/true$/)).not.toContain('X-House');
  expect(client.statuses).toEqual([403, 403]);
  expect(client.received.match(/X-House: konsul/g)).toHaveLength(2);
  expect(seen.log).toEqual(['put b']);
});

test('A client that leaves amid the body of a GET is seen to go', async () => {
  const { connect, seen } = await startTestHttp();
  const client = await connect();
  await client.send('GET /v1/wait HTTP/1.1\r\nHost: test\r\nContent-Length: 1000000\r\n\r\n');
  await client.send('x'.repeat(200_000));
  await vi.waitFor(() => expect(seen.waits).toHaveLength(1));
  client.destroy();
  await vi.waitFor(() => expect(seen.waits[0]?.aborted).toBe(true));
});

test('Nonsense behind a request whose answer is under way breaks it off, and writes nothing into it', async () => {
  const { connect } = await startTestHttp();
  const client = await connect();
  await client.get('/v1/large');
  await client.until(/200 OK/);
  await client.send('nonsense\r\n\r\n');
  expect(await client.untilClosed()).not.toContain('400 Bad Request');
});
