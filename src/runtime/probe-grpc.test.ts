import { createSecureServer, createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { selfSigned } from '../testing/self-signed.ts';
import { SystemClock } from './clock.ts';
import { NodeProber } from './node-prober.ts';
import type { GrpcProbe, GrpcProbeResult } from './prober.ts';

const closers: (() => void)[] = [];
const never = new AbortController().signal;

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listen(server: Server | Http2Server): Promise<number> {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => sockets.push(socket.on('error', () => {})));
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function run(port: number, fields: Partial<GrpcProbe> = {}, signal = never): Promise<GrpcProbeResult> {
  const prober = new NodeProber({ clock: new SystemClock() });
  const target = { host: '127.0.0.1', port, tls: false, tlsSkipVerify: false, tlsServerName: '' };
  return prober.grpc({ ...target, service: '', timeoutMs: 5_000, ...fields }, signal);
}

const HEAD = { ':status': 200, 'content-type': 'application/grpc' };

/** Answers with a message of one field and a status in the trailers. */
function answer(stream: ServerHttp2Stream, message: readonly number[], status = '0'): void {
  stream.respond(HEAD, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status }));
  stream.end(Buffer.from([0, 0, 0, 0, message.length, ...message]));
}

/** A health service: what it does with the stream of a request. */
async function serve(onRequest: (stream: ServerHttp2Stream, service: string) => void): Promise<number> {
  const server = createServer();
  server.on('stream', (stream) => {
    const chunks: Buffer[] = [];
    stream.on('error', () => {});
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => onRequest(stream, Buffer.concat(chunks).subarray(7).toString()));
  });
  return listen(server);
}

const failed = (text: string): GrpcProbeResult => ({ ok: false, error: `rpc error: code = ${text}` });

test('what is sent is a gRPC request about the service', async () => {
  const server = createServer();
  const seen: unknown[] = [];
  server.on('stream', (stream, headers) => {
    const { ':method': method, ':path': path, 'content-type': type, te, 'grpc-timeout': timeout } = headers;
    seen.push(method, path, type, te, timeout);
    stream.on('data', (chunk: Buffer) => seen.push(chunk.toString('hex')));
    stream.on('end', () => answer(stream, [8, 1]));
  });
  expect(await run(await listen(server), { service: 'web' })).toEqual({ ok: true, servingStatus: 'SERVING' });
  expect(seen).toEqual(['POST', '/grpc.health.v1.Health/Check', 'application/grpc', 'trailers', '5000m', '00000000050a03776562']);
});

test.each([
  ['up', { ok: true, servingStatus: 'SERVING' }],
  ['down', { ok: true, servingStatus: 'NOT_SERVING' }],
  ['', { ok: true, servingStatus: 'UNKNOWN' }],
  ['other', failed('NotFound desc = unknown service')],
  ['late status', failed('Internal desc = ')],
  ['nonsense', failed('Internal desc = grpc: failed to unmarshal the received message unexpected EOF')],
  ['no trailers', failed('Internal desc = server closed the stream without sending trailers')],
  ['reset', failed('Canceled desc = stream terminated by RST_STREAM with error code: CANCEL')],
  ['website', failed('Unimplemented desc = Not Found: HTTP status code 404; transport: missing content-type field')],
])('the service %j is %j', async (service, result) => {
  const port = await serve((stream, asked) => {
    if (asked === 'up') answer(stream, [8, 1]);
    if (asked === 'down') answer(stream, [8, 2]);
    if (asked === '') answer(stream, []);
    if (asked === 'other') stream.respond({ ...HEAD, 'grpc-status': '5', 'grpc-message': 'unknown service' }, { endStream: true });
    if (asked === 'late status') answer(stream, [8, 1], '13');
    if (asked === 'nonsense') answer(stream, [0xff, 0xff]);
    if (asked === 'no trailers') stream.respond(HEAD, { endStream: true });
    if (asked === 'reset') stream.close(8);
    if (asked === 'website') stream.respond({ ':status': 404 }, { endStream: true });
  });
  expect(await run(port, { service })).toEqual(result);
});

test('an endless answer is read no further than the limit', async () => {
  const port = await serve((stream) => {
    stream.respond(HEAD);
    const more = (): void => {
      while (!stream.destroyed && stream.write(Buffer.alloc(16_384)));
      stream.once('drain', more);
    };
    more();
  });
  expect(await run(port)).toEqual(failed('Unavailable desc = the answer is longer than 16384 bytes'));
});

test('a server that never answers ends by time-out, at whatever step it stays silent', async () => {
  const error = failed('DeadlineExceeded desc = context deadline exceeded');
  expect(await run(await serve(() => {}), { timeoutMs: 200 })).toEqual(error);
  const silent = await listen(createTcp());
  expect(await run(silent, { timeoutMs: 100 })).toEqual(error);
  expect(await run(silent, { timeoutMs: 100, tls: true })).toEqual(error);
});

test('a server that hangs up, or speaks something else, is unavailable', async () => {
  const hangsUp = await listen(createTcp((socket) => void socket.end()));
  expect(await run(hangsUp)).toEqual(failed('Unavailable desc = connection closed'));
  const other = await listen(createTcp((socket) => void socket.write('220 mail ready\r\n')));
  expect(await run(other)).toMatchObject({ ok: false, error: expect.stringMatching(/^rpc error: code = Unavailable desc = ./) });
});

test('a refused connection reads as in grpc-go', async () => {
  const port = await listen(createTcp());
  for (const close of closers.splice(0)) close();
  const reason = `transport: Error while dialing dial tcp 127.0.0.1:${port}: connect: connection refused`;
  expect(await run(port)).toEqual(failed(`Unavailable desc = connection error: desc = "${reason}"`));
});

test('TLS with a server that speaks in the clear fails in the handshake', async () => {
  const port = await listen(createServer());
  const reason = 'transport: authentication handshake failed: tls: first record does not look like a TLS handshake';
  expect(await run(port, { tls: true })).toEqual(failed(`Unavailable desc = connection error: desc = "${reason}"`));
});

test('with TLS the certificate is checked unless that is turned off', async () => {
  const server = createSecureServer(selfSigned('grpc.test'));
  server.on('stream', (stream) => void stream.resume().on('end', () => answer(stream, [8, 1])));
  const port = await listen(server);
  const reason = 'transport: authentication handshake failed: self-signed certificate';
  expect(await run(port, { tls: true, tlsServerName: 'grpc.test' })).toEqual(
    failed(`Unavailable desc = connection error: desc = "${reason}"`),
  );
  expect(await run(port, { tls: true, tlsSkipVerify: true })).toEqual({ ok: true, servingStatus: 'SERVING' });
});

test('an abort ends the attempt, and the connection with it', async () => {
  const abort = new AbortController();
  let closed: Promise<void> | undefined;
  const port = await serve((stream) => {
    closed = new Promise((resolve) => stream.once('close', resolve));
    abort.abort();
  });
  expect(await run(port, {}, abort.signal)).toEqual(failed('Unavailable desc = aborted'));
  await closed;
});
