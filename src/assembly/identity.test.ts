import { expect, test } from 'vitest';
import { type AgentConfig, agentConfig } from '../config/agent-config.ts';
import { loadConfig } from '../config/load.ts';
import { SeededRandom } from '../runtime/random.ts';
import { MemoryDisk } from '../testing/memory-disk.ts';
import { nodeDefinition, nodeIdOf, selfRegistration } from './identity.ts';

const ID = '7e1c4a52-0b3f-4bb8-9d2c-1f7a3c5e9d10';

const configOf = (flags: Readonly<Record<string, string>>): AgentConfig =>
  agentConfig(
    loadConfig({
      files: [],
      environment: {},
      flags: new Map(Object.entries({ dev: 'true', ...flags }).map(([name, value]) => [name, [value]])),
    }),
    {
      hostName: 'host',
      address: '10.0.0.7',
    },
  );

const KEPT = configOf({ 'data-dir': '/data' });
const FIXED = configOf({ 'data-dir': '/data', 'node-id': ID });

test('Without a data directory the id is the configured one, or a new one each time', async () => {
  const disk = new MemoryDisk();
  const random = new SeededRandom(1);
  expect(await nodeIdOf(configOf({ 'node-id': ID }), disk, random)).toBe(ID);
  expect(await nodeIdOf(configOf({}), disk, random)).not.toBe(await nodeIdOf(configOf({}), disk, random));
  expect(disk.calls).toEqual([]);
});

test('An id once made is kept, also through a crash right after', async () => {
  const disk = new MemoryDisk();
  const id = await nodeIdOf(KEPT, disk, new SeededRandom(1));
  disk.crash();
  expect(await nodeIdOf(KEPT, disk, new SeededRandom(2))).toBe(id);
  expect(disk.paths()).toEqual(['/data/node-id']);
});

test('A configured id replaces the kept one, and is written only once', async () => {
  const disk = new MemoryDisk();
  await nodeIdOf(KEPT, disk, new SeededRandom(1));
  expect(await nodeIdOf(FIXED, disk, new SeededRandom(2))).toBe(ID);
  expect(await nodeIdOf(KEPT, disk, new SeededRandom(3))).toBe(ID);
  const calls = disk.calls.length;
  await nodeIdOf(FIXED, disk, new SeededRandom(4));
  expect(disk.calls.slice(calls)).toEqual(['read /data/node-id']);
});

test('An empty file is no id: a new one is made', async () => {
  const disk = new MemoryDisk();
  disk.plant('/data/node-id', Buffer.from('\n'));
  const id = await nodeIdOf(KEPT, disk, new SeededRandom(1));
  expect(id).toMatch(/^[0-9a-f]{8}-/);
  expect(await nodeIdOf(KEPT, disk, new SeededRandom(2))).toBe(id);
});

test.each(['nonsense', ID.toUpperCase()])('A file with %j is refused by name and left alone', async (text) => {
  const disk = new MemoryDisk();
  disk.plant('/data/node-id', Buffer.from(text));
  await expect(nodeIdOf(KEPT, disk, new SeededRandom(1))).rejects.toThrow('/data/node-id: holds no UUID');
  expect(Buffer.from((await disk.read('/data/node-id')) ?? []).toString()).toBe(text);
});

test('A line end behind the id is fine', async () => {
  const disk = new MemoryDisk();
  disk.plant('/data/node-id', Buffer.from(`${ID}\n`));
  expect(await nodeIdOf(KEPT, disk, new SeededRandom(1))).toBe(ID);
});

test.each([
  ['10.1.1.1', { lan: '10.1.1.1', wan: '10.1.1.1', lan_ipv4: '10.1.1.1', wan_ipv4: '10.1.1.1' }],
  ['fd00::1', { lan: 'fd00::1', wan: 'fd00::1', lan_ipv6: 'fd00::1', wan_ipv6: 'fd00::1' }],
])('The node at %s is tagged with its address', (advertise, taggedAddresses) => {
  const config = configOf({ advertise, node: 'n1', 'node-meta': 'rack:a7' });
  expect(nodeDefinition(config, ID)).toEqual({
    id: ID,
    name: 'n1',
    address: advertise,
    taggedAddresses,
    meta: { rack: 'a7', 'consul-network-segment': '', 'consul-version': '1.21.0' },
    locality: undefined,
  });
});

test('A server registers itself as the service consul, alive', () => {
  const registration = selfRegistration(nodeDefinition(KEPT, ID), 8_300);
  expect(registration.services).toMatchObject([{ id: 'consul', name: 'consul', port: 8_300, tags: [] }]);
  expect(registration.checks).toMatchObject([
    { id: 'serfHealth', name: 'Serf Health Status', status: 'passing', output: 'Agent alive and reachable' },
  ]);
  expect(selfRegistration(nodeDefinition(KEPT, ID), -1).services[0]?.port).toBe(0);
});
