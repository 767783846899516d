import { describe, expect, test } from 'vitest';
import { nodeDefinition } from '../../test/fixtures/records.ts';
import { helloFor, type RawAgent, ServingWorld } from '../../test/fixtures/serving.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { Link } from '../runtime/link.ts';
import { type Logger, silentLogger } from '../runtime/logger.ts';
import { encodeFrame } from './codec.ts';
import { PROTOCOL, type UpFrame } from './frames.ts';
import { type ProofInput, proofOf } from './handshake.ts';

const encryptKey = Buffer.from('k'.repeat(32));
const settle = async (world: ServingWorld): Promise<void> => world.clock.settle();

/** A link end that remembers what the server does with it. */
class DeadLink implements Link {
  readonly remoteAddress: string;
  readonly sent: Uint8Array[] = [];
  queuedBytes = 0;
  closedBy: string | undefined;
  receive: (message: Uint8Array) => void = () => {};

  constructor(remoteAddress: string) {
    this.remoteAddress = remoteAddress;
  }

  send(message: Uint8Array): void {
    this.sent.push(message);
  }

  onMessage(receive: (message: Uint8Array) => void): void {
    this.receive = receive;
  }

  onClose(): void {}

  close(reason: string): void {
    this.closedBy ??= reason;
  }
}

describe('the handshake', () => {
  test('is challenge, hello, admission, welcome', async () => {
    const world = await ServingWorld.start();
    const agent = await world.dial();
    expect(agent.frames).toEqual([{ t: 'challenge', protocol: PROTOCOL, nonce: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    expect(world.server.meters).toMatchObject({ links: 0, unfinished: 1 });
    agent.send(helloFor());
    await settle(world);
    expect(agent.frame('welcome')).toEqual({
      ...{ t: 'welcome', protocol: PROTOCOL, proof: '', lineage: 'l1', index: world.state.index },
      ...{ server: { name: 's1', address: '127.0.0.1:8300' }, heartbeatMs: 10_000 },
    });
    expect(world.server.meters).toMatchObject({ links: 1, unfinished: 0 });
    expect([...world.server.links()]).toMatchObject([{ hello: { node: { name: 'a1' } }, subscriptions: 0 }]);
  });

  test('with a key proves it in both directions, and sends it in none', async () => {
    const world = await ServingWorld.start({ settings: { encryptKey } });
    const agent = await world.dial();
    const input: ProofInput = {
      ...{ key: encryptKey, role: 'agent', serverNonce: agent.frame('challenge').nonce },
      ...{ agentNonce: 'n', nodeId: 'id-a1' },
    };
    agent.send(helloFor({ proof: proofOf(input) }));
    await settle(world);
    expect(agent.frame('welcome').proof).toBe(proofOf({ ...input, role: 'server' }));
    expect(JSON.stringify(agent.frames)).not.toContain('kkkk');
  });

  test.each<[string, object, object, string, RegExp]>([
    ['another datacenter', {}, { datacenter: 'dc2' }, 'REJECTED', /datacenter "dc1", the agent of "dc2".*set the agent's datacenter/],
    ['a newer major protocol', {}, { protocol: [PROTOCOL[0] + 1, 0] }, 'REJECTED', /upgrade this one/],
    ['no key where one is set', { encryptKey }, {}, 'PERMISSION_DENIED', /the agent has none: set the same encrypt/],
    ['another key', { encryptKey }, { proof: 'f'.repeat(64) }, 'PERMISSION_DENIED', /keys of agent and server differ/],
    ['a key where none is set', {}, { proof: 'f'.repeat(64) }, 'PERMISSION_DENIED', /the server has none/],
  ])('refuses %s with a text that says what to do', async (_, settings, change, code, text) => {
    const world = await ServingWorld.start({ settings });
    const agent = await world.dial();
    agent.send(helloFor(change));
    await settle(world);
    expect(agent.frame('refused')).toMatchObject({ error: { code, message: expect.stringMatching(text) }, isTransient: false });
    expect(agent.closedBy).toMatch(text);
    expect(world.admitted).toHaveLength(0);
    expect([...world.server.links()]).toEqual([]);
  });

  test('passes on what the host says of an agent it does not let in', async () => {
    const refusal = new KonsulError('REJECTED', 'Node name a1 is reserved by node x with name a1 (10.0.0.1)');
    const world = await ServingWorld.start({ host: { admit: () => Promise.reject(refusal) } });
    const agent = await world.dial();
    agent.send(helloFor());
    await settle(world);
    expect(agent.frame('refused').error).toEqual({ code: 'REJECTED', message: refusal.message, status: 500 });
    const busy = await ServingWorld.start({ host: { admit: () => Promise.reject(new KonsulError('NO_LEADER', 'No cluster leader')) } });
    const other = await busy.dial();
    other.send(helloFor());
    await settle(busy);
    expect(other.frame('refused').isTransient).toBe(true);
  });

  test.each([
    ['10.0.0.7:4000', false],
    ['[fe80::1]:4000', false],
    ['nonsense', false],
    ['127.0.0.1:4000', true],
    ['[::1]:4000', true],
    ['[::ffff:127.0.0.1]:4000', true],
    ['', true],
  ])('a peer at %s is greeted without a key: %s', async (address, isGreeted) => {
    const world = await ServingWorld.start();
    const link = new DeadLink(address);
    world.server.accept(link);
    expect(link.closedBy === undefined).toBe(isGreeted);
    if (!isGreeted) expect(link.closedBy).toMatch(/set one of them on servers and agents/);
    const open = await ServingWorld.start({ settings: { allowsRemotePeers: true } });
    const other = new DeadLink(address);
    open.server.accept(other);
    expect(other.closedBy).toBeUndefined();
    world.server.stop();
    open.server.stop();
  });

  test('ends without a hello after 5 s', async () => {
    const world = await ServingWorld.start();
    const agent = await world.dial();
    await world.clock.advance(4_999);
    expect(agent.closedBy).toBeUndefined();
    await world.clock.advance(1);
    expect(agent.closedBy).toBe('no hello within 5 s');
    expect(world.server.meters.unfinished).toBe(0);
    expect(world.clock.pendingTimers).toBe(0);
  });

  test('takes only so many links that have not said who they are', async () => {
    const world = await ServingWorld.start();
    const links = Array.from({ length: 1_025 }, () => new DeadLink('127.0.0.1:1'));
    for (const link of links) world.server.accept(link);
    expect(links.filter(({ closedBy }) => closedBy !== undefined)).toEqual([links.at(-1)]);
    await world.clock.advance(5_000);
    const late = new DeadLink('127.0.0.1:1');
    world.server.accept(late);
    expect(late.closedBy).toBeUndefined();
  });

  test('an agent whose link ends while it is let in is lost again', async () => {
    let admit = (): void => {};
    const world = await ServingWorld.start({
      host: {
        admit: async (agent) => {
          await new Promise<void>((resolve) => {
            admit = resolve;
          });
          return world.admit(agent);
        },
      },
    });
    const agent = await world.dial();
    agent.send(helloFor());
    await settle(world);
    agent.link.close('gone');
    await settle(world);
    admit();
    await settle(world);
    expect(world.admitted[0]?.told).toEqual(['lost: the link ended before it was welcomed']);
    expect(world.server.meters.links).toBe(0);
  });

  test('is logged once per cause and minute, with the number of repeats', async () => {
    const lines: object[] = [];
    const logger: Logger = { ...silentLogger, warn: (fields) => lines.push(fields) };
    const world = await ServingWorld.start({ logger });
    const refuse = async (): Promise<void> => {
      const agent = await world.dial();
      agent.send(helloFor({ datacenter: 'dc2' }));
      await settle(world);
    };
    for (let times = 0; times < 5; times += 1) await refuse();
    expect(lines).toHaveLength(1);
    await world.clock.advance(60_000);
    await refuse();
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatchObject({ node: 'a1', repeats: 4, error: expect.stringContaining('datacenter') });
  });
});

describe('before the welcome', () => {
  const early: readonly UpFrame[] = [
    { t: 'sub', views: [['nodes', '']], seen: 0 },
    { t: 'unsub', views: [] },
    { t: 'cmd', id: 1, command: { kind: 'kv.delete', key: 'k', cas: undefined } },
    { t: 'push', seq: 1, commands: [] },
    { t: 'fetch', id: 1, digest: [0, 0] },
    { t: 'leave', id: 1 },
    { t: 'relay', id: 1, method: 'GET', path: '/', rawQuery: '', headers: {}, remoteAddress: '', hasBody: false },
    { t: 'credit', id: 1, bytes: 1 },
    { t: 'cancel', id: 1 },
    { t: 'hb' },
  ];

  test.each(early)('a $t ends the link, and nothing is done', async (frame) => {
    const world = await ServingWorld.start();
    const agent = await world.dial();
    agent.send(frame);
    await settle(world);
    expect(agent.frame('refused').error.message).toMatch(/begins with a hello/);
    expect(agent.frames.map(({ t }) => t)).toEqual(['challenge', 'refused']);
    expect(world.server.meters).toMatchObject({ malformed: 1, commands: 0, pushes: 0, relayed: 0, feeds: 0 });
  });

  test('a second hello, a chunk and a large hello end the link', async () => {
    const world = await ServingWorld.start({ host: { admit: () => new Promise(() => {}) } });
    const twice = await world.dial();
    twice.send(helloFor(), helloFor());
    const chunk = await world.dial();
    chunk.sendChunk(1, 'x');
    const large = await world.dial();
    large.send(helloFor({ node: nodeDefinition('a1', { meta: { a: 'x'.repeat(100_000) } }) }));
    await settle(world);
    expect(twice.closedBy).toMatch(/begins with a hello/);
    expect(chunk.closedBy).toMatch(/begins with a hello/);
    expect(large.closedBy).toMatch(/longer than 65536 bytes/);
  });
});

describe('a link that is up', () => {
  test.each<[string, (agent: RawAgent) => void]>([
    ['nonsense', (agent) => agent.link.send(Buffer.from('nonsense'))],
    ['half a frame', (agent) => agent.link.send(Buffer.from('{"t":"sub","views":'))],
    ['a frame of a server', (agent) => agent.link.send(Buffer.from('{"t":"resync"}'))],
    ['an unknown frame', (agent) => agent.link.send(Buffer.from('{"t":"steal"}'))],
    ['a hello', (agent) => agent.send(helloFor())],
    [
      'chunks without credit',
      (agent) => {
        agent.send({ t: 'relay', id: 1, method: 'PUT', path: '/', rawQuery: '', headers: {}, remoteAddress: '', hasBody: true });
        agent.sendChunk(1, 'x'.repeat(256 * 1_024 + 1));
      },
    ],
  ])('ends with a clear reason after %s; others go on', async (_, misbehave) => {
    const world = await ServingWorld.start({ host: { relay: () => new Promise(() => {}) } });
    const good = await world.link({ node: nodeDefinition('good') });
    const bad = await world.link();
    misbehave(bad);
    await settle(world);
    expect(bad.closedBy).toMatch(/malformed|not for an agent|credit/);
    expect(world.admitted[1]?.told.at(-1)).toBe(`lost: ${bad.closedBy}`);
    expect(good.closedBy).toBeUndefined();
    expect(world.server.meters).toMatchObject({ links: 1, relays: 0, malformed: 1 });
  });

  test('has heartbeats with index and sum, under 120 bytes', async () => {
    const world = await ServingWorld.start();
    const agent = await world.link();
    agent.send({ t: 'sub', views: [['kv-entry', 'k']], seen: 0 });
    await world.put('k');
    await settle(world);
    const before = agent.bytes;
    await world.clock.advance(10_000);
    expect(agent.bytes - before).toBeLessThan(120);
    expect(agent.frame('hb')).toEqual({ t: 'hb', i: world.state.index, d: agent.frame('view').digest });
  });

  test('ends when nothing was heard for three heartbeats of the agent, and not before', async () => {
    const world = await ServingWorld.start();
    const agent = await world.link({ heartbeatMs: 1_000 });
    await world.clock.advance(2_500);
    agent.send({ t: 'hb' });
    await world.clock.advance(2_999);
    expect(agent.closedBy).toBeUndefined();
    await world.clock.advance(1);
    expect(agent.closedBy).toBe('nothing was heard for 3000 ms');
    expect(world.server.meters.silences).toBe(1);
    expect(world.clock.pendingTimers).toBe(0);
  });

  test('answers a heartbeat that asks, and asks whether anybody is there', async () => {
    const world = await ServingWorld.start();
    const agent = await world.link();
    agent.send({ t: 'hb', q: true });
    await settle(world);
    expect(agent.all('hb')).toHaveLength(1);
    const [there, gone] = [world.admitted[0]?.agent.answers(2_000), world.admitted[0]?.agent.answers(1_000)];
    await settle(world);
    expect(agent.frame('hb')).toEqual({ t: 'hb', q: true });
    await world.clock.advance(1_500);
    expect(await gone).toBe(false);
    agent.send({ t: 'hb' });
    await settle(world);
    expect(await there).toBe(true);
  });

  test('that the host ends is ended with its reason, and does nothing any more', async () => {
    const world = await ServingWorld.start();
    const agent = await world.link();
    agent.send({ t: 'sub', views: [['kv-entry', 'k']], seen: 0 });
    await settle(world);
    world.admitted[0]?.agent.close('replaced by a newer link of this node');
    await world.put('k');
    await settle(world);
    expect(agent.closedBy).toBe('replaced by a newer link of this node');
    expect(agent.all('change')).toEqual([]);
    expect(world.admitted[0]?.told).toEqual(['heard', 'lost: replaced by a newer link of this node']);
    expect(world.server.meters).toMatchObject({ links: 0, subscriptions: 0, feeds: 0 });
  });

  test('of a peer that does not take what is sent is closed: it comes back and resumes', async () => {
    const world = await ServingWorld.start();
    const link = new DeadLink('127.0.0.1:1');
    world.server.accept(link);
    link.receive(encodeFrame(helloFor()));
    await settle(world);
    link.receive(encodeFrame({ t: 'sub', views: [['kv-entry', 'k']], seen: 0 }));
    link.queuedBytes = 16 * 1_048_576;
    await world.put('k');
    expect(link.closedBy).toBeUndefined();
    link.queuedBytes += 1;
    await world.put('k', 'more');
    expect(link.closedBy).toBe('queue overflow');
    expect(world.admitted[0]?.told.at(-1)).toBe('lost: queue overflow');
    expect(world.server.meters).toMatchObject({ links: 0, subscriptions: 0, feeds: 0, overflows: 1 });
    expect(world.clock.pendingTimers).toBe(0);
  });

  test('hears of it when somebody else changed its node', async () => {
    const world = await ServingWorld.start();
    const agent = await world.link();
    world.server.resync('A1');
    world.server.resync('other');
    await settle(world);
    expect(agent.all('resync')).toHaveLength(1);
  });

  test('ends when the lineage of the store changes, before anything of the new one is sent', async () => {
    const world = await ServingWorld.start();
    const agent = await world.link();
    agent.send({ t: 'sub', views: [['kv-entry', 'k']], seen: 0 });
    await settle(world);
    world.lineage = 'l2';
    world.state.load({ index: 3, records: [] });
    await settle(world);
    expect(agent.closedBy).toBe('the lineage of the store has changed');
    expect(agent.frames.map(({ t }) => t)).toEqual(['challenge', 'welcome', 'view']);
    const idle = await world.link();
    world.lineage = 'l3';
    await world.clock.advance(10_000);
    expect(idle.closedBy).toBe('the lineage of the store has changed');
  });

  test('and all others are closed when the server stops', async () => {
    const world = await ServingWorld.start();
    const agents = [await world.link(), await world.link({ node: undefined }), await world.dial()];
    world.server.stop();
    await settle(world);
    expect(agents.map(({ closedBy }) => closedBy)).toEqual(Array(3).fill('this server stops'));
    expect((await world.dial()).closedBy).toBe('this server stops');
    expect(world.clock.pendingTimers).toBe(0);
  });
});
