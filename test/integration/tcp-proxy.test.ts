import { connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SystemClock } from '../../src/runtime/clock.ts';
import { freePorts, portOf } from './free-port.ts';
import { TcpProxy } from './tcp-proxy.ts';

const clock = new SystemClock();

/** One end of a connection, and what it saw. */
class End {
  readonly socket: Socket;
  text = '';
  /** `end` when the other side closed in order, or the code of the error. */
  fate = '';

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes) => {
      this.text += bytes.toString();
    });
    socket.on('end', () => {
      this.fate ||= 'end';
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.fate ||= error.code ?? error.message;
    });
  }

  async sees(text: string): Promise<void> {
    await until(() => this.text === text);
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await clock.sleep(2);
}

let proxy: TcpProxy;
const accepted: End[] = [];
const server = createServer({ allowHalfOpen: true }, (socket) => accepted.push(new End(socket)));
const clients: Socket[] = [];

beforeEach(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy = await TcpProxy.open(portOf(server));
});

afterEach(async () => {
  for (const socket of clients.splice(0)) socket.destroy();
  for (const { socket } of accepted.splice(0)) socket.destroy();
  await proxy.close();
  await new Promise((resolve) => server.close(resolve));
});

function open(): End {
  const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
  clients.push(socket);
  return new End(socket);
}

async function linked(): Promise<readonly [near: End, far: End]> {
  const before = accepted.length;
  const near = open();
  near.socket.write('hello');
  await until(() => accepted.length > before);
  const far = accepted.at(-1) as End;
  await far.sees('hello');
  return [near, far];
}

test('what is sent passes both ways and is counted, and each side may end alone', async () => {
  const [near, far] = await linked();
  far.socket.write('welcome');
  await near.sees('welcome');
  near.socket.end(' and bye');
  await far.sees('hello and bye');
  await until(() => far.fate === 'end');
  far.socket.end('!');
  await near.sees('welcome!');
  await until(() => near.fate === 'end' && proxy.openCount === 0);
  expect([proxy.up.bytes, proxy.down.bytes, proxy.acceptedCount]).toEqual([13, 8, 1]);
  expect([proxy.up.segments, proxy.down.segments]).toEqual([2, 2]);
});

test('ten megabytes pass whole, though their receiver is slow', async () => {
  const [near, far] = await linked();
  far.socket.pause();
  const text = 'x'.repeat(10_485_760);
  near.socket.write(text);
  await clock.sleep(20);
  far.socket.resume();
  await until(() => far.text.length === text.length + 5);
  expect(proxy.up.bytes).toBe(text.length + 5);
});

test('a cut resets both ends and whoever comes next, until it is healed', async () => {
  const [near, far] = await linked();
  proxy.cut();
  await until(() => near.fate !== '' && far.fate !== '');
  const next = open();
  await until(() => next.fate !== '');
  expect([near.fate, far.fate, next.fate]).toEqual(['ECONNRESET', 'ECONNRESET', 'ECONNRESET']);
  expect([accepted.length, proxy.openCount]).toEqual([1, 0]);
  proxy.heal();
  await linked();
  expect(accepted).toHaveLength(2);
});

test('a stall holds everything back, new connections and ends too, and loses nothing of it', async () => {
  const [near, far] = await linked();
  proxy.stall();
  near.socket.write(', later');
  far.socket.end('late');
  const next = open();
  next.socket.write('new');
  await until(() => proxy.acceptedCount === 2);
  await clock.sleep(20);
  expect([near.text, far.text, accepted.length, proxy.openCount]).toEqual(['', 'hello', 1, 2]);
  proxy.heal();
  await far.sees('hello, later');
  await near.sees('late');
  await until(() => accepted.length === 2 && near.fate === 'end');
  await (accepted[1] as End).sees('new');
});

test('what is sent half-open vanishes without a sign, and is made good by a reset after the healing', async () => {
  const [near, far] = await linked();
  proxy.halfOpen();
  near.socket.write('lost');
  far.socket.end('lost too');
  const next = open();
  next.socket.write('into the void');
  await until(() => proxy.acceptedCount === 2);
  await clock.sleep(20);
  expect([near.text, near.fate, far.text, far.fate, next.fate, accepted.length]).toEqual(['', '', 'hello', '', '', 1]);
  proxy.heal();
  await until(() => near.fate !== '' && next.fate !== '');
  expect([near.fate, next.fate, proxy.openCount]).toEqual(['ECONNRESET', 'ECONNRESET', 0]);
  await linked();
});

test('a connection that lost nothing while half-open goes on', async () => {
  const [near, far] = await linked();
  proxy.halfOpen();
  await clock.sleep(5);
  proxy.heal();
  near.socket.write(' again');
  await far.sees('hello again');
});

test('who leaves while half-open is forgotten', async () => {
  proxy.halfOpen();
  const near = open();
  near.socket.write('hello');
  await until(() => proxy.openCount === 1);
  near.socket.resetAndDestroy();
  await until(() => proxy.openCount === 0);
});

test('a target that is not there resets who comes', async () => {
  const [port = 0] = await freePorts(1);
  const toNobody = await TcpProxy.open(port);
  const socket = connect(toNobody.port, '127.0.0.1');
  const end = new End(socket);
  await until(() => end.fate !== '');
  expect([end.fate, toNobody.openCount]).toEqual(['ECONNRESET', 0]);
  await toNobody.close();
});
