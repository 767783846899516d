/** How the server ends: every waiter answered, every connection closed, soon, and with exit code 0. */
import { Agent } from 'node:http';
import { connect, type Socket } from 'node:net';
import { expect } from 'vitest';
import type { KonsulProcess } from './konsul-process.ts';
import { testedPeer } from './konsul-process.ts';
import { test } from './konsul-test.ts';
import { within } from './wait-until.ts';

const STOP_BOUND_MS = 5_000;
const isConsul = testedPeer() === 'consul';

/** A connection that has had one answer and says nothing more. */
async function idleConnection(server: KonsulProcess): Promise<Socket> {
  const socket = connect(server.httpPort, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('GET /v1/status/leader HTTP/1.1\r\nHost: x\r\n\r\n');
  await new Promise((resolve) => socket.once('data', resolve));
  return socket;
}

test.skipIf(isConsul)('SIGINT answers 100 blocking queries, closes 100 idle connections and ends the process with 0', async ({ start }) => {
  const server = await start();
  await server.put('/v1/kv/k', 'v');
  const { index } = await server.call('/v1/kv/k');
  const idle = await Promise.all(Array.from({ length: 100 }, () => idleConnection(server)));
  const agent = new Agent({ keepAlive: true });
  const waiting = Array.from({ length: 100 }, (_, n) =>
    server.call(n % 2 === 0 ? `/v1/kv/k?index=${index}&wait=60s` : `/v1/health/service/web?index=${index + 1000}&wait=60s`, { agent }),
  );
  for (let round = 0; round < 10; round++) await server.call('/v1/status/leader');

  server.signal('SIGINT');
  const replies = await within(STOP_BOUND_MS, 'answering the blocking queries', Promise.all(waiting));
  expect(replies.map((reply) => reply.status)).toEqual(replies.map(() => 200));
  expect(replies[0]?.json()).toMatchObject([{ Key: 'k', Value: 'dg==' }]);
  expect(replies[1]?.text).toBe('[]');
  expect(await within(STOP_BOUND_MS, 'the end of the process', server.exited)).toEqual({ code: 0, signal: null });
  for (const socket of idle) socket.destroy();
});

test.skipIf(isConsul)('SIGTERM during writes loses none that was answered', async ({ start }) => {
  const server = await start();
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const acknowledged: string[] = [];
  const write = async (n: number): Promise<void> => {
    const reply = await server.call(`/v1/kv/stop/${n}`, { method: 'PUT', body: `${n}`, agent });
    if (reply.status === 200) acknowledged.push(`stop/${n}`);
    if (acknowledged.length === 50) server.signal('SIGTERM');
  };
  await Promise.allSettled(Array.from({ length: 400 }, (_, n) => write(n)));
  expect((await within(STOP_BOUND_MS, 'the end of the process', server.exited)).code).toBe(0);

  await server.restart();
  const present = new Set((await server.call('/v1/kv/stop/?keys')).json<string[]>());
  expect(acknowledged.length).toBeGreaterThanOrEqual(50);
  expect(acknowledged.filter((key) => !present.has(key))).toEqual([]);
});

test.skipIf(isConsul)('a client that never reads its answer does not hold the end up', async ({ start }) => {
  const server = await start();
  const value = Buffer.alloc(500_000, 'x');
  for (let n = 0; n < 10; n++) await server.put(`/v1/kv/big/${n}`, value);
  const socket = connect(server.httpPort, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.pause();
  socket.write('GET /v1/kv/big/?recurse HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(5));
  await server.call('/v1/status/leader');
  server.signal('SIGINT');
  expect((await within(STOP_BOUND_MS, 'the end of the process', server.exited)).code).toBe(0);
  socket.destroy();
});

test.skipIf(isConsul)('a second signal ends the process at once', async ({ start }) => {
  const server = await start();
  const waiting = server.call('/v1/kv/none?index=100000&wait=60s').catch(() => undefined);
  await server.call('/v1/status/leader');
  server.signal('SIGINT');
  server.signal('SIGINT');
  await within(1_000, 'the end after two signals', server.exited);
  await waiting;
});
