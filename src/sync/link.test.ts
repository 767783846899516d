/** Both halves of the link over a real state and authority: what is promised between them, whatever happens to the messages. */
import { expect, test } from 'vitest';
import { nodeDefinition, register, serviceDefinition } from '../../test/fixtures/records.ts';
import { ServingWorld } from '../../test/fixtures/serving.ts';
import { Cache } from '../cache/cache.ts';
import { isSameDigest } from '../model/digest.ts';
import { InProcessTransport } from '../runtime/in-process-link.ts';
import type { Link, LinkTransport } from '../runtime/link.ts';
import { silentLogger } from '../runtime/logger.ts';
import { type Random, SeededRandom } from '../runtime/random.ts';
import { FakeNetwork } from '../testing/fake-network.ts';
import { FakeSink } from '../testing/fake-sink.ts';
import { LINK_SETTINGS } from '../testing/linking-agent.ts';
import { kvEntryTopic } from '../topics/kv-entry.ts';
import { kvPrefixTopic } from '../topics/kv-prefix.ts';
import { nodesTopic } from '../topics/nodes.ts';
import { serviceHealthTopic } from '../topics/service-health.ts';
import type { Topic } from '../topics/topic.ts';
import { viewDigest } from '../topics/view-digest.ts';
import { AgentLink } from './agent-link.ts';
import { decodeMessage } from './codec.ts';
import type { ViewSink } from './view-sink.ts';

const SERVER = 'server:8300';
const WATCHED: readonly (readonly [Topic<unknown>, string])[] = [
  [kvPrefixTopic, 'app/'],
  [kvEntryTopic, 'app/k1'],
  [kvEntryTopic, 'app/k2'],
  [nodesTopic, ''],
  [serviceHealthTopic, 'web'],
];

interface Linked {
  readonly world: ServingWorld;
  readonly link: AgentLink;
}

async function linkUp(
  world: ServingWorld,
  {
    transport,
    sink,
    random = new SeededRandom(1),
  }: { readonly transport: LinkTransport; readonly sink: ViewSink; readonly random?: Random },
): Promise<Linked> {
  const link = new AgentLink({
    ...{ transport, sink, random, clock: world.clock, logger: silentLogger, servers: [SERVER], settings: LINK_SETTINGS },
    identity: { nodeId: 'id-a1', boot: 1, runId: 'run-1', isFresh: false },
    node: () => ({ id: 'id-a1', name: 'a1', address: '127.0.0.1', taggedAddresses: undefined, meta: undefined, locality: undefined }),
    events: { linked: () => {}, unlinked: () => {}, resync: () => {}, gaveUp: () => {} },
  });
  await link.start();
  await world.clock.settle();
  return { world, link };
}

/** A world whose server listens on a transport. */
async function serve(transport: LinkTransport): Promise<ServingWorld> {
  const world = await ServingWorld.start({ settings: { allowsRemotePeers: true } });
  await transport.listen(SERVER, (link) => world.server.accept(link));
  return world;
}

/** The node id of the agent that links. */
const OWNER = 'id-a1';

function want(sink: FakeSink): void {
  for (const [topic, key] of WATCHED) sink.want(topic, key);
}

/** What of the sink is not what the state has, or not live; empty if all is well. */
function differences(world: ServingWorld, sink: FakeSink): readonly string[] {
  return [...sink.entries.values()].flatMap(({ topic, key, held, isLive }) => {
    const right = world.state.read(topic, key);
    const isSame = held !== undefined && isSameDigest(viewDigest(topic, held.items), viewDigest(topic, right.items));
    // The index of what is not there is that of its whole table: it moves without anything to tell of.
    if (isSame && isLive && (held.index === right.index || right.items.length === 0)) return [];
    return [`${topic.name} ${key}: ${held?.index} live=${isLive} same=${isSame}, in the state ${right.index}`];
  });
}

/** Writes of all sorts, each by chance: puts, deletions, registrations. */
async function write(world: ServingWorld, random: Random): Promise<void> {
  const at = Math.floor(random.float() * 6);
  const kind = random.float();
  if (kind < 0.5) await world.put(`app/k${at}`, String(random.float()));
  else if (kind < 0.6) await world.submit({ kind: 'kv.delete', key: `app/k${at}`, cas: undefined });
  else if (kind < 0.9) {
    const service = serviceDefinition('web', { id: `web-${at}`, port: Math.floor(random.float() * 3) });
    await world.submit(register(nodeDefinition(`n${at}`), { services: [service] }));
  } else await world.submit({ kind: 'catalog.deregister', node: `n${at}`, serviceId: `web-${at}`, checkId: '', owner: '' });
}

test('who writes through the link reads it from the cache at once: 1,000 rounds under concurrent writers', async () => {
  const transport = new InProcessTransport();
  const world = await serve(transport);
  const random = new SeededRandom(7);
  const made: { link?: AgentLink } = {};
  const cache = new Cache({
    ...{ clock: world.clock, logger: silentLogger },
    fetcher: () => ({
      subscribe: (topic, key) => made.link?.subscribe(topic, key),
      unsubscribe: (topic, key) => made.link?.unsubscribe(topic, key),
      get isLinked() {
        return made.link?.isLinked ?? false;
      },
    }),
  });
  const { link } = await linkUp(world, { transport, sink: cache });
  made.link = link;
  await Promise.all([cache.read(kvPrefixTopic, 'app/'), cache.read(kvEntryTopic, 'app/mine'), cache.read(serviceHealthTopic, 'mine')]);
  for (let round = 1; round <= 1_000; round += 1) {
    const others = [write(world, random), write(world, random)];
    const value = Buffer.from(`round ${round}`);
    await link.submit({ kind: 'kv.put', key: 'app/mine', value, flags: 0, condition: { kind: 'none' } });
    const entry = cache.read(kvEntryTopic, 'app/mine');
    const prefix = cache.read(kvPrefixTopic, 'app/');
    if (entry instanceof Promise || prefix instanceof Promise) throw new Error('not live');
    expect(Buffer.from(entry.items[0]?.value ?? [])).toEqual(value);
    expect(prefix.items.some((item) => item.key === 'app/mine' && Buffer.from(item.value).equals(value))).toBe(true);
    if (round % 10 === 0) {
      await link.target.push(
        register(nodeDefinition('a1'), { services: [serviceDefinition('mine', { id: `mine-${round}` })], owner: OWNER }),
      );
      const health = cache.read(serviceHealthTopic, 'mine');
      expect(health instanceof Promise || health.items.length).toBe(round / 10);
    }
    await Promise.all(others);
  }
  expect(link.meters).toMatchObject({ digestMismatches: 0, brokenViews: 0, connects: 1 });
  await link.stop();
});

/** Does something to single messages on their way: both ends see the same link all the same. */
class MeddlingTransport implements LinkTransport {
  readonly #inner = new InProcessTransport();
  readonly #meddle: (message: Uint8Array, link: Link) => 'pass' | 'drop';

  constructor(meddle: (message: Uint8Array, link: Link) => 'pass' | 'drop') {
    this.#meddle = meddle;
  }

  listen: LinkTransport['listen'] = (address, accept) => this.#inner.listen(address, (link) => accept(this.#wrap(link)));

  async dial(address: string, signal: AbortSignal): Promise<Link> {
    return this.#wrap(await this.#inner.dial(address, signal));
  }

  #wrap(link: Link): Link {
    const send = (message: Uint8Array): void => {
      if (this.#meddle(message, link) === 'pass') link.send(message);
    };
    return {
      send,
      onMessage: (receive) => link.onMessage(receive),
      onClose: (closed) => link.onClose(closed),
      close: (reason) => link.close(reason),
      remoteAddress: link.remoteAddress,
      get queuedBytes() {
        return link.queuedBytes;
      },
    };
  }
}

/** One run of the same history; afterwards everything must agree. Gives the number of messages. */
async function runWith(meddle: (at: number, message: Uint8Array, link: Link) => 'pass' | 'drop'): Promise<number> {
  let count = 0;
  const transport = new MeddlingTransport((message, link) => {
    count += 1;
    return meddle(count, message, link);
  });
  const world = await serve(transport);
  const random = new SeededRandom(3);
  const sink = new FakeSink();
  want(sink);
  const { link } = await linkUp(world, { transport, sink });
  for (let step = 0; step < 12; step += 1) {
    await write(world, random);
    if (step % 4 === 0)
      void link.target
        .push(register(nodeDefinition('a1'), { services: [serviceDefinition('web', { id: `w${step}` })], owner: OWNER }))
        .catch(() => {});
    if (step === 6) {
      sink.unwant(nodesTopic, '');
      link.unsubscribe(nodesTopic, '');
    }
    if (step === 8) {
      sink.want(nodesTopic, '');
      link.subscribe(nodesTopic, '');
    }
    await world.clock.advance(20);
  }
  const messages = count;
  await world.clock.advance(120_000);
  expect(differences(world, sink)).toEqual([]);
  expect(sink.backwards).toEqual([]);
  const mismatches = link.meters.digestMismatches;
  await world.clock.advance(60_000);
  expect(link.meters.digestMismatches, 'the sums agree, and go on agreeing').toBe(mismatches);
  await link.stop();
  return messages;
}

test('a link that is cut at any one message resumes to equal digests', async () => {
  const messages = await runWith(() => 'pass');
  expect(messages).toBeGreaterThan(30);
  for (let cutAt = 1; cutAt <= messages; cutAt += 1) {
    await runWith((at, _, link) => {
      if (at !== cutAt) return 'pass';
      link.close('cut by the test');
      return 'drop';
    });
  }
});

test('any one message about views that is lost without a trace is found by the sums, and healed', async () => {
  const isAboutViews = (message: Uint8Array): boolean => {
    const decoded = decodeMessage(message);
    return decoded.kind === 'frame' && ['view', 'change', 'unsubbed', 'unsub'].includes(decoded.frame.t);
  };
  let views = 0;
  await runWith((_, message) => {
    if (isAboutViews(message)) views += 1;
    return 'pass';
  });
  expect(views).toBeGreaterThan(12);
  for (let lostAt = 1; lostAt <= views; lostAt += 1) {
    let seen = 0;
    await runWith((_, message) => {
      if (isAboutViews(message)) seen += 1;
      return isAboutViews(message) && seen === lostAt ? 'drop' : 'pass';
    });
  }
});

test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])(
  'seed %i: whatever happens to the network, nothing goes back, nothing is made up, and all agree after healing',
  async (seed) => {
    const random = new SeededRandom(seed);
    const sink = new FakeSink();
    want(sink);
    const { world, network, link } = await networked(random, sink);
    const past = watchPast(world, sink);
    for (let step = 0; step < 150; step += 1) {
      await disturb(network, random);
      await write(world, random);
      past.note();
      if (random.float() < 0.03) {
        world.lineage = `lineage ${step}`;
        world.server.closeAll('restored');
      }
      toggle(sink, link, random);
      await world.clock.advance(random.float() * 2_000);
    }
    network.healAll();
    want(sink);
    for (const { topic, key } of sink.entries.values()) link.subscribe(topic, key);
    await world.clock.advance(120_000);
    expect(past.wrong).toEqual([]);
    expect(sink.backwards).toEqual([]);
    expect(differences(world, sink)).toEqual([]);
    expect(link.meters.connects).toBeGreaterThan(1);
    await link.stop();
  },
);

async function networked(random: Random, sink: FakeSink): Promise<Linked & { readonly network: FakeNetwork }> {
  const world = await ServingWorld.start({ settings: { allowsRemotePeers: true } });
  const network = new FakeNetwork({ clock: world.clock, random });
  await network.transport('server').listen(SERVER, (link) => world.server.accept(link));
  return { network, ...(await linkUp(world, { transport: network.transport('agent'), sink, random })) };
}

async function disturb(network: FakeNetwork, random: Random): Promise<void> {
  const kind = random.float();
  if (kind < 0.04) network.cut('agent', 'server');
  else if (kind < 0.08) network.stall('agent', 'server');
  else if (kind < 0.12) network.break('agent', 'server');
  else if (kind < 0.16) network.cutOneWay('server', 'agent');
  else if (kind < 0.4) network.healAll();
}

/** Now and then a view is let go, or wanted again. */
function toggle(sink: FakeSink, link: AgentLink, random: Random): void {
  if (random.float() > 0.2) return;
  const [topic, key] = WATCHED[Math.floor(random.float() * WATCHED.length)] as (typeof WATCHED)[number];
  if (sink.entry(topic, key) === undefined) {
    sink.want(topic, key);
    link.subscribe(topic, key);
  } else {
    sink.unwant(topic, key);
    link.unsubscribe(topic, key);
  }
}

/** Every content that the state ever had, in its order; what the sink shows must be one of them, and never an older one than before. */
function watchPast(world: ServingWorld, sink: FakeSink): { readonly wrong: string[]; note(): void } {
  const past = new Map<string, string[]>();
  const shown = new Map<unknown, number>();
  const wrong: string[] = [];
  const note = (): void => {
    for (const [topic, key] of WATCHED) {
      const list = past.get(`${topic.name} ${key}`) ?? [];
      const digest = viewDigest(topic, world.state.read(topic, key).items).join();
      if (list.at(-1) !== digest) past.set(`${topic.name} ${key}`, [...list, digest]);
    }
  };
  note();
  sink.changed = (entry) => {
    const { topic, key, held } = entry;
    note();
    // The first that it can be: the state may have been like this twice.
    const list = past.get(`${topic.name} ${key}`) ?? [];
    const place = list.indexOf(viewDigest(topic, held?.items ?? []).join(), shown.get(entry) ?? 0);
    if (place < 0) wrong.push(`${topic.name} ${key} went back, or never was like this, at ${held?.index}`);
    shown.set(entry, place);
  };
  return { wrong, note };
}
