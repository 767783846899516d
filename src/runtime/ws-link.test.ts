/** What is particular to WebSockets; what all links do alike is in `test/conformance/link.test.ts`. */
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, Socket } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { FakeClock } from '../testing/fake-clock.ts';
import { SystemClock } from './clock.ts';
import type { Link } from './link.ts';
import { WsTransport } from './ws-link.ts';
import type { WsLinkOptions } from './ws-link-settings.ts';

const clock = new SystemClock();
const never = new AbortController().signal;
const REFUSAL = 'This is the port of links between Konsul agents and servers, not of the HTTP API.\n';
const UPGRADE = {
  Host: 'server',
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
};

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Listening {
  readonly address: string;
  readonly port: number;
  /** The next link that is accepted. */
  readonly accepted: Promise<Link>;
}

async function listen(options: Partial<WsLinkOptions> = {}, address = '127.0.0.1:0'): Promise<Listening> {
  let accept: (link: Link) => void = () => {};
  const accepted = new Promise<Link>((resolve) => {
    accept = resolve;
  });
  const listener = await new WsTransport({ clock, ...options }).listen(address, (link) => {
    closers.push(() => link.close('the test is over'));
    accept(link);
  });
  closers.push(() => listener.close());
  return { address: listener.address, port: Number(listener.address.split(':').at(-1)), accepted };
}

async function linked(options: Partial<WsLinkOptions> = {}): Promise<readonly [near: Link, far: Link]> {
  const { address, accepted } = await listen(options);
  return [await new WsTransport({ clock }).dial(address, never), await accepted];
}

const closeOf = (link: Link): Promise<string> => new Promise((resolve) => link.onClose(resolve));

/** A connection of bytes: what the other side said until it closed. */
async function exchange(port: number, text: string): Promise<string> {
  const socket = open(port);
  socket.write(text);
  return answerOf(socket);
}

function open(port: number): Socket {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  closers.push(() => socket.destroy());
  return socket;
}

function answerOf(socket: Socket): Promise<string> {
  let answer = '';
  socket.on('data', (bytes) => {
    answer += bytes.toString('latin1');
  });
  return new Promise((resolve) => socket.once('close', () => resolve(answer)));
}

const requestText = (line: string, headers: Readonly<Record<string, string>>): string =>
  [line, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');

/** A WebSocket as bytes, after the upgrade. */
async function rawLink(port: number): Promise<Socket> {
  const socket = open(port);
  socket.write(requestText('GET /link HTTP/1.1', UPGRADE));
  await new Promise((resolve) => socket.once('data', resolve));
  return socket;
}

/** A server of some other kind. */
async function otherServer(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the port of links', () => {
  test.each([
    ['a request for the API', requestText('GET /v1/agent/self HTTP/1.1', { Host: 'server' })],
    ['a request for the path of links without an upgrade', requestText('GET /link HTTP/1.1', { Host: 'server' })],
    ['a request whose body never ends', requestText('PUT /v1/kv/a HTTP/1.1', { Host: 'server', 'Content-Length': '1000000' })],
    ['an upgrade at another path', requestText('GET /links HTTP/1.1', UPGRADE)],
    ['an upgrade at no path', requestText('GET * HTTP/1.1', UPGRADE)],
    ['an upgrade to HTTP/2', requestText('GET /link HTTP/1.1', { ...UPGRADE, Upgrade: 'h2c' })],
    ['an upgrade by another method', requestText('POST /link HTTP/1.1', UPGRADE)],
    ['an upgrade without a key', requestText('GET /link HTTP/1.1', { ...UPGRADE, 'Sec-WebSocket-Key': 'short' })],
    ['an upgrade of another version', requestText('GET /link HTTP/1.1', { ...UPGRADE, 'Sec-WebSocket-Version': '99' })],
    ['a page in a browser', requestText('GET /link HTTP/1.1', { ...UPGRADE, Origin: 'http://example.com' })],
    ['what is no HTTP', 'PING\r\n\r\n'],
    ['a head that never ends', `GET / HTTP/1.1\r\nX: ${'x'.repeat(100_000)}`],
  ])('answers %s with what it is', async (_, text) => {
    const { port } = await listen();
    const answer = await exchange(port, text);
    expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
    expect(answer.endsWith(`\r\n\r\n${REFUSAL}`)).toBe(true);
  });

  test('ends a connection that says nothing, and one that goes on forever, when their time is over', async () => {
    const { port } = await listen({ handshakeTimeoutMs: 50 });
    const drip = open(port);
    const dripping = setInterval(() => drip.write('GET '), 5);
    closers.push(() => clearInterval(dripping));
    expect(await Promise.all([answerOf(open(port)), answerOf(drip)])).toEqual(['', expect.any(String)]);
  });

  test('lets the oldest unfinished handshake go when there are too many, and an honest one through', async () => {
    const { port, address, accepted } = await listen({ maxHandshakes: 3 });
    const slow = [open(port), open(port), open(port)];
    await Promise.all(slow.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    const gone = slow.map(answerOf);
    await new WsTransport({ clock }).dial(address, never);
    await accepted;
    expect(await Promise.race(gone)).toBe('');
    await answerOf(open(port).end());
    expect(slow.filter(({ closed }) => closed)).toHaveLength(1);
  });

  test('keeps no timer for a link that stands, nor for a connection that has gone', async () => {
    const fake = new FakeClock();
    const { port, accepted } = await listen({ clock: fake });
    await rawLink(port);
    await accepted;
    expect(fake.pendingTimers).toBe(0);
    await exchange(port, requestText('GET / HTTP/1.1', { Host: 'server' }));
    while (fake.pendingTimers > 0) await clock.sleep(1);
  });

  test('ends unfinished handshakes when it closes', async () => {
    const transport = new WsTransport({ clock });
    const listener = await transport.listen('127.0.0.1:0', () => {});
    const port = Number(listener.address.split(':').at(-1));
    const socket = await new Promise<Socket>((resolve) => {
      const opened = open(port).once('connect', () => resolve(opened));
    });
    const gone = answerOf(socket);
    await exchange(port, 'no HTTP\r\n\r\n');
    await listener.close();
    expect(await gone).toBe('');
  });

  test.each(['nonsense', '127.0.0.1', '127.0.0.1:65536', '::1:8300', 'http://a:1'])('is not opened at %j', async (address) => {
    await expect(listen({}, address)).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(address) });
  });

  test('is opened on IPv6 and on every address', async () => {
    for (const address of ['[::1]:0', ':0', '0.0.0.0:0']) {
      const { address: real, port, accepted } = await listen({}, address);
      const link = await new WsTransport({ clock }).dial(`${address.startsWith('[') ? '[::1]' : '127.0.0.1'}:${port}`, never);
      closers.push(() => link.close('the test is over'));
      expect(real).toMatch(/^(\[::1?\]|0\.0\.0\.0):\d+$/);
      expect((await accepted).remoteAddress).toMatch(address.startsWith('[') ? /^\[::1\]:\d+$/ : /^127\.0\.0\.1:\d+$/);
    }
  });
});

describe('a link', () => {
  test('closes on a text message, and says so', async () => {
    const { address, accepted } = await listen();
    const socket = new WebSocket(`ws://${address}/link`);
    socket.once('open', () => socket.send('text'));
    const reason = new Promise((resolve) => socket.once('close', (code, text) => resolve([code, text.toString()])));
    const said = 'a text message arrived; links carry binary ones';
    expect(await closeOf(await accepted)).toBe(said);
    expect(await reason).toEqual([1000, said]);
  });

  test('closes on a message that is too long, after those before it', async () => {
    const [near, far] = await linked({ maxMessageBytes: 1_000 });
    const seen: number[] = [];
    far.onMessage((message) => seen.push(message.byteLength));
    near.send(new Uint8Array(1_000));
    near.send(new Uint8Array(1_001));
    near.send(new Uint8Array(1));
    const reasons = await Promise.all([closeOf(near), closeOf(far)]);
    expect([seen, ...reasons]).toEqual([
      [1_000],
      'a message was too large for the other side',
      'a message of more than 1000 bytes arrived',
    ]);
  });

  test('closes at the head of a frame of 100 MB, before any of it is held', async () => {
    const { port, accepted } = await listen();
    const socket = await rawLink(port);
    const head = Buffer.alloc(14);
    head.set([0x82, 0xff]);
    head.writeBigUInt64BE(100_000_000n, 2);
    socket.write(head);
    expect(await closeOf(await accepted)).toBe('a message of more than 16777216 bytes arrived');
  });

  test('closes when pieces of one message add up to too much', async () => {
    const { port, accepted } = await listen({ maxMessageBytes: 1_000 });
    const socket = await rawLink(port);
    const piece = (first: number): Buffer => Buffer.concat([Buffer.from([first, 0xfe, 0x02, 0x58, 0, 0, 0, 0]), Buffer.alloc(600)]);
    socket.write(Buffer.concat([piece(0x02), piece(0x00)]));
    expect(await closeOf(await accepted)).toBe('a message of more than 1000 bytes arrived');
  });

  test.each([
    ['a frame without a mask', [0x82, 0x00]],
    ['reserved bits', [0xf2, 0x80, 0, 0, 0, 0]],
    ['an unknown kind of frame', [0x83, 0x80, 0, 0, 0, 0]],
    ['a piece of nothing', [0x80, 0x80, 0, 0, 0, 0]],
    ['a close with half a code', [0x88, 0x81, 0, 0, 0, 0, 3]],
  ])('closes on %s', async (_, bytes) => {
    const { port, accepted } = await listen();
    const socket = await rawLink(port);
    socket.write(Buffer.from(bytes));
    expect(await closeOf(await accepted)).toMatch(/^Invalid WebSocket frame: /);
  });

  test('that the other side leaves without a word is lost', async () => {
    const { port, accepted } = await listen();
    const [ended, reset] = [await rawLink(port), await accepted];
    ended.end();
    expect(await closeOf(reset)).toBe('connection lost');
    const second = await listen();
    const socket = await rawLink(second.port);
    const link = await second.accepted;
    socket.resetAndDestroy();
    expect(await closeOf(link)).toMatch(/reset by peer|connection lost/);
  });

  test('that was closed is gone a second later, whatever the other side does', async () => {
    const { port, accepted } = await listen();
    const socket = await rawLink(port);
    const link = await accepted;
    const said = answerOf(socket);
    link.close('bye');
    expect(await closeOf(link)).toBe('bye');
    expect(await said).toBe(`\u0088\u0005\u0003\u00e8bye`);
  });

  test('that was told to close is gone a second later, even if the other side stays', async () => {
    const { port, accepted } = await listen();
    const socket = await rawLink(port);
    socket.write(Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]));
    expect(await closeOf(await accepted)).toBe('closed by the other side with code 1000');
  });

  test('holds a bounded number of messages for a receiver that never comes', async () => {
    const { address, accepted } = await listen({ maxQueuedBytes: 10_000 });
    const near = await new WsTransport({ clock }).dial(address, never);
    const far = await accepted;
    for (let i = 0; i < 200; i += 1) near.send(new Uint8Array(100));
    expect(await closeOf(far)).toBe('queue overflow');
    expect(await closeOf(near)).toBe('queue overflow');
  });

  test('carries as much of a long reason as there is room for', async () => {
    const [near, far] = await linked();
    near.close('ä'.repeat(100));
    expect(await closeOf(far)).toBe('ä'.repeat(61));
  });

  test('writes what is sent in one tick with one system call', async () => {
    const { address, accepted } = await listen();
    const near = await new WsTransport({ clock }).dial(address, never);
    const far = await accepted;
    const writes = vi.spyOn(Socket.prototype, '_writev');
    closers.push(() => writes.mockRestore());
    for (let i = 0; i < 100; i += 1) far.send(Buffer.from(String(i)));
    await new Promise<void>((resolve) => near.onMessage((message) => Buffer.from(message).toString() === '99' && resolve()));
    expect(writes).toHaveBeenCalledTimes(1);
    near.close('');
  });

  test('is known by its addresses', async () => {
    const { address, accepted } = await listen();
    const near = await new WsTransport({ clock }).dial(address, never);
    expect(near.remoteAddress).toBe(address);
    expect((await accepted).remoteAddress).toMatch(/^127\.0\.0\.1:\d+$/);
    near.close('');
  });
});

describe('a dial', () => {
  const dial = (address: string, options: Partial<WsLinkOptions> = {}): Promise<Link> =>
    new WsTransport({ clock, ...options }).dial(address, never);

  const answering = (text: string): Server =>
    createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(text));
    });

  test.each<readonly [string, () => Server, RegExp]>([
    [
      'the HTTP API',
      () => createHttpServer((_, response) => response.writeHead(404).end()),
      /this is no Konsul server: it answered HTTP 404$/,
    ],
    ['what redirects', () => answering('HTTP/1.1 302 Found\r\nLocation: /link\r\n\r\n'), /this is no Konsul server: it answered HTTP 302$/],
    ['what speaks no HTTP', () => answering('+PONG\r\n'), /this is no Konsul server: Parse Error: /],
    ['what hangs up', () => answering(''), /: EOF$/],
    [
      'a false upgrade',
      () => answering(requestText('HTTP/1.1 101 x', { Upgrade: 'websocket', Connection: 'Upgrade' })),
      /no Konsul server: Invalid Sec-WebSocket-Accept/,
    ],
  ])('of %s fails, and says that it is no server', async (_, makeServer, message) => {
    const address = await otherServer(makeServer());
    const error = await dial(address).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'UNREACHABLE', message: expect.stringMatching(message), details: { address } });
    expect((error as Error).message.startsWith(`dial tcp ${address}: `)).toBe(true);
  });

  test('of the WebSockets of another program fails', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => false });
    await new Promise((resolve) => server.once('listening', resolve));
    closers.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    await expect(dial(`127.0.0.1:${port}`)).rejects.toThrow('this is no Konsul server: Server sent no subprotocol');
  });

  test('of a name that nobody has fails', async () => {
    await expect(dial('no-such-host.invalid:8300')).rejects.toThrow(
      /^dial tcp: lookup no-such-host.invalid: (no such host|server misbehaving)$/,
    );
  });

  test('that nobody answers times out', async () => {
    const address = await otherServer(createServer((socket) => socket.on('error', () => {})));
    await expect(dial(address, { handshakeTimeoutMs: 20 })).rejects.toThrow(`dial tcp ${address}: i/o timeout`);
  });

  test('that is given up leaves no connection, and no timer', async () => {
    const fake = new FakeClock();
    const hungUp = new Promise<void>((resolve) => {
      void otherServer(
        createServer((socket) =>
          socket
            .on('error', () => {})
            .on('close', resolve)
            .resume(),
        ),
      ).then(async (address) => {
        const controller = new AbortController();
        const dialled = new WsTransport({ clock: fake }).dial(address, controller.signal);
        clock.after(20, () => controller.abort());
        await expect(dialled).rejects.toThrow(`dial ${address}: aborted`);
        expect(fake.pendingTimers).toBe(0);
      });
    });
    await hungUp;
  });

  test.each(['', 'host', ':8300', 'host:port', 'host:99999', 'a/b:1', 'a@b:1', '[::g]:1', '[1:2]:1', '1.2.3.4.5:1', 'http://a:1'])(
    'of %j fails',
    async (address) => {
      await expect(dial(address)).rejects.toMatchObject({ code: 'UNREACHABLE', message: expect.stringMatching(/^cannot dial /) });
    },
  );
});
