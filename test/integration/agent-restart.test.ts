/** Agents that start alone, are killed, lose their disk, or meet another one of their name: real processes. */
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { freshnessOf, QUICK_LINK, register, startCluster, untilIds } from './cluster.ts';
import type { KonsulProcess } from './konsul-process.ts';
import { test } from './konsul-test.ts';
import { waitUntil } from './wait-until.ts';

const NO_SERVER = [9];

test('an agent that is killed right after it acknowledged a registration has it when it is back', { timeout: 120_000 }, async ({
  start,
}) => {
  const { server, agents } = await startCluster(start, 1);
  const [agent] = agents as [KonsulProcess];
  for (let round = 0; round < 5; round++) {
    await register(agent, { Name: 'web', ID: `web-${round}` }, '?wait=disk');
    await agent.kill();
    await agent.startAgain();
  }
  await untilIds(server, 'web', ['web-0', 'web-1', 'web-2', 'web-3', 'web-4'], 20_000);
});

test('without a server an agent starts, takes registrations and answers them; it has its server once there is one', {
  timeout: 120_000,
}, async ({ start }) => {
  const agent = await start({ nodeName: 'a1', joins: NO_SERVER, awaitsLeader: false, config: QUICK_LINK });
  await register(agent, { Name: 'web', ID: 'web-1' });
  expect(Object.keys((await agent.call('/v1/agent/services')).json<object>())).toEqual(['web-1']);
  const reply = await agent.call('/v1/catalog/services');
  expect([reply.status, reply.text]).toEqual([500, 'No known Consul servers']);
  const server = await start({ nodeName: 'n0', config: QUICK_LINK });
  const joined = await agent.put(`/v1/agent/join/127.0.0.1:${server.joinPort}`);
  expect([joined.status, joined.text]).toEqual([200, '']);
  await untilIds(server, 'web', ['web-1']);
});

test('an agent answers from its last-good snapshot while there is no server; a broken or missing one does not stop it', {
  timeout: 180_000,
}, async ({ start }) => {
  const { server, agents } = await startCluster(start, 2, { config: { ...QUICK_LINK, leave_on_terminate: false } });
  const [agent, other] = agents as [KonsulProcess, KonsulProcess];
  await register(other, { Name: 'web', ID: 'web-1' });
  await untilIds(agent, 'web', ['web-1']);
  await stopQuietly(agent);
  await server.kill();
  await startAlone(agent);
  await untilIds(agent, 'web', ['web-1']);
  expect(await freshnessOf(agent, 'web')).toBe('snapshot');

  const folder = join(agent.dataDir, 'cache');
  for (const spoil of [spoilAll, removeAll]) {
    await stopQuietly(agent);
    spoil(folder);
    await startAlone(agent);
    expect((await agent.call('/v1/health/service/web')).status).toBe(500);
    await register(agent, { Name: 'own', ID: 'own-1' });
  }
});

/** Not a leave, by its configuration: that would take its services away. */
async function stopQuietly(agent: KonsulProcess): Promise<void> {
  agent.signal('SIGTERM');
  await agent.exited;
}

async function startAlone(agent: KonsulProcess): Promise<void> {
  await agent.startAgain({ awaitsLeader: false });
}

function spoilAll(folder: string): void {
  for (const name of readdirSync(folder)) writeFileSync(join(folder, name), 'garbage');
}

const removeAll = (folder: string): void => {
  rmSync(folder, { recursive: true, force: true });
  expect(existsSync(folder)).toBe(false);
};

test('an agent that lost its disk takes over at once and erases nothing; what nobody registers again goes after the grace time', {
  timeout: 120_000,
}, async ({ start }) => {
  const config = { ...QUICK_LINK, sync: { heartbeat: '1s', adopt_grace: '8s', full_sync_interval: '2s' } };
  const server = await start({ nodeName: 'n0', config: QUICK_LINK });
  const agent = await start({ nodeName: 'a1', joins: [server.joinPort], config });
  for (const ID of ['web-1', 'web-2']) await register(agent, { Name: 'web', ID, Check: { TTL: '10m', Status: 'passing' } });
  await untilIds(server, 'web', ['web-1', 'web-2']);
  await agent.kill();
  agent.forgetData();
  await agent.startAgain();
  await untilIds(server, 'web', ['web-1', 'web-2']);
  await register(agent, { Name: 'web', ID: 'web-1', Check: { TTL: '10m' } });
  const checks = (await server.call('/v1/health/checks/web')).json<{ CheckID: string; Status: string }[]>();
  expect(checks.map(({ CheckID, Status }) => [CheckID, Status])).toEqual([
    ['service:web-1', 'passing'],
    ['service:web-2', 'passing'],
  ]);
  await untilIds(server, 'web', ['web-1'], 30_000);
});

test('a second agent with the name of a live one is refused with the words of Consul, and the first goes on', {
  timeout: 120_000,
}, async ({ start }) => {
  const { server, agents } = await startCluster(start, 1);
  const [first] = agents as [KonsulProcess];
  await register(first, { Name: 'web', ID: 'web-1' });
  const second = await start({ nodeName: 'a1', joins: [server.joinPort], awaitsLeader: false, config: QUICK_LINK });
  await waitUntil(() => /Node name a1 is reserved by node [0-9a-f-]{36} with name a1/.test(second.log()), {
    what: 'the refusal in the log',
  });
  expect((await second.call('/v1/catalog/nodes')).status).toBe(500);
  await register(first, { Name: 'web', ID: 'web-2' });
  await untilIds(server, 'web', ['web-1', 'web-2']);
});

test('a leave takes the node out of the catalog before it is answered, and leaves it in the list of members', {
  timeout: 120_000,
}, async ({ start }) => {
  const { server, agents } = await startCluster(start, 1, { config: { ...QUICK_LINK, performance: { leave_drain_time: '0s' } } });
  const [agent] = agents as [KonsulProcess];
  await register(agent, { Name: 'web', ID: 'web-1' });
  await untilIds(server, 'web', ['web-1']);
  expect((await agent.put('/v1/agent/leave')).status).toBe(200);
  await untilIds(server, 'web', [], 1_000);
  const members = (await server.call('/v1/agent/members')).json<{ Name: string; Status: number }[]>();
  expect(members).toContainEqual(expect.objectContaining({ Name: 'a1', Status: 3 }));
  expect((await agent.exited).code).toBe(0);
});

test('what another door deregistered stays away, until its program registers it again', { timeout: 120_000 }, async ({ start }) => {
  const { server, agents } = await startCluster(start, 1);
  const [agent] = agents as [KonsulProcess];
  await register(agent, { Name: 'web', ID: 'web-1' });
  await register(agent, { Name: 'web', ID: 'web-2' });
  await untilIds(server, 'web', ['web-1', 'web-2']);
  expect((await server.put('/v1/catalog/deregister', { Node: 'a1', ServiceID: 'web-1' })).status).toBe(200);
  await waitUntil(async () => !('web-1' in (await agent.call('/v1/agent/services')).json<object>()), { what: 'the agent to let it go' });
  await agent.kill();
  await agent.startAgain();
  await untilIds(server, 'web', ['web-2']);
  await register(agent, { Name: 'web', ID: 'web-1' });
  await untilIds(server, 'web', ['web-1', 'web-2']);
});

test('an agent that is gone turns critical after the grace time, and is passing again when it is back', { timeout: 120_000 }, async ({
  start,
}) => {
  const server = await start({ nodeName: 'n0', config: { ...QUICK_LINK, liveness: { grace: '2s' } } });
  const agent = await start({ nodeName: 'a1', joins: [server.joinPort], config: QUICK_LINK });
  const health = async (): Promise<string | undefined> =>
    (await server.call('/v1/health/node/a1')).json<{ CheckID: string; Status: string }[]>().find(({ CheckID }) => CheckID === 'serfHealth')
      ?.Status;
  expect(await health()).toBe('passing');
  await agent.kill();
  await waitUntil(async () => (await health()) === 'critical', { what: 'the node to be critical', timeoutMs: 15_000 });
  await agent.startAgain();
  await waitUntil(async () => (await health()) === 'passing', { what: 'the node to be passing again' });
});
