import { createSocket, type Socket } from 'node:dgram';
import { afterEach, expect, test } from 'vitest';
import { SystemClock } from './clock.ts';
import { NodeProber } from './node-prober.ts';
import type { ReachResult, UdpProbe } from './prober.ts';
import type { DenyTarget } from './target-guard.ts';

const sockets: Socket[] = [];
const never = new AbortController().signal;

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

/** A port on which datagrams are heard. */
async function listen(onMessage: (socket: Socket, from: { port: number; address: string; size: number }) => void): Promise<number> {
  const socket = createSocket('udp4');
  sockets.push(socket);
  socket.on('message', (_, from) => onMessage(socket, from));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return socket.address().port;
}

async function closedPort(): Promise<number> {
  const port = await listen(() => {});
  await new Promise<void>((resolve) => sockets.pop()?.close(resolve));
  return port;
}

function run(port: number, fields: Partial<UdpProbe> = {}, signal = never, denyTarget?: DenyTarget): Promise<ReachResult> {
  const prober = new NodeProber({ clock: new SystemClock(), ...(denyTarget && { denyTarget }) });
  return prober.udp({ host: '127.0.0.1', port, timeoutMs: 5_000, ...fields }, signal);
}

test('a target that answers the empty datagram is reached, before the time is up', async () => {
  const sizes: number[] = [];
  const port = await listen((socket, from) => {
    sizes.push(from.size);
    socket.send('pong', from.port, from.address);
  });
  expect(await run(port, { timeoutMs: 600_000 })).toEqual({ ok: true });
  expect(sizes).toEqual([0]);
});

test('a target that stays silent is reached, when the time is up', async () => {
  let heard = 0;
  const port = await listen(() => (heard += 1));
  expect(await run(port, { timeoutMs: 100 })).toEqual({ ok: true });
  expect(heard).toBe(1);
});

test('a port where nobody listens is refused', async () => {
  const port = await closedPort();
  expect(await run(port)).toEqual({ ok: false, error: `read udp 127.0.0.1:${port}: read: connection refused` });
});

test('an abort ends the attempt as a failure, also one that came first', async () => {
  const abort = new AbortController();
  const port = await listen(() => abort.abort());
  expect(await run(port, {}, abort.signal)).toEqual({ ok: false, error: 'aborted' });
  expect(await run(port, {}, abort.signal)).toEqual({ ok: false, error: 'aborted' });
});

test('a name is resolved, and denied by its address', async () => {
  const port = await listen((socket, from) => socket.send('pong', from.port, from.address));
  expect(await run(port, { host: 'localhost' }, never, () => true)).toEqual({
    ok: false,
    error: `target localhost:${port} is denied by this agent`,
  });
  const denyLoopback: DenyTarget = (host) => host === '127.0.0.1' || host === '::1';
  expect(await run(port, { host: 'localhost' }, never, denyLoopback)).toMatchObject({
    ok: false,
    error: expect.stringContaining('is denied by this agent'),
  });
});

test('a name that is none, or a port that is none, is a result, not a throw', async () => {
  expect(await run(1, { host: 'no such name' })).toMatchObject({
    ok: false,
    error: expect.stringContaining('dial udp: lookup no such name'),
  });
  expect(await run(99_999)).toMatchObject({ ok: false });
  expect(await run(0)).toMatchObject({ ok: false });
});
