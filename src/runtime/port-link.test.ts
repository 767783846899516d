/** What is particular to links between threads; what all links do alike is in `test/conformance/link.test.ts`. */
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { SystemClock } from './clock.ts';
import type { Link } from './link.ts';
import { PortTransport, portLink } from './port-link.ts';

const clock = new SystemClock();
const never = new AbortController().signal;

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

function ports(): readonly [MessagePort, MessagePort] {
  const { port1, port2 } = new MessageChannel();
  closers.push(() => port1.close());
  return [port1, port2];
}

const closeOf = (link: Link): Promise<string> => new Promise((resolve) => link.onClose(resolve));
const messageOf = (link: Link): Promise<string> =>
  new Promise((resolve) => link.onMessage((message) => resolve(Buffer.from(message).toString())));

test('two ports of one channel are a link', async () => {
  const [near, far] = ports().map((port) => portLink(port)) as [Link, Link];
  near.send(Buffer.from('hello'));
  expect(await messageOf(far)).toBe('hello');
  near.close('bye');
  expect(await closeOf(far)).toBe('bye');
});

test('a link whose port is closed from outside is lost', async () => {
  const [port1, port2] = ports();
  const link = portLink(port2);
  port1.close();
  expect(await closeOf(link)).toBe('connection lost');
});

test('what is no message of a link closes it, and what claims too much is taken for what it can be', async () => {
  const [port1, port2] = ports();
  const link = portLink(port2);
  const closed = closeOf(link);
  port1.postMessage(1_000_000);
  port1.postMessage({ t: 'hb' });
  expect(await closed).toBe('something arrived that is no message of a link');
  expect(link.queuedBytes).toBe(0);
});

test('a message keeps nothing of the buffer that it was a part of', async () => {
  const [port1, port2] = ports();
  const sizes: number[] = [];
  port1.on('message', (message: Uint8Array) => sizes.push(message.buffer.byteLength));
  portLink(port2).send(Buffer.from('x'.repeat(10_000)).subarray(100, 103));
  while (sizes.length === 0) await clock.sleep(1);
  expect(sizes).toEqual([3]);
});

test('what was taken in one turn is acknowledged at once, and a receiver that never comes fills a bounded queue', async () => {
  const [port1, port2] = ports();
  const acknowledged: unknown[] = [];
  port1.on('message', (message) => acknowledged.push(message));
  const link = portLink(port2, 10_000);
  const closed = closeOf(link);
  for (let i = 0; i < 3; i += 1) port1.postMessage(new Uint8Array(36));
  link.onMessage(() => {});
  while (acknowledged.length === 0) await clock.sleep(1);
  await clock.sleep(1);
  expect(acknowledged.reduce((sum: number, bytes) => sum + Number(bytes), 0)).toBe(300);
  const [other1, other2] = ports();
  const stuck = portLink(other2, 10_000);
  for (let i = 0; i < 200; i += 1) other1.postMessage(new Uint8Array(100));
  expect(await closeOf(stuck)).toBe('queue overflow');
  link.close('done');
  expect(await closed).toBe('done');
});

test('a dial that the other thread does not answer times out, and leaves no timer', async () => {
  const fake = new FakeClock();
  const [port1] = ports();
  const dialled = new PortTransport({ port: port1, clock: fake, dialTimeoutMs: 100 }).dial('agent', never);
  const failed = expect(dialled).rejects.toMatchObject({ code: 'UNREACHABLE', message: 'dial agent: timed out' });
  await fake.advance(100);
  await failed;
  expect(fake.pendingTimers).toBe(0);
});

test('a dial that the other thread does not answer can be given up', async () => {
  const fake = new FakeClock();
  const controller = new AbortController();
  const dialled = new PortTransport({ port: ports()[0], clock: fake }).dial('agent', controller.signal);
  controller.abort();
  await expect(dialled).rejects.toThrow('dial agent: aborted');
  expect(fake.pendingTimers).toBe(0);
});

test('a thread that goes fails the dials that wait for it, and later ones', async () => {
  const [port1, port2] = ports();
  const transport = new PortTransport({ port: port1, clock });
  const waiting = expect(transport.dial('agent', never)).rejects.toThrow('dial agent: the other thread is gone');
  port2.close();
  await waiting;
  await expect(transport.dial('agent', never)).rejects.toThrow('dial agent: the other thread is gone');
});

test('what else arrives at the port of a transport is ignored', async () => {
  const [port1, port2] = ports();
  const transports = [port1, port2].map((port) => new PortTransport({ port, clock }));
  for (const nonsense of [undefined, null, 1, 'x', {}, { address: 1 }, { address: 'agent', port: 1 }]) port1.postMessage(nonsense);
  const accepted = new Promise<Link>((resolve) => void transports[1]?.listen('agent', resolve));
  const near = await transports[0]?.dial('agent', never);
  (await accepted).send(Buffer.from('hello'));
  expect(await messageOf(near as Link)).toBe('hello');
});

/** Starts a thread that does a task of `test/fixtures/link-thread.ts`, with a transport to it. */
function thread(task: string): { readonly worker: Worker; readonly port: MessagePort; readonly transport: PortTransport } {
  const [port, theirs] = ports();
  const file = JSON.stringify(new URL('../../test/fixtures/link-thread.ts', import.meta.url));
  const code = `import('tsx/esm/api').then(({ tsImport }) => tsImport(${file}, ${file}))`;
  const worker = new Worker(code, { eval: true, workerData: { task, port: theirs }, transferList: [theirs], execArgv: [] });
  closers.push(() => worker.terminate());
  return { worker, port, transport: new PortTransport({ port, clock, maxQueuedBytes: 100_000 }) };
}

const acceptFrom = (transport: PortTransport): Promise<Link> => new Promise((resolve) => void transport.listen('test', resolve));

test('an idle link keeps no thread alive, and its end is the end of the link', async () => {
  const { worker, transport } = thread('idle');
  const exited = new Promise((resolve) => worker.once('exit', resolve));
  const link = await acceptFrom(transport);
  expect(await messageOf(link)).toBe('up');
  expect(await exited).toBe(0);
  expect(await closeOf(link)).toBe('connection lost');
});

test('messages cross threads both ways, and the death of a thread closes its links', async () => {
  const { worker, port, transport } = thread('echo');
  await new Promise((resolve) => port.on('message', (message) => message === 'listening' && resolve(undefined)).ref());
  const link = await transport.dial('thread', never);
  const seen: string[] = [];
  const back = new Promise<void>((resolve) => {
    link.onMessage((message) => {
      seen.push(Buffer.from(message).toString());
      if (seen.length === 1_000) resolve();
    });
  });
  for (let i = 0; i < 1_000; i += 1) link.send(Buffer.from(String(i)));
  await back;
  expect(seen).toEqual(Array.from({ length: 1_000 }, (_, i) => String(i)));
  const closed = closeOf(link);
  await worker.terminate();
  expect(await closed).toBe('connection lost');
});

test('a thread that is stuck fills a bounded queue, and the link closes with that reason', async () => {
  const { transport } = thread('stuck');
  const link = await acceptFrom(transport);
  const closed = closeOf(link);
  const message = new Uint8Array(1_000);
  for (let i = 0; i < 100; i += 1) link.send(message);
  expect(link.queuedBytes).toBeLessThanOrEqual(100_000);
  expect(await closed).toBe('queue overflow');
});
