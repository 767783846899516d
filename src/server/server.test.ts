import { afterEach, expect, test, vi } from 'vitest';
import { agentConfig } from '../config/agent-config.ts';
import { loadConfig } from '../config/load.ts';
import { SystemClock } from '../runtime/clock.ts';
import { KonsulError } from '../runtime/errors.ts';
import { silentLogger } from '../runtime/logger.ts';
import { SeededRandom } from '../runtime/random.ts';
import { MemoryStore } from '../store/memory.ts';
import { FakeProber } from '../testing/fake-prober.ts';
import { MemoryDisk } from '../testing/memory-disk.ts';
import { RawClient } from '../testing/raw-client.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { Server } from './server.ts';

const running: { stop(): Promise<void> }[] = [];

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});

async function start(options: Parameters<typeof startTestServer>[0] = {}): Promise<TestServer> {
  const started = await startTestServer(options);
  running.push(started);
  return started;
}

/** A server with real time and real sockets, not started. */
async function openReal(flags: Readonly<Record<string, string>>, engineError?: Error): Promise<Server> {
  const random = new SeededRandom(1);
  const given = new Map(Object.entries({ dev: 'true', 'http-port': '0', ...flags }).map(([name, value]) => [name, [value]]));
  const server = await Server.open(
    agentConfig(loadConfig({ files: [], environment: {}, flags: given }), { hostName: 'h', address: '10.0.0.1' }),
    {
      clock: new SystemClock(),
      random,
      disk: new MemoryDisk(),
      prober: new FakeProber(),
      logger: silentLogger,
      openEngine: async () => {
        if (engineError !== undefined) throw engineError;
        return new MemoryStore(random).open();
      },
      openUdp: () => ({ send: async () => {}, close: () => {} }),
    },
  );
  running.push(server);
  return server;
}

async function get(address: string, path: string): Promise<string> {
  const client = await RawClient.connect(address);
  await client.get(path, ['Connection: close']);
  return client.untilClosed();
}

test('A server stands in its own catalog, alive, with the service consul', async () => {
  const { send, server } = await start();
  expect((await send('GET /v1/catalog/nodes')).json()).toMatchObject([{ Node: 's1', ID: server.nodeId, Address: '127.0.0.1' }]);
  expect((await send('GET /v1/health/service/consul?passing')).json()).toMatchObject([
    { Service: { ID: 'consul', Port: 8300 }, Checks: [{ CheckID: 'serfHealth', Status: 'passing' }] },
  ]);
});

test('It listens on every client address, and stops for good', async () => {
  const server = await openReal({ client: '127.0.0.1 127.0.0.2' });
  expect(server.httpAddresses).toEqual(['', '']);
  await server.start();
  const addresses = server.httpAddresses;
  expect(addresses).toEqual([expect.stringMatching(/^127\.0\.0\.1:\d+$/), expect.stringMatching(/^127\.0\.0\.2:\d+$/)]);
  for (const address of addresses) expect(await get(address, '/v1/status/leader')).toMatch(/"127\.0\.0\.1:8300"$/);
  expect(await get(addresses[0] ?? '', '/v1/kv/?keys')).toMatch(/\[\]$/);
  await server.stop();
  for (const address of addresses) await expect(RawClient.connect(address)).rejects.toThrow('ECONNREFUSED');
});

test('A development server indents, another does not', async () => {
  const dev = await openReal({});
  const plain = await openReal({ dev: 'false', server: 'true', 'data-dir': '/data' });
  const texts = [];
  for (const server of [dev, plain]) {
    await server.start();
    texts.push(await get(server.httpAddresses[0] ?? '', '/v1/catalog/datacenters'));
  }
  expect(texts).toEqual([expect.stringMatching(/\r\n\r\n\[\n {4}"dc1"\n\]$/), expect.stringMatching(/\r\n\r\n\["dc1"\]$/)]);
});

test('A port of -1 switches HTTP off', async () => {
  const server = await openReal({ 'http-port': '-1' });
  await server.start();
  expect(server.httpAddresses).toEqual([]);
});

test('A port that is taken fails the start, and what was started is stopped', async () => {
  const first = await openReal({});
  await first.start();
  const port = first.httpAddresses[0]?.split(':').at(-1) ?? '';
  const second = await openReal({ 'http-port': port });
  await expect(second.start()).rejects.toThrow('EADDRINUSE');
  await expect(second.stop()).resolves.toBeUndefined();
});

test('A store that cannot be opened fails the opening with its own error', async () => {
  const error = new KonsulError('STORE_UNREADABLE', 'a newer format');
  await expect(openReal({}, error)).rejects.toBe(error);
});

test('The node keeps its id and what was registered on it over a restart', async () => {
  const [disk, store] = [new MemoryDisk(), new MemoryStore(new SeededRandom(5))];
  const flags = { 'data-dir': '/data' };
  const first = await start({ disk, store, flags });
  await first.send('PUT /v1/agent/service/register', { body: { Name: 'web', Port: 80 } });
  await first.send('PUT /v1/kv/a', { body: 'x' });
  await first.stop();
  const second = await start({ disk, store, flags });
  expect(second.server.nodeId).toBe(first.server.nodeId);
  expect((await second.send('GET /v1/agent/services')).json()).toHaveProperty('web');
  expect((await second.send('GET /v1/catalog/service/web')).json()).toMatchObject([{ Node: 's1', ServicePort: 80 }]);
  expect((await second.send('GET /v1/kv/a?raw')).text).toBe('x');
});

test('After a restore the server registers itself and its services again', async () => {
  const old = await start({ flags: { node: 'old', 'node-id': '0e1c4a52-0b3f-4bb8-9d2c-1f7a3c5e9d10' } });
  const { bytes } = await old.send('GET /v1/snapshot');
  const { send, clock } = await start();
  await send('PUT /v1/agent/service/register', { body: { Name: 'web', Port: 80 } });
  expect((await send('PUT /v1/snapshot', { body: bytes })).status).toBe(200);
  await clock.settle();
  await vi.waitFor(async () => expect((await send('GET /v1/catalog/service/web')).json()).toMatchObject([{ Node: 's1' }]));
  const nodes = (await send('GET /v1/catalog/nodes')).json<{ Node: string }[]>().map(({ Node }) => Node);
  expect(nodes).toEqual(expect.arrayContaining(['old', 's1']));
});

test('Sessions of a snapshot get their whole time after a restore', async () => {
  const { send, clock } = await start();
  const { ID: id } = (await send('PUT /v1/session/create', { body: { TTL: '10s' } })).json<{ ID: string }>();
  const { bytes } = await send('GET /v1/snapshot');
  await clock.advance(15_000);
  await send('PUT /v1/snapshot', { body: bytes });
  await clock.advance(15_000);
  expect((await send(`GET /v1/session/info/${id}`)).json()).toHaveLength(1);
  await clock.advance(6_000);
  expect((await send(`GET /v1/session/info/${id}`)).json()).toHaveLength(0);
});

test('Without a leader reads go on, writes and consistent reads say so', async () => {
  const { send, store } = await start();
  await send('PUT /v1/kv/a', { body: 'x' });
  store.failNext('campaign');
  store.depose();
  expect((await send('GET /v1/kv/a')).headers['X-Consul-KnownLeader']).toBe('false');
  for (const call of ['PUT /v1/kv/a', 'GET /v1/kv/a?consistent']) {
    expect(await send(call)).toMatchObject({ status: 500, text: 'No cluster leader' });
  }
});

test('A write that the store refuses is told, and is not there', async () => {
  const { send, store } = await start();
  store.failNext('commit', new KonsulError('STORE_FAILED', 'no space left on device'));
  expect(await send('PUT /v1/kv/a', { body: 'x' })).toMatchObject({ status: 500, text: 'no space left on device' });
  expect((await send('GET /v1/kv/a')).status).toBe(404);
  expect((await send('PUT /v1/kv/a', { body: 'x' })).text).toBe('true');
});

test('The agent tells about itself what the configuration says', async () => {
  const { send, server } = await start({ flags: { 'node-meta': 'rack:a7', datacenter: 'East' } });
  const self = (await send('GET /v1/agent/self')).json<Record<string, Record<string, unknown>>>();
  expect(self.Config).toMatchObject({ Datacenter: 'east', NodeName: 's1', NodeID: server.nodeId, Server: true });
  expect(self.DebugConfig).toMatchObject({ DevMode: true, StoreEngine: 'memory', HTTPPort: -1 });
  expect(self.Stats).toMatchObject({ konsul: { engine: 'memory' }, consul: { leader: 'true' }, agent: { services: '0' } });
  expect(self.Meta).toMatchObject({ rack: 'a7' });
  expect(self.Member).toMatchObject({ Name: 's1', Status: 1, Tags: { role: 'consul', dc: 'east' } });
});

test('A second server on one store starts without the lead, serves what the first wrote, and takes over when it stops', async () => {
  const first = await startTestServer();
  await first.send('PUT /v1/kv/a', { body: 'from the first' });
  const second = await startTestServer({ store: first.store, flags: { node: 's2', 'server-port': '8399' } });
  expect((await second.send('GET /v1/kv/a?raw')).text).toBe('from the first');
  expect((await second.send('PUT /v1/kv/b', { body: 'x' })).text).toContain('No cluster leader');
  await first.send('PUT /v1/kv/a', { body: 'again' });
  expect((await second.send('GET /v1/kv/a?raw')).text).toBe('again');
  await first.stop();
  await second.clock.settle();
  expect((await second.send('PUT /v1/kv/b', { body: 'x' })).text).toContain('true');
  const nodes = (await second.send('GET /v1/catalog/nodes')).json<{ Node: string }[]>().map(({ Node }) => Node);
  expect(nodes).toEqual(['s1', 's2']);
  await second.stop();
});
