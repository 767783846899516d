import { createServer as createTlsServer } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { FakeApi, type Responder } from '../testing/fake-api.ts';
import { selfSigned } from '../testing/self-signed.ts';
import { SystemClock } from './clock.ts';
import { HttpClient, type HttpTarget, type TlsClientSettings, targetText } from './http-client.ts';
import { SystemRandom } from './random.ts';

const apis: FakeApi[] = [];

afterEach(async () => {
  for (const api of apis.splice(0)) await api.stop();
});

async function start(respond: Responder, socketPath?: string): Promise<FakeApi> {
  const api = await FakeApi.start(respond, socketPath);
  apis.push(api);
  return api;
}

const clientOf = (target: HttpTarget, maxReplyBytes = 1_000): HttpClient =>
  new HttpClient({ clock: new SystemClock(), target, maxReplyBytes });

const tcp = (address: string): HttpTarget => ({ kind: 'tcp', host: '127.0.0.1', port: Number(address.split(':')[1]), tls: undefined });

const call = (fields: object = {}) => ({ method: 'GET', path: '/x?a=1', headers: {}, timeoutMs: 10_000, ...fields });

test('request and answer arrive whole, whatever the status', async () => {
  const api = await start(() => ({ status: 404, headers: { 'X-Consul-Index': '7' }, body: 'no' }));
  const reply = await clientOf(tcp(api.address)).call(call({ method: 'PUT', headers: { 'X-A': 'b' }, body: Buffer.from('ü') }));
  expect([reply.status, reply.headers['x-consul-index'], Buffer.from(reply.body).toString()]).toEqual([404, '7', 'no']);
  expect(api.requests).toMatchObject([
    { line: 'PUT /x?a=1', headers: { 'x-a': 'b', 'content-length': '2', host: api.address }, body: 'ü' },
  ]);
});

test('a body that is a stream is sent in chunks', async () => {
  const api = await start(() => ({}));
  async function* body(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('one ');
    yield Buffer.from('two');
  }
  await clientOf(tcp(api.address)).call(call({ method: 'PUT', body: body() }));
  expect(api.requests).toMatchObject([{ headers: { 'transfer-encoding': 'chunked' }, body: 'one two' }]);
});

test('a unix socket is a target too', async () => {
  const path = join(tmpdir(), `${new SystemRandom().uuid()}.sock`);
  await start(() => ({ body: 'hi' }), path);
  expect(Buffer.from((await clientOf({ kind: 'unix', path }).call(call())).body).toString()).toBe('hi');
});

test.each<[string, HttpTarget, RegExp]>([
  ['nobody listens', { kind: 'tcp', host: '127.0.0.1', port: 1, tls: undefined }, /^dial tcp 127\.0\.0\.1:1: connect: connection refused$/],
  ['there is no socket', { kind: 'unix', path: '/none/such.sock' }, /^there is no such socket$/],
])('when %s, the target is unreachable', async (_name, target, message) => {
  await expect(clientOf(target).call(call())).rejects.toMatchObject({ code: 'UNREACHABLE', message: expect.stringMatching(message) });
});

test('an answer that does not come is given up after the time-out', async () => {
  const api = await start(() => new Promise(() => {}));
  const asked = clientOf(tcp(api.address)).call(call({ timeoutMs: 50 }));
  await expect(asked).rejects.toMatchObject({ code: 'UNREACHABLE', message: `${api.address} did not answer in time` });
});

test('an abort ends a call', async () => {
  const life = new AbortController();
  const api = await start(() => {
    life.abort();
    return new Promise(() => {});
  });
  await expect(clientOf(tcp(api.address)).call(call({ signal: life.signal }))).rejects.toMatchObject({ code: 'UNREACHABLE' });
});

test('a server that speaks another protocol is unreachable', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const client = clientOf({ kind: 'tcp', host: '127.0.0.1', port, tls: undefined });
  const refused = { code: 'UNREACHABLE', message: 'unexpected upgrade' };
  await expect(client.call(call())).rejects.toMatchObject(refused);
  await expect(client.stream(call({ timeoutMs: Number.POSITIVE_INFINITY }))).rejects.toMatchObject(refused);
  await new Promise((resolve) => server.close(resolve));
});

test('an answer that is too long is not kept', async () => {
  const api = await start(() => ({ body: 'x'.repeat(1_001) }));
  await expect(clientOf(tcp(api.address)).call(call())).rejects.toMatchObject({ code: 'TOO_LARGE' });
});

test('a connection that breaks within the body is unreachable, also in a stream', async () => {
  const server = createServer((socket) => socket.resume().end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const client = clientOf({ kind: 'tcp', host: '127.0.0.1', port, tls: undefined });
  await expect(client.call(call())).rejects.toMatchObject({ code: 'UNREACHABLE' });
  const { chunks } = await client.stream(call());
  const seen: string[] = [];
  const read = async (): Promise<void> => {
    for await (const chunk of chunks) seen.push(Buffer.from(chunk).toString());
  };
  await expect(read()).rejects.toMatchObject({ code: 'UNREACHABLE' });
  expect(seen).toEqual(['half']);
  await new Promise((resolve) => server.close(resolve));
});

test('an abort breaks off a stream', async () => {
  const server = createServer((socket) => {
    socket.resume().on('error', () => {});
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const life = new AbortController();
  const { port } = server.address() as { port: number };
  const client = clientOf({ kind: 'tcp', host: '127.0.0.1', port, tls: undefined });
  const { chunks } = await client.stream(call({ signal: life.signal }));
  const read = async (): Promise<void> => {
    for await (const _chunk of chunks) life.abort();
  };
  await expect(read()).rejects.toMatchObject({ code: 'UNREACHABLE' });
  await new Promise((resolve) => server.close(resolve));
});

test('over TLS the certificate is checked, for the name that is asked for', async () => {
  const { key, cert } = selfSigned('konsul.test');
  const server = createTlsServer({ key, cert }, (_request, response) => response.end('safe'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const trusting = { ca: [Buffer.from(cert)], cert: undefined, key: undefined, serverName: 'konsul.test', skipVerify: false };
  const ask = (tls: TlsClientSettings): Promise<string> =>
    clientOf({ kind: 'tcp', host: '127.0.0.1', port, tls })
      .call(call())
      .then(
        ({ body }) => Buffer.from(body).toString(),
        (error: Error) => error.message,
      );
  expect(await ask(trusting)).toBe('safe');
  expect(await ask({ ...trusting, ca: [] })).toMatch(/self-signed certificate/);
  expect(await ask({ ...trusting, serverName: '' })).toMatch(/does not match certificate/);
  expect(await ask({ ...trusting, ca: [], skipVerify: true })).toBe('safe');
  await new Promise((resolve) => server.close(resolve));
});

test('a target is shown as users write it', () => {
  expect(targetText({ kind: 'tcp', host: '::1', port: 8500, tls: undefined })).toBe('[::1]:8500');
  expect(targetText({ kind: 'unix', path: '/run/k.sock' })).toBe('/run/k.sock');
});
