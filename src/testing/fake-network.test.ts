import { expect, test } from 'vitest';
import type { Link } from '../runtime/link.ts';
import { DEFAULT_MAX_QUEUED_BYTES, QUEUE_OVERFLOW } from '../runtime/link-inbox.ts';
import { SeededRandom } from '../runtime/random.ts';
import { FakeClock } from './fake-clock.ts';
import { CONNECTION_RESET } from './fake-link.ts';
import { FakeNetwork, type FakeNetworkOptions } from './fake-network.ts';

const never = new AbortController().signal;
const SERVER = 'server-1:8300';

type Settings = Partial<Omit<FakeNetworkOptions, 'clock' | 'random'>> & { readonly seed?: number };

/** A network of a server that listens and two agents, and what every end saw: messages as texts, `at` before them, a close with its reason. */
class World {
  readonly clock = new FakeClock();
  readonly network: FakeNetwork;
  readonly accepted: Link[] = [];
  readonly seen: string[] = [];

  readonly #roundTripMs: number;

  constructor({ seed = 1, ...settings }: Settings = {}) {
    this.#roundTripMs = 2 * (10 + (settings.jitterMs ?? 0));
    this.network = new FakeNetwork({ clock: this.clock, random: new SeededRandom(seed), latencyMs: 10, jitterMs: 0, ...settings });
  }

  async listen(accept: (link: Link) => void = () => {}): Promise<void> {
    await this.network.transport('server-1').listen('0.0.0.0:8300', (link) => {
      this.accepted.push(this.record('server', link));
      accept(link);
    });
  }

  record(name: string, link: Link): Link {
    link.onMessage((message) => this.seen.push(`${name}@${this.clock.nowMs()} ${Buffer.from(message).toString()}`));
    link.onClose((reason) => this.seen.push(`${name}@${this.clock.nowMs()} closed: ${reason}`));
    return link;
  }

  async dial(from: string, address = SERVER, signal = never): Promise<Link> {
    const dialled = this.network.transport(from).dial(address, signal);
    dialled.catch(() => {});
    await this.clock.advance(this.#roundTripMs);
    return this.record(from, await dialled);
  }

  /** What was seen since the last call. */
  take(): string[] {
    return this.seen.splice(0);
  }
}

const bytes = (text: string): Uint8Array => Buffer.from(text);

async function linked(settings: Settings = {}): Promise<{ world: World; near: Link; far: Link }> {
  const world = new World(settings);
  await world.listen();
  const near = await world.dial('agent-1');
  return { world, near, far: world.accepted[0] as Link };
}

test('a dial takes a round trip, a message one way, and both ends know the other by its address', async () => {
  const { world, near, far } = await linked();
  expect(world.clock.nowMs()).toBe(20);
  near.send(bytes('up'));
  far.send(bytes('down'));
  await world.clock.advance(9);
  expect(world.take()).toEqual([]);
  await world.clock.advance(1);
  expect(world.take()).toEqual(['server@30 up', 'agent-1@30 down']);
  expect([near.remoteAddress, far.remoteAddress]).toEqual([SERVER, expect.stringMatching(/^agent-1:\d+$/)]);
});

test('jitter delays messages and never changes their order', async () => {
  const { world, near } = await linked({ jitterMs: 50 });
  for (let i = 0; i < 20; i += 1) {
    near.send(bytes(String(i)));
    await world.clock.advance(3);
  }
  await world.clock.advance(100);
  const arrived = world.take().map((line) => line.split(' '));
  expect(arrived.map(([, text]) => Number(text))).toEqual(Array.from({ length: 20 }, (_, i) => i));
  expect(new Set(arrived.map(([at]) => at)).size).toBeGreaterThan(3);
});

test('one seed is one run', async () => {
  const run = async (seed: number): Promise<readonly string[]> => {
    const { world, near } = await linked({ jitterMs: 50, seed });
    for (let i = 0; i < 10; i += 1) near.send(bytes(String(i)));
    await world.clock.advance(200);
    return world.take();
  };
  const [first, again, other] = await Promise.all([run(7), run(7), run(8)]);
  expect(first).toEqual(again);
  expect(first).not.toEqual(other);
});

test('what the one who accepts sends at once arrives after the dial, in full', async () => {
  const world = new World();
  await world.listen((link) => {
    for (const text of ['a', 'b']) link.send(bytes(text));
  });
  await world.dial('agent-1');
  await world.clock.advance(0);
  expect(world.take()).toEqual(['agent-1@20 a', 'agent-1@20 b']);
});

test.each([
  ['a host of no name', 'nowhere:8300', 'dial tcp: lookup nowhere: no such host'],
  ['a port where nobody listens', 'server-1:8301', 'dial tcp server-1:8301: connect: connection refused'],
  ['what is no address', 'server-1', 'dial tcp: lookup : no such host'],
])('a dial of %s fails with a reason', async (_, address, message) => {
  const world = new World();
  await world.listen();
  await expect(world.dial('agent-1', address)).rejects.toMatchObject({ code: 'UNREACHABLE', message });
  expect(world.clock.pendingTimers).toBe(0);
});

test('a dial into a cut times out, and can be given up before', async () => {
  const world = new World({ dialTimeoutMs: 300 });
  await world.listen();
  world.network.cut('agent-1', 'server-1');
  const transport = world.network.transport('agent-1');
  const late = transport.dial(SERVER, never).catch((error: Error) => error.message);
  const controller = new AbortController();
  const given = transport.dial(SERVER, controller.signal).catch((error: Error) => error.message);
  await world.clock.advance(100);
  controller.abort();
  expect(await given).toBe(`dial ${SERVER}: aborted`);
  await world.clock.advance(200);
  expect(await late).toBe(`dial tcp ${SERVER}: i/o timeout`);
  await expect(transport.dial(SERVER, AbortSignal.abort())).rejects.toThrow('aborted');
  expect([world.accepted.length, world.clock.pendingTimers]).toEqual([0, 0]);
});

test('a dial that is given up on its way leaves the other side a link that closes', async () => {
  const world = new World();
  await world.listen();
  const controller = new AbortController();
  const dialled = world.network.transport('agent-1').dial(SERVER, controller.signal);
  dialled.catch(() => {});
  await world.clock.advance(15);
  controller.abort();
  await expect(dialled).rejects.toThrow('aborted');
  await world.clock.advance(20);
  expect(world.take()).toEqual([`server@25 closed: dial ${SERVER}: aborted`]);
  expect(world.network.openLinks('agent-1', 'server-1')).toBe(0);
});

test('a close arrives behind the messages before it, and what was under way to the one who closed is gone', async () => {
  const { world, near, far } = await linked();
  near.send(bytes('last'));
  near.close('bye');
  far.send(bytes('too late'));
  await world.clock.advance(30);
  expect(world.take()).toEqual(['agent-1@20 closed: bye', 'server@30 last', 'server@30 closed: bye']);
  expect([world.network.openLinks('server-1', 'agent-1'), world.clock.pendingTimers]).toEqual([0, 0]);
});

test('a cut swallows what is sent and what is under way, and neither side learns of it', async () => {
  const { world, near, far } = await linked();
  near.send(bytes('under way'));
  world.network.cut('agent-1', 'server-1');
  near.send(bytes('sent'));
  far.send(bytes('back'));
  await world.clock.advance(60_000);
  expect(world.take()).toEqual([]);
  expect(world.network.openLinks('agent-1', 'server-1')).toBe(1);
  expect(world.network.traffic('agent-1', 'server-1')).toEqual({ messages: 2, bytes: 13, lostMessages: 2 });
});

test('a link that lost something is reset by the next message, since nothing is ever lost silently', async () => {
  const { world, near, far } = await linked();
  world.network.cut('agent-1', 'server-1');
  near.send(bytes('lost'));
  await world.clock.advance(100);
  world.network.heal('agent-1', 'server-1');
  await world.clock.advance(100);
  expect(world.take()).toEqual([]);
  near.send(bytes('after a gap'));
  await world.clock.advance(20);
  expect(world.take()).toEqual([`agent-1@240 closed: ${CONNECTION_RESET}`]);
  far.send(bytes('to nobody'));
  await world.clock.advance(20);
  expect(world.take()).toEqual([`server@260 closed: ${CONNECTION_RESET}`]);
});

test('a link that lost nothing in a cut goes on after it', async () => {
  const { world, near, far } = await linked();
  world.network.cut('agent-1', 'server-1');
  await world.clock.advance(100);
  world.network.healAll();
  near.send(bytes('up'));
  far.send(bytes('down'));
  await world.clock.advance(10);
  expect(world.take()).toEqual(['server@130 up', 'agent-1@130 down']);
});

test('a one-way cut lets the other direction through', async () => {
  const { world, near, far } = await linked();
  world.network.cutOneWay('agent-1', 'server-1');
  near.send(bytes('up'));
  far.send(bytes('down'));
  await world.clock.advance(10);
  expect(world.take()).toEqual(['agent-1@30 down']);
});

test('who closes in a cut is alone with that, until the other one sends again', async () => {
  const { world, near, far } = await linked();
  world.network.cut('agent-1', 'server-1');
  near.close('no answer');
  await world.clock.advance(100);
  world.network.heal('agent-1', 'server-1');
  await world.clock.advance(100);
  expect(world.take()).toEqual(['agent-1@20 closed: no answer']);
  far.send(bytes('still there?'));
  await world.clock.advance(20);
  expect(world.take()).toEqual([`server@240 closed: ${CONNECTION_RESET}`]);
});

test('a stall holds everything back and lets it through in order', async () => {
  const { world, near } = await linked();
  near.send(bytes('under way'));
  world.network.stall('agent-1', 'server-1');
  near.send(bytes('sent'));
  await world.clock.advance(1_000);
  expect([world.take(), near.queuedBytes]).toEqual([[], 13 + 2 * 64]);
  near.send(bytes('late'));
  world.network.heal('agent-1', 'server-1');
  await world.clock.advance(10);
  expect(world.take()).toEqual(['server@1020 under way', 'server@1020 sent', 'server@1030 late']);
  expect(near.queuedBytes).toBe(0);
});

test('a one-way stall lets the other direction through', async () => {
  const { world, near, far } = await linked();
  world.network.stallOneWay('server-1', 'agent-1');
  near.send(bytes('up'));
  far.send(bytes('down'));
  await world.clock.advance(10);
  expect(world.take()).toEqual(['server@30 up']);
});

test('a break ends the links of two hosts at both ends, and no others', async () => {
  const { world, near } = await linked();
  const other = await world.dial('agent-2');
  near.send(bytes('under way'));
  world.network.break('server-1', 'agent-1', 'cable pulled');
  await world.clock.advance(20);
  expect(world.take()).toEqual(['agent-1@40 closed: cable pulled', 'server@40 closed: cable pulled']);
  other.send(bytes('here'));
  await world.clock.advance(20);
  expect(world.take()).toEqual(['server@70 here']);
});

test('a dial that breaks on its way fails at once', async () => {
  const world = new World();
  await world.listen();
  const dialled = world.network.transport('agent-1').dial(SERVER, never);
  const failed = expect(dialled).rejects.toThrow(`dial tcp ${SERVER}: ${CONNECTION_RESET}`);
  await world.clock.advance(5);
  world.network.break('agent-1', 'server-1');
  await failed;
  expect(world.clock.pendingTimers).toBe(0);
});

test('a crash is heard of by the others alone, and its port is free again', async () => {
  const { world } = await linked();
  world.network.crash('server-1');
  await world.clock.advance(10);
  expect(world.take()).toEqual([`agent-1@30 closed: ${CONNECTION_RESET}`]);
  await expect(world.dial('agent-1')).rejects.toThrow('connection refused');
  await world.listen();
  await world.dial('agent-1');
});

test('a host has each port once, and gives out free ones for port 0', async () => {
  const transport = new World().network.transport('server-1');
  const listener = await transport.listen(':8300', () => {});
  await expect(transport.listen('server-1:8300', () => {})).rejects.toThrow('server-1:8300: address already in use');
  await expect(transport.listen('here', () => {})).rejects.toThrow('not an address');
  await listener.close();
  await transport.listen(SERVER, () => {});
  const [a, b] = await Promise.all([transport.listen(':0', () => {}), transport.listen(':0', () => {})]);
  expect(new Set([a.address, b.address, SERVER]).size).toBe(3);
});

test('what nobody takes closes the link instead of growing, wherever it waits', async () => {
  const { world, near } = await linked({ maxQueuedBytes: 1_000 });
  for (let i = 0; i < 3; i += 1) near.send(bytes('x'.repeat(200)));
  await world.clock.advance(100);
  expect(world.take()).toHaveLength(3);
  world.network.cut('agent-1', 'server-1');
  for (let i = 0; i < 4; i += 1) near.send(bytes('x'.repeat(200)));
  await world.clock.settle();
  expect(world.take()).toEqual([`agent-1@120 closed: ${QUEUE_OVERFLOW}`]);
});

test('by default the bound is that of all transports', async () => {
  const { world, near } = await linked();
  near.send(new Uint8Array(DEFAULT_MAX_QUEUED_BYTES - 64));
  near.send(new Uint8Array(0));
  await world.clock.settle();
  expect(world.take()).toEqual([`agent-1@20 closed: ${QUEUE_OVERFLOW}`]);
});
