import { expect, test } from 'vitest';
import { KonsulError } from '../../runtime/errors.ts';
import { type AgentApi, startAgentApi } from '../../testing/agent-api.ts';
import { agentCheckDeregister } from './check-deregister.ts';
import { agentCheckPass } from './check-pass.ts';
import { agentCheckRegister } from './check-register.ts';
import { agentCheckUpdate } from './check-update.ts';
import { agentNodeMaintenance } from './node-maintenance.ts';
import { agentServiceDeregister } from './service-deregister.ts';
import { agentServiceMaintenance } from './service-maintenance.ts';
import { agentServiceRegister } from './service-register.ts';

const routes = [
  agentServiceRegister,
  agentServiceDeregister,
  agentServiceMaintenance,
  agentNodeMaintenance,
  agentCheckRegister,
  agentCheckDeregister,
  agentCheckPass,
  agentCheckUpdate,
];

/** With `web` and its TTL check `alive`. */
async function start(): Promise<AgentApi> {
  const api = await startAgentApi({ routes });
  const body = { Name: 'web', Check: { CheckID: 'alive', TTL: '1m' }, Token: 'secret' };
  expect((await api.send('PUT /v1/agent/service/register', { body })).status).toBe(200);
  return api;
}

const calls: readonly (readonly [path: string, body?: object])[] = [
  ['service/register?', { Name: 'new' }],
  ['service/deregister/web?'],
  ['service/maintenance/web?enable=true&'],
  ['maintenance?enable=true&'],
  ['check/register?', { Name: 'new', TTL: '1m' }],
  ['check/deregister/alive?'],
  ['check/pass/alive?'],
  ['check/update/alive?', { Status: 'warning' }],
];

test.each(calls)('%s answers 200 once the servers have it, and 504 if they do not in ten seconds', async (path, body) => {
  const api = await start();
  api.target.before = () => {
    throw new KonsulError('NO_SERVERS', 'No known Consul servers');
  };
  const late = api.send(`PUT /v1/agent/${path}wait=synced`, { body });
  await api.clock.advance(10_000);
  expect(await late).toMatchObject({
    status: 504,
    text: 'Done on this node, but not confirmed by the servers within 10s: it goes on being sent',
  });
  api.target.before = () => {};
  await api.clock.advance(31_000);
  expect(api.local.pendingUploads).toBe(0);
  const other = await start();
  expect((await other.send(`PUT /v1/agent/${path}wait=synced`, { body })).status).toBe(200);
});

test.each(calls)('%s does not wait for servers that are silent if only the disk is asked for', async (path, body) => {
  const api = await start();
  api.target.before = () => new Promise(() => {});
  expect((await api.send(`PUT /v1/agent/${path}wait=disk`, { body })).status).toBe(200);
});

test.each(calls)('%s refuses other words, and does nothing', async (path, body) => {
  const api = await start();
  const pushes = api.target.pushes.length;
  const refused = await api.send(`PUT /v1/agent/${path}wait=forever`, { body });
  expect(refused).toMatchObject({ status: 400, text: 'Invalid wait: "forever"; expected "disk" or "synced"' });
  expect(api.target.pushes).toHaveLength(pushes);
});

test('The token of a registration is sent with it', async () => {
  const { target } = await start();
  expect(target.pushes.map(({ token }) => token)).toEqual(['secret']);
});
