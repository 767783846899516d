import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { SystemClock } from './clock.ts';
import { NodeProber } from './node-prober.ts';
import type { TcpProbe } from './prober.ts';

const servers: Server[] = [];
const prober = new NodeProber({ clock: new SystemClock() });
const never = new AbortController().signal;

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const probeOf = (port: number, fields: Partial<TcpProbe> = {}): TcpProbe => ({
  host: '127.0.0.1',
  port,
  timeoutMs: 5_000,
  tls: false,
  tlsSkipVerify: false,
  tlsServerName: '',
  ...fields,
});

test('an open port is ok, and the connection is not kept', async () => {
  const port = await listen();
  const hungUp = new Promise((resolve) => servers[0]?.once('connection', (socket) => socket.resume().once('end', resolve)));
  expect(await prober.tcp(probeOf(port), never)).toEqual({ ok: true });
  await hungUp;
});

test('a closed port is refused', async () => {
  const port = await listen();
  await new Promise((resolve) => servers.pop()?.close(resolve));
  expect(await prober.tcp(probeOf(port), never)).toEqual({ ok: false, error: `dial tcp 127.0.0.1:${port}: connect: connection refused` });
});

test('TLS with a server that stays silent ends by time-out', async () => {
  const port = await listen();
  const result = await prober.tcp(probeOf(port, { tls: true, timeoutMs: 50 }), never);
  expect(result).toEqual({ ok: false, error: `dial tcp 127.0.0.1:${port}: i/o timeout` });
});

test('TLS with a server that hangs up is a result', async () => {
  const port = await listen();
  servers[0]?.on('connection', (socket) => socket.destroy());
  expect(await prober.tcp(probeOf(port, { tls: true }), never)).toMatchObject({ ok: false });
});

test('an abort ends the attempt, also one that came first', async () => {
  const port = await listen();
  const abort = new AbortController();
  const attempt = prober.tcp(probeOf(port, { tls: true }), abort.signal);
  abort.abort();
  expect(await attempt).toMatchObject({ ok: false });
  expect(await prober.tcp(probeOf(port, { tls: true }), abort.signal)).toMatchObject({ ok: false });
});

test('a denied target is not called', async () => {
  const guarded = new NodeProber({ clock: new SystemClock(), denyTarget: (host) => host.startsWith('127.') });
  expect(await guarded.tcp(probeOf(1), never)).toEqual({ ok: false, error: 'target 127.0.0.1:1 is denied by this agent' });
});

test('a port that is none is a result, not a throw', async () => {
  expect(await prober.tcp(probeOf(99_999), never)).toMatchObject({ ok: false });
});
