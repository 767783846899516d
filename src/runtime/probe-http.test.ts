import { createServer, type IncomingMessage, type RequestListener, Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { SystemClock } from './clock.ts';
import { NodeProber } from './node-prober.ts';
import type { HttpProbe, HttpProbeResult } from './prober.ts';
import { MAX_READ_BYTES, MAX_READ_CHUNKS } from './tail-buffer.ts';
import type { DenyTarget } from './target-guard.ts';

const servers: TcpServer[] = [];
const sockets: Socket[] = [];
const clock = new SystemClock();
const never = new AbortController().signal;
/** A time-out that comes after the test's own. */
const NO_HELP_MS = 600_000;

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) {
    if (server instanceof Server) server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** The server's base URL. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The base URL of a server that says these bytes to whoever asks, and keeps the connection. */
async function serveBytes(bytes: string): Promise<string> {
  const server = createTcpServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.once('data', () => socket.write(bytes));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const probeOf = (url: string, fields: Partial<HttpProbe> = {}): HttpProbe => ({
  url,
  method: 'GET',
  headers: {},
  body: '',
  timeoutMs: 5_000,
  maxRedirects: 10,
  tlsSkipVerify: false,
  tlsServerName: '',
  keepBytes: 4_096,
  ...fields,
});

function run(url: string, fields: Partial<HttpProbe> = {}, denyTarget?: DenyTarget): Promise<HttpProbeResult> {
  return new NodeProber({ clock, ...(denyTarget && { denyTarget }) }).http(probeOf(url, fields), never);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

const redirectTo = (response: ServerResponse, location: string, status = 302): void => {
  response.writeHead(status, { Location: location }).end();
};

test('status, reason and body come back', async () => {
  const url = await serve((_, response) => response.writeHead(429, 'Slow Down').end('later'));
  expect(await run(url)).toEqual({ ok: true, status: 429, statusText: 'Slow Down', body: 'later', bodyBytes: 5 });
});

test('method, headers, body and no keep-alive arrive as asked', async () => {
  const url = await serve(async (request, response) => {
    const { host, connection, 'x-a': a, 'content-length': length } = request.headers;
    response.end(JSON.stringify([request.method, request.url, host, connection, a, length, await bodyOf(request)]));
  });
  const result = await run(`${url}/p?q=1`, { headers: { Host: ['virtual.example'], 'X-A': ['1', '2'] }, body: 'hé' });
  expect(result).toMatchObject({ body: '["GET","/p?q=1","virtual.example","close","1, 2","3","hé"]' });
});

test('of a long body the end is kept', async () => {
  const url = await serve((_, response) => response.end(`${'x'.repeat(100_000)}end`));
  expect(await run(url, { keepBytes: 5 })).toMatchObject({ ok: true, body: 'xxend', bodyBytes: 100_003 });
});

test('an endless body is read no further than the limit', async () => {
  const url = await serve((_, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 'y')));
      response.once('drain', more);
    };
    more();
  });
  const result = await run(url, { keepBytes: 2, timeoutMs: NO_HELP_MS });
  expect(result).toMatchObject({ ok: true, status: 200, body: 'yy' });
  expect(result.ok && result.bodyBytes).toBeLessThan(2 * MAX_READ_BYTES);
});

test('a body in tiny pieces is read no further than a number of them', async () => {
  const url = await serveBytes(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${'1\r\na\r\n'.repeat(MAX_READ_CHUNKS + 1_000)}`);
  expect(await run(url, { timeoutMs: NO_HELP_MS })).toMatchObject({ ok: true, status: 200, bodyBytes: MAX_READ_CHUNKS });
});

const UPGRADE = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n';

test.each([
  ['GET', UPGRADE, /^Get ".*": unexpected upgrade$/],
  ['CONNECT', 'HTTP/1.1 200 OK\r\n\r\n', /^Connect ".*": unexpected upgrade$/],
])('a %s that is answered by another protocol is a result', async (method, bytes, error) => {
  const url = await serveBytes(bytes);
  expect(await run(url, { method })).toEqual({ ok: false, error: expect.stringMatching(error) });
});

test('a body that drips is cut by the time-out, and its status counts', async () => {
  const url = await serve((_, response) => void response.write('drip'));
  expect(await run(url, { timeoutMs: 100 })).toMatchObject({ ok: true, status: 200, body: 'drip' });
});

test('no answer within the time-out is an error in the words of Go', async () => {
  const url = await serve(() => {});
  expect(await run(url, { timeoutMs: 50 })).toEqual({
    ok: false,
    error: `Get "${url}/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
  });
});

test('an abort ends the attempt at once', async () => {
  const url = await serve(() => abort.abort());
  const abort = new AbortController();
  expect(await new NodeProber({ clock }).http(probeOf(url), abort.signal)).toMatchObject({ ok: false });
});

test('redirects are followed', async () => {
  const url = await serve((request, response) => (request.url === '/end' ? response.end('there') : redirectTo(response, '/end')));
  expect(await run(url)).toMatchObject({ status: 200, body: 'there' });
});

test('with 0 redirects allowed the redirect itself is the answer', async () => {
  const url = await serve((_, response) => redirectTo(response, '/end'));
  expect(await run(url, { maxRedirects: 0 })).toMatchObject({ ok: true, status: 302 });
});

test('a redirect loop ends after the allowed number of hops', async () => {
  let asked = 0;
  const url = await serve((_, response) => {
    asked += 1;
    redirectTo(response, `/${asked}`);
  });
  expect(await run(url, { maxRedirects: 3 })).toEqual({ ok: false, error: `Get "${url}/3": stopped after 3 redirects` });
  expect(asked).toBe(4);
});

test('a redirect to a denied target is not followed', async () => {
  const url = await serve((_, response) => redirectTo(response, 'http://169.254.169.254/secrets'));
  const result = await run(url, {}, (host) => host === '169.254.169.254');
  expect(result).toEqual({ ok: false, error: 'Get "http://169.254.169.254/secrets": target 169.254.169.254:80 is denied by this agent' });
});

test('a name that resolves to a denied address is denied', async () => {
  const url = await serve((_, response) => response.end());
  const result = await run(url.replace('127.0.0.1', 'localhost'), {}, (host) => host === '127.0.0.1' || host === '::1');
  expect(result).toMatchObject({ ok: false, error: expect.stringContaining('is denied by this agent') });
});

test('a name is still reached when a deny rule lets it pass', async () => {
  const url = await serve((_, response) => response.end('ok'));
  expect(await run(url.replace('127.0.0.1', 'localhost'), {}, () => false)).toMatchObject({ ok: true, body: 'ok' });
});

test('a refused connection is a result', async () => {
  const url = await serve(() => {});
  await new Promise((resolve) => servers.pop()?.close(resolve));
  const port = new URL(url).port;
  expect(await run(url)).toEqual({ ok: false, error: `Get "${url}/": dial tcp 127.0.0.1:${port}: connect: connection refused` });
});

test('nonsense instead of HTTP is a result', async () => {
  const server = createTcpServer((socket) => void socket.end('220 mail ready\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const result = await run(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  server.close();
  expect(result).toMatchObject({ ok: false });
});

test.each([
  ['not a url', {}, 'parse "not a url": invalid URL'],
  ['ftp://host/', {}, 'unsupported protocol scheme "ftp"'],
  ['http://127.0.0.1/', { headers: { 'bad name': ['x'] } }, 'Header name must be a valid HTTP token'],
  ['http://127.0.0.1/', { method: 'B AD' }, 'Method must be a valid HTTP token'],
])('%s with %j is a result, not a throw', async (url, fields, text) => {
  expect(await run(url, fields)).toMatchObject({ ok: false, error: expect.stringContaining(text) });
});

test('credentials in the URL are sent, and not repeated in an error', async () => {
  const url = await serve((request, response) => response.end(request.headers.authorization));
  expect(await run(url.replace('://', '://me:s%21@'))).toMatchObject({ body: `Basic ${Buffer.from('me:s!').toString('base64')}` });
  const failed = await run('http://me:hidden@127.0.0.1/', {}, () => true);
  expect(failed).toMatchObject({ ok: false, error: expect.not.stringContaining('hidden') });
});
