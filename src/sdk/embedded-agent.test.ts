/** The agent inside a program, over real links on the loopback address: with a server, without one, and in a worker's place. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { SeededRandom } from '../runtime/random.ts';
import { MemoryStore } from '../store/memory.ts';
import { type LocalServer, type LocalServerOptions, startLocalServer } from '../testing/local-server.ts';
import { type ConnectOptions, type ConnectPortOptions, connect } from './connect.ts';
import { type CreateAgentOptions, createAgent } from './create-agent.ts';
import type { Konsul } from './konsul.ts';
import type { KonsulAgent } from './konsul-agent.ts';

/** With a door, an agent goes on answering for a while as it leaves. */
const NO_DRAIN = { performance: { leave_drain_time: '0s' } };

const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function startServer(options?: LocalServerOptions): Promise<LocalServer> {
  const server = await startLocalServer(options);
  ends.push(() => server.stop());
  return server;
}

async function startAgent(options: CreateAgentOptions): Promise<KonsulAgent> {
  const agent = await createAgent({ nodeName: 'n1', address: '127.0.0.1', ...options });
  ends.push(() => agent.close());
  return agent;
}

const connected = async (options: ConnectOptions & Partial<ConnectPortOptions>): Promise<Konsul> => {
  const { port } = options;
  const konsul = port === undefined ? await connect(options) : await connect({ port });
  ends.push(() => konsul.close());
  return konsul;
};

const portOf = (address: string): number => Number(address.split(':').at(-1));

test('what is registered is read back through the same agent, at once and each time as the same array', async () => {
  const server = await startServer();
  const agent = await startAgent({ servers: [server.linkAddress] });
  expect(agent.link).toMatchObject({ state: 'up', server: { name: 'server' } });
  await agent.register({ name: 'web', port: 80 });
  const fetched = await agent.health('web');
  expect(fetched).toMatchObject([{ id: 'web', node: { name: 'n1', address: '127.0.0.1' }, address: '127.0.0.1' }]);
  expect(agent.health('web')).toBe(fetched);
  expect(agent.health('WEB')).toBe(fetched);
});

test('a key that was written is read at once, in 300 rounds, while others write too', async () => {
  const server = await startServer();
  const [agent, other] = [await startAgent({ servers: [server.linkAddress] }), await connected({ address: server.address })];
  await agent.kv.get('k');
  for (let round = 0; round < 300; round += 1) {
    const noise = other.kv.put('other', String(round));
    await agent.kv.put('k', String(round));
    expect((await agent.kv.get('k'))?.text).toBe(String(round));
    await noise;
  }
});

test('a handle sees what another agent registers and deregisters', async () => {
  const server = await startServer();
  const agent = await startAgent({ servers: [server.linkAddress] });
  const other = await startAgent({ servers: [server.linkAddress], nodeName: 'n2' });
  const handle = agent.service('web');
  await handle.ready();
  const [first, second] = [await other.register({ name: 'web', id: 'w1' }), await other.register({ name: 'web', id: 'w2' })];
  await expect.poll(() => handle.instances.map(({ id }) => id)).toEqual(['w1', 'w2']);
  await first.deregister();
  await expect.poll(() => handle.instances.map(({ id }) => id)).toEqual(['w2']);
  await second.deregister();
  await expect.poll(() => handle.instances).toEqual([]);
});

test('without a server the agent starts, takes registrations, says what it does not know, and delivers when one comes', async () => {
  const store = new MemoryStore(new SeededRandom(1));
  const first = await startServer({ store });
  const linkPort = portOf(first.linkAddress);
  await first.stop();
  const agent = await startAgent({ servers: [`127.0.0.1:${linkPort}`], linkWaitMs: 0, config: { retry_interval: '200ms' } });
  await expect(agent.health('web')).rejects.toMatchObject({ code: 'NO_SERVERS' });
  await agent.register({ name: 'web' });
  const handle = agent.service('web');
  await expect.poll(() => handle.freshness).toMatchObject({ isLive: false, reason: 'waiting', error: { code: 'NO_SERVERS' } });
  await startServer({ store, linkPort });
  await expect.poll(() => handle.instances.length, { timeout: 20_000 }).toBe(1);
  expect(handle.freshness.isLive).toBe(true);
});

test('when the server is gone look-ups go on, stale and said to be; a watch goes on where it was when it is back', async () => {
  const store = new MemoryStore(new SeededRandom(1));
  const server = await startServer({ store });
  const agent = await startAgent({ servers: [server.linkAddress], config: { retry_interval: '200ms' } });
  await agent.register({ name: 'web' });
  await agent.kv.put('k', '1');
  const [handle, watch] = [agent.service('web'), agent.kv.watch('k')];
  await handle.ready();
  expect((await watch.next()).value?.value?.text).toBe('1');
  await server.stop();
  await expect.poll(() => handle.freshness).toMatchObject({ isLive: false, reason: 'link-down' });
  expect(handle.pick()?.id).toBe('web');
  expect(agent.health('web')).toMatchObject([{ id: 'web' }]);
  const next = watch.next();
  await startServer({ store, linkPort: portOf(server.linkAddress) });
  await expect.poll(() => agent.link.state, { timeout: 20_000 }).toBe('up');
  await agent.kv.put('k', '2');
  expect((await next).value).toMatchObject({ value: { text: '2' }, isReset: false });
  await expect.poll(() => handle.freshness.isLive).toBe(true);
});

test('a lock keeps an embedded agent and a client elsewhere apart', async () => {
  const server = await startServer();
  const [agent, other] = [await startAgent({ servers: [server.linkAddress] }), await connected({ address: server.address })];
  let inside = 0;
  let most = 0;
  const numbers: number[] = [];
  const work = async ({ fencingNumber }: { readonly fencingNumber: number }): Promise<void> => {
    inside += 1;
    most = Math.max(most, inside);
    numbers.push(fencingNumber);
    await agent.kv.put('x', 'y');
    inside -= 1;
  };
  await Promise.all([agent.lock('jobs', work), other.lock('jobs', work), agent.lock('jobs', work)]);
  expect(most).toBe(1);
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  expect(new Set(numbers).size).toBe(3);
});

test('events that are fired reach a watch on an agent', async () => {
  const server = await startServer();
  const agent = await startAgent({ servers: [server.linkAddress] });
  const watch = agent.watch('events', { name: 'deploy' });
  await fetch(`${server.address}/v1/event/fire/other`, { method: 'PUT' });
  await fetch(`${server.address}/v1/event/fire/deploy`, { method: 'PUT', body: 'v2' });
  expect((await watch.next()).value?.value).toMatchObject([{ name: 'deploy' }]);
});

test('an agent without a folder leaves the cluster when it is closed', async () => {
  const server = await startServer();
  const other = await connected({ address: server.address });
  const agent = await startAgent({ servers: [server.linkAddress] });
  await agent.register({ name: 'web' });
  expect(await other.health('web')).toHaveLength(1);
  await agent.close();
  expect(await other.health('web', { passing: false })).toEqual([]);
});

test('an agent with a folder comes back with what was registered, and is gone only when it leaves', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'konsul-sdk-'));
  ends.push(() => rm(dataDir, { recursive: true }));
  const server = await startServer();
  const other = await connected({ address: server.address });
  const agent = await startAgent({ servers: [server.linkAddress], dataDir });
  await agent.register({ name: 'web' });
  await agent.health('web');
  await agent.close();
  expect(await other.health('web', { passing: false })).toHaveLength(1);
  const again = await startAgent({ servers: [server.linkAddress], dataDir });
  expect(again.nodeId).toBe(agent.nodeId);
  expect(await again.health('web')).toHaveLength(1);
  await again.leave();
  expect(await other.health('web', { passing: false })).toEqual([]);
});

test('what is wrong with the options is said, all of it', async () => {
  const bad = createAgent({ servers: [], datacenter: 'no dots.', config: { cach: {}, node_name: 'x y' } });
  await expect(bad).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(/createAgent\.json.*cach/s) });
});

test('it listens to nobody unless it is told to', async () => {
  const server = await startServer();
  expect((await startAgent({ servers: [server.linkAddress] })).httpAddresses).toEqual([]);
  const open = await startAgent({ servers: [server.linkAddress], nodeName: 'n2', http: { port: 0 }, config: NO_DRAIN });
  const client = await connected({ address: open.httpAddresses[0] ?? '' });
  await client.register({ name: 'web' });
  expect(await client.health('web')).toMatchObject([{ node: { name: 'n2' } }]);
});

test('a thread has a cache of its own, registers through its agent, and learns that its agent has lost the servers', async () => {
  const server = await startServer();
  const agent = await startAgent({ servers: [server.linkAddress], config: { retry_interval: '200ms' } });
  const thread = await connected({ port: agent.port() });
  await thread.register({ name: 'web', checks: [{ ttlMs: 60_000 }] }).then((registration) => registration.heartbeat());
  const fetched = await thread.health('web');
  expect(fetched).toMatchObject([{ id: 'web', node: { name: 'n1' } }]);
  expect(thread.health('web')).toBe(fetched);
  await thread.kv.put('k', '1');
  expect((await thread.kv.get('k'))?.text).toBe('1');
  expect(await thread.lock('jobs', () => 'done')).toBe('done');
  const handle = thread.service('web');
  expect(handle.freshness.isLive).toBe(true);
  await server.stop();
  await expect.poll(() => handle.freshness, { timeout: 10_000 }).toMatchObject({ isLive: false, reason: 'upstream' });
  expect(handle.pick()?.id).toBe('web');
});

test('what comes through another port is no agent', async () => {
  const { port1, port2 } = new MessageChannel();
  const bad = connect({ port: port1 as never });
  port2.postMessage({ hello: 1 });
  await expect(bad).rejects.toMatchObject({ code: 'BAD_REQUEST', message: 'this port is not one of agent.port()' });
  port2.close();
});

test('closing an agent ends its threads’ links, its watches and its sessions', async () => {
  const server = await startServer();
  const other = await connected({ address: server.address });
  const agent = await startAgent({ servers: [server.linkAddress] });
  const thread = await connected({ port: agent.port() });
  const watch = agent.watch('nodes');
  await watch.next();
  await agent.session({ name: 'mine' });
  await Promise.all([agent.close(), agent.close()]);
  expect(await watch.next()).toEqual({ done: true, value: undefined });
  await expect.poll(() => thread.service('web').freshness.isLive).toBe(false);
  const sessions = await fetch(`${server.address}/v1/session/list`).then((reply) => reply.json());
  expect(sessions).toEqual([]);
  expect(await other.health('web')).toEqual([]);
});
