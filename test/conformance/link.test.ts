/** What every transport of links keeps: the contract of `src/runtime/link.ts`. A new transport is one entry in `transports`. */
import { createServer, type Socket } from 'node:net';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SystemClock } from '../../src/runtime/clock.ts';
import { InProcessTransport } from '../../src/runtime/in-process-link.ts';
import type { Link, LinkListener, LinkTransport } from '../../src/runtime/link.ts';
import { QUEUE_OVERFLOW } from '../../src/runtime/link-inbox.ts';
import { PortTransport } from '../../src/runtime/port-link.ts';
import { SeededRandom } from '../../src/runtime/random.ts';
import { WsTransport } from '../../src/runtime/ws-link.ts';
import type { LinkTls } from '../../src/runtime/ws-link-settings.ts';
import { FakeNetwork } from '../../src/testing/fake-network.ts';
import { selfSigned } from '../../src/testing/self-signed.ts';
import { portOf } from '../integration/free-port.ts';

const MAX_QUEUED_BYTES = 8 * 1_048_576;
const clock = new SystemClock();
const never = new AbortController().signal;

/** Two sides of one transport. */
interface Sides {
  readonly dialler: LinkTransport;
  readonly server: LinkTransport;
  /** Where to listen; dial what the listener says. */
  readonly address: string;
  /** Where nobody listens. */
  readonly deadAddress: string;
  /** Where a dial gets no answer; '' if there is no such thing. */
  readonly silentAddress: string;
  end(): Promise<void>;
}

const transports: Readonly<Record<string, () => Promise<Sides>>> = {
  'in process': async () => {
    const transport = new InProcessTransport({ maxQueuedBytes: MAX_QUEUED_BYTES });
    return { dialler: transport, server: transport, address: 'a', deadAddress: 'b', silentAddress: '', end: async () => {} };
  },
  WebSocket: () => webSockets(undefined),
  'WebSocket with TLS': () => {
    const { key, cert } = selfSigned('server.dc1.consul');
    return webSockets({
      key,
      cert,
      ca: cert,
      verifyIncoming: true,
      verifyOutgoing: true,
      serverName: 'server.dc1.consul',
      minVersion: 'TLSv1.2',
    });
  },
  MessagePort: async () => {
    const { port1, port2 } = new MessageChannel();
    const [dialler, server] = [port1, port2].map((port) => new PortTransport({ port, clock, maxQueuedBytes: MAX_QUEUED_BYTES }));
    if (dialler === undefined || server === undefined) throw new Error('two ports make two transports');
    return { dialler, server, address: 'agent', deadAddress: 'nobody', silentAddress: '', end: async () => port1.close() };
  },
  'fake network': async () => {
    const network = new FakeNetwork({ clock, random: new SeededRandom(1), maxQueuedBytes: MAX_QUEUED_BYTES });
    network.transport('silent');
    network.cut('agent', 'silent');
    const [dialler, server] = [network.transport('agent'), network.transport('server')];
    return { dialler, server, address: ':8300', deadAddress: 'server:1', silentAddress: 'silent:8300', end: async () => {} };
  },
};

async function webSockets(tls: LinkTls | undefined): Promise<Sides> {
  const transport = new WsTransport({ clock, tls, maxQueuedBytes: MAX_QUEUED_BYTES });
  const held: Socket[] = [];
  const silent = createServer((socket) => held.push(socket.on('error', () => {})));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  return {
    dialler: transport,
    server: transport,
    address: '127.0.0.1:0',
    deadAddress: '127.0.0.1:1',
    silentAddress: `127.0.0.1:${portOf(silent)}`,
    end: async () => {
      silent.close();
      for (const socket of held) socket.destroy();
    },
  };
}

/** Writes down what an end of a link sees: messages as they are, the end as `closed: <reason>`. */
class End {
  readonly seen: string[] = [];
  readonly link: Link;
  #wake: () => void = () => {};

  constructor(link: Link) {
    this.link = link;
    link.onMessage((message) => this.#see(Buffer.from(message).toString('latin1')));
    link.onClose((reason) => this.#see(`closed: ${reason}`));
  }

  send(text: string): void {
    this.link.send(Buffer.from(text, 'latin1'));
  }

  /** Everything seen, once there is so much of it. */
  async sees(count: number): Promise<readonly string[]> {
    while (this.seen.length < count) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.seen;
  }

  #see(what: string): void {
    this.seen.push(what);
    this.#wake();
  }
}

describe.each(Object.entries(transports))('links: %s', (_, makeSides) => {
  let sides: Sides;
  let listener: LinkListener;
  let accepted: (link: Link) => void;
  const links: Link[] = [];

  beforeEach(async () => {
    sides = await makeSides();
    accepted = () => {};
    listener = await sides.server.listen(sides.address, (link) => {
      links.push(link);
      accepted(link);
    });
  });

  afterEach(async () => {
    for (const link of links.splice(0)) link.close('the test is over');
    await listener.close();
    await sides.end();
  });

  async function dial(): Promise<Link> {
    const link = await sides.dialler.dial(listener.address, never);
    links.push(link);
    return link;
  }

  /** Both ends of a new link. */
  async function linkUp(): Promise<readonly [near: Link, far: Link]> {
    const far = new Promise<Link>((resolve) => {
      accepted = resolve;
    });
    return [await dial(), await far];
  }

  async function linked(): Promise<readonly [near: End, far: End]> {
    const [near, far] = await linkUp();
    return [new End(near), new End(far)];
  }

  test('messages arrive whole and in order, both ways, empty and large ones among them', async () => {
    const [near, far] = await linked();
    const large = Array.from({ length: 1_048_576 }, (_, i) => String.fromCharCode(i % 256)).join('');
    const sent = ['1', '', large, '2', '', 'ÿ\u0000'];
    for (const text of sent) near.send(text);
    for (const text of sent.toReversed()) far.send(text);
    expect((await far.sees(sent.length)).map((text) => text === large || text)).toEqual(['1', '', true, '2', '', 'ÿ\u0000']);
    expect(await near.sees(sent.length)).toEqual(sent.toReversed());
  });

  test('a thousand messages in one turn arrive in their order', async () => {
    const [near, far] = await linked();
    const sent = Array.from({ length: 1_000 }, (_, i) => `message ${i}`);
    for (const text of sent) near.send(text);
    expect(await far.sees(sent.length)).toEqual(sent);
  });

  test('a message that is part of a larger buffer arrives alone, and stays with its sender', async () => {
    const [near, far] = await linked();
    const bytes = Buffer.from('before message after');
    const part = bytes.subarray(7, 14);
    near.link.send(part);
    near.link.send(part);
    expect(await far.sees(2)).toEqual(['message', 'message']);
    expect(bytes.toString()).toBe('before message after');
  });

  test('delivery is later than sending, so that nobody runs inside the other', async () => {
    const [near, far] = await linked();
    far.link.onMessage(() => far.send('answer'));
    near.send('question');
    expect(near.seen).toEqual([]);
    expect(await near.sees(1)).toEqual(['answer']);
  });

  test('messages wait for their receiver', async () => {
    accepted = (link) => {
      link.send(Buffer.from('hello'));
      link.send(Buffer.from('again'));
    };
    const link = await dial();
    await clock.sleep(0);
    expect(await new End(link).sees(2)).toEqual(['hello', 'again']);
  });

  test.each([0, 1])('a close by either end (%i) reaches both, with its reason, behind what was sent before', async (closer) => {
    const ends = await linked();
    const [closing, other] = [ends[closer], ends[1 - closer]];
    if (closing === undefined || other === undefined) throw new Error('a link has two ends');
    closing.send('last');
    closing.link.close('bye');
    expect(await other.sees(2)).toEqual(['last', 'closed: bye']);
    expect(await closing.sees(1)).toEqual(['closed: bye']);
  });

  test('after a close nothing is sent, received or told again', async () => {
    const [near, far] = await linked();
    far.send('too late');
    near.link.close('bye');
    near.link.close('again');
    near.send('ignored');
    await far.sees(1);
    far.send('ignored');
    far.link.close('late');
    await clock.sleep(20);
    expect([near.seen, far.seen]).toEqual([['closed: bye'], ['closed: bye']]);
  });

  test('who asks after the end is told the reason', async () => {
    const [near, far] = await linked();
    near.link.close('bye');
    await far.sees(1);
    expect(await new End(far.link).sees(1)).toEqual(['closed: bye']);
  });

  test('LESSONS 4 and 26: a queue that nobody takes closes the link with a reason, instead of growing or dropping', async () => {
    const [near, far] = await linkUp();
    const end = new End(near);
    const message = new Uint8Array(1_048_576);
    for (let i = 0; i < 9; i += 1) near.send(message);
    expect(await end.sees(1)).toEqual([`closed: ${QUEUE_OVERFLOW}`]);
    const other = new End(far);
    while (!other.seen.at(-1)?.startsWith('closed: ')) await other.sees(other.seen.length + 1);
    expect(other.seen.length).toBeLessThan(9);
  });

  test('empty messages are bounded too', async () => {
    const [near] = await linkUp();
    const end = new End(near);
    const message = new Uint8Array();
    for (let i = 0; i <= MAX_QUEUED_BYTES / 64; i += 1) near.send(message);
    expect(await end.sees(1)).toEqual([`closed: ${QUEUE_OVERFLOW}`]);
  });

  test('what was taken does not count against the queue', async () => {
    const [near, far] = await linked();
    const text = 'x'.repeat(1_048_576);
    for (let i = 1; i <= 20; i += 1) {
      near.send(text);
      await far.sees(i);
      while (near.link.queuedBytes > 0) await clock.sleep(1);
    }
    expect(near.seen).toEqual([]);
  });

  test('a receiver that closes in the middle of a batch receives no more of it', async () => {
    const [near, far] = await linked();
    const seen: string[] = [];
    far.link.onMessage((message) => {
      seen.push(Buffer.from(message).toString());
      far.link.close('enough');
    });
    for (const text of ['1', '2', '3']) near.send(text);
    expect(await near.sees(1)).toEqual(['closed: enough']);
    expect(seen).toEqual(['1']);
  });

  test('a dial to where nobody listens fails with the address and a reason', async () => {
    const { deadAddress } = sides;
    await expect(sides.dialler.dial(deadAddress, never)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringMatching(`${deadAddress}.*refused`),
      details: { address: deadAddress },
    });
  });

  test('a dial that was given up before it began fails, and links to nobody', async () => {
    await expect(sides.dialler.dial(listener.address, AbortSignal.abort())).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('aborted'),
    });
    await clock.sleep(5);
    expect(links).toEqual([]);
  });

  test('a dial that gets no answer can be given up', async () => {
    if (sides.silentAddress === '') return;
    const controller = new AbortController();
    const dialled = sides.dialler.dial(sides.silentAddress, controller.signal);
    clock.after(20, () => controller.abort());
    await expect(dialled).rejects.toMatchObject({ code: 'UNREACHABLE', message: expect.stringContaining('aborted') });
  });

  test('a listener that closes lets nobody in, keeps the links that stand, and frees its address', async () => {
    const [near, far] = await linked();
    const { address } = listener;
    await listener.close();
    await expect(sides.dialler.dial(address, never)).rejects.toMatchObject({ code: 'UNREACHABLE' });
    near.send('still here');
    expect(await far.sees(1)).toEqual(['still here']);
    listener = await sides.server.listen(sides.address === '127.0.0.1:0' ? address : sides.address, (link) => accepted(link));
    await linked();
  });

  test('an address is had once', async () => {
    const taken = sides.address === '127.0.0.1:0' ? listener.address : sides.address;
    await expect(sides.server.listen(taken, () => {})).rejects.toThrow('already in use');
  });

  test('one transport has many links, each its own', async () => {
    const pairs = await Promise.all([1, 2, 3, 4, 5].map(async () => new End(await dial())));
    for (const [i, near] of pairs.entries()) near.send(`from ${i}`);
    const fars = links.filter((link) => !pairs.some((near) => near.link === link)).map((link) => new End(link));
    const seen = await Promise.all(fars.map(async (far) => (await far.sees(1))[0]));
    expect(seen.toSorted()).toEqual(pairs.map((_, i) => `from ${i}`));
    pairs[0]?.link.close('one of them');
    pairs[1]?.send('another one');
    await Promise.race(fars.map((far) => far.sees(2)));
    expect(pairs.slice(1).map(({ seen }) => seen)).toEqual([[], [], [], []]);
  });
});
