import { createServer as createH2, createSecureServer, type Http2Server, type Http2Session, type SecureServerOptions } from 'node:http2';
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net';
import { createServer as createTls, type TlsOptions } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { selfSigned } from '../testing/self-signed.ts';
import { SystemClock } from './clock.ts';
import { NodeProber } from './node-prober.ts';
import type { H2PingProbe, H2PingResult } from './prober.ts';

const closers: (() => void)[] = [];
const never = new AbortController().signal;
const tls = selfSigned('web.test');

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listen(server: Server | Http2Server): Promise<number> {
  const ends: (() => void)[] = [];
  server.on('connection', (socket: { destroy: () => void; on: (event: string, listener: () => void) => void }) => {
    socket.on('error', () => {});
    ends.push(() => socket.destroy());
  });
  closers.push(() => {
    for (const end of ends) end();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function run(port: number, fields: Partial<H2PingProbe> = {}, signal = never): Promise<H2PingResult> {
  const prober = new NodeProber({ clock: new SystemClock(), denyTarget: (host) => host === '127.0.0.9' });
  const probe = { host: '127.0.0.1', port, timeoutMs: 5_000, tls: false, tlsSkipVerify: false, tlsServerName: '', ...fields };
  return prober.h2ping(probe, signal);
}

test('a server that speaks HTTP/2 in the clear answers, and the connection is not kept', async () => {
  const server = createH2();
  const closed = new Promise<void>((resolve) => server.on('session', (session: Http2Session) => session.once('close', resolve)));
  expect(await run(await listen(server))).toEqual({ ok: true });
  await closed;
});

test('with TLS the certificate is checked, against the name that is asked for', async () => {
  const names: unknown[] = [];
  const SNICallback: SecureServerOptions['SNICallback'] = (name, done) => {
    names.push(name);
    done(null);
  };
  const server = createSecureServer({ ...tls, SNICallback });
  const port = await listen(server);
  expect(await run(port, { tls: true, tlsServerName: 'web.test' })).toEqual({
    ok: false,
    error: 'self-signed certificate',
    hasConnected: false,
  });
  expect(await run(port, { tls: true, tlsServerName: 'web.test', tlsSkipVerify: true })).toEqual({ ok: true });
  expect(names).toEqual(['web.test', 'web.test']);
});

test('the handshake offers h2 alone', async () => {
  const protocols: unknown[] = [];
  const ALPNCallback: TlsOptions['ALPNCallback'] = ({ protocols: offered }) => {
    protocols.push(offered);
    return 'h2';
  };
  const server = createTls({ ...tls, ALPNCallback }, (socket) => socket.destroy());
  expect(await run(await listen(server), { tls: true, tlsSkipVerify: true })).toMatchObject({ ok: false, hasConnected: true });
  expect(protocols).toEqual([['h2']]);
});

test('a refused connection is told from a failed ping', async () => {
  const port = await listen(createTcp());
  for (const close of closers.splice(0)) close();
  const error = `dial tcp 127.0.0.1:${port}: connect: connection refused`;
  expect(await run(port)).toEqual({ ok: false, error, hasConnected: false });
});

test('a server that never answers ends by time-out', async () => {
  const port = await listen(createTcp());
  expect(await run(port, { timeoutMs: 100 })).toEqual({ ok: false, error: 'context deadline exceeded', hasConnected: true });
  expect(await run(port, { timeoutMs: 100, tls: true })).toEqual({
    ok: false,
    error: `dial tcp 127.0.0.1:${port}: i/o timeout`,
    hasConnected: false,
  });
});

test.each([
  ['another protocol', 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'],
  ['nonsense', '\x00\xff\x17\x03nonsense'],
  ['nothing', ''],
])('%s instead of HTTP/2 is a result', async (_name, text) => {
  const server = createTcp((socket) => void socket.end(Buffer.from(text, 'latin1')));
  expect(await run(await listen(server))).toMatchObject({ ok: false, hasConnected: true });
});

test('an abort ends the attempt, also one that came first', async () => {
  const abort = new AbortController();
  const port = await listen(createTcp(() => abort.abort()));
  expect(await run(port, {}, abort.signal)).toMatchObject({ ok: false });
  expect(await run(port, {}, abort.signal)).toMatchObject({ ok: false, hasConnected: false });
});

test('a denied target is not called', async () => {
  const error = 'target 127.0.0.9:1 is denied by this agent';
  expect(await run(1, { host: '127.0.0.9' })).toEqual({ ok: false, error, hasConnected: false });
});
