import { expect, test } from 'vitest';
import type { ServiceDefinition } from '../model/service.ts';
import { NO_REGISTRATIONS, type Registrations } from '../registration/registrations.ts';
import { KonsulError } from '../runtime/errors.ts';
import { type LocalAgent, startLocalAgent, ttlCheck, webService } from '../testing/local-agent.ts';

const offline = (): never => {
  throw new KonsulError('NO_SERVERS', 'No known Consul servers');
};
const defined = (more: Partial<ServiceDefinition> = {}): Registrations => ({
  services: [{ service: webService('web', more), checks: [ttlCheck('alive', 'web')] }],
  checks: [ttlCheck('extra', 'web')],
});
const restart = ({ disk, target }: LocalAgent, definitions: Registrations = NO_REGISTRATIONS): Promise<LocalAgent> => {
  disk.crash();
  return startLocalAgent({ disk, target, definitions });
};
const shown = ({ local, target, runner }: LocalAgent) => ({
  here: [...local.services().keys(), ...local.checks().keys()],
  there: [...target.services.keys(), ...target.checks.keys()],
  running: [...runner.running.keys()],
  tombstones: target.tombstones.size,
});
const NOTHING = { here: [], there: [], running: [], tombstones: 0 };

test('A service that others deregistered goes here too, its checks stop, and the tombstone ends', async () => {
  const agent = await startLocalAgent();
  await agent.local.registerService(webService('web'), [ttlCheck('alive', 'web')]);
  agent.target.deregisterElsewhere('service', 'web');
  await agent.local.fullSync();
  expect(shown(agent)).toEqual(NOTHING);
  expect(shown(await restart(agent))).toEqual(NOTHING);
});

test('A check that others deregistered goes alone', async () => {
  const agent = await startLocalAgent();
  await agent.local.registerService(webService('web'), [ttlCheck('alive', 'web'), ttlCheck('other', 'web')]);
  agent.target.deregisterElsewhere('check', 'alive');
  await agent.local.fullSync();
  expect(shown(agent)).toEqual({ here: ['web', 'other'], there: ['web', 'other'], running: ['other'], tombstones: 0 });
});

test('A result of a check does not bring back its service', async () => {
  const agent = await startLocalAgent();
  await agent.local.registerService(webService('web'), [ttlCheck('alive', 'web')]);
  agent.target.deregisterElsewhere('service', 'web');
  await agent.local.updateTtl('alive', { status: 'passing', output: '' });
  expect(agent.target.services.size).toBe(0);
  await agent.local.fullSync();
  expect(shown(agent)).toEqual(NOTHING);
});

test('What a program registered since the last agreement stays, and comes back there: the same again included', async () => {
  for (const port of [80, 81]) {
    const agent = await startLocalAgent();
    await agent.local.registerService(webService('web'), [ttlCheck('alive', 'web')]);
    agent.target.before = offline;
    await agent.local.registerService(webService('web', { port }), [ttlCheck('alive', 'web')]);
    agent.target.deregisterElsewhere('service', 'web');
    agent.target.before = () => {};
    await agent.local.fullSync();
    expect(shown(agent)).toEqual({ here: ['web', 'alive'], there: ['web', 'alive'], running: ['alive'], tombstones: 0 });
  }
});

test('What a program registered before the last agreement goes', async () => {
  const agent = await startLocalAgent();
  await agent.local.registerService(webService('web'), []);
  await agent.local.registerService(webService('web'), []);
  await agent.local.fullSync();
  agent.target.deregisterElsewhere('service', 'web');
  await agent.local.fullSync();
  expect(shown(agent)).toEqual(NOTHING);
});

test('A program that registers again brings its service back at once', async () => {
  const agent = await startLocalAgent();
  await agent.local.registerService(webService('web'), []);
  agent.target.deregisterElsewhere('service', 'web');
  await agent.local.fullSync();
  await agent.local.registerService(webService('web'), [ttlCheck('alive', 'web')]);
  expect(shown(agent)).toEqual({ here: ['web', 'alive'], there: ['web', 'alive'], running: ['alive'], tombstones: 0 });
});

test('A registration while the tombstone is being honoured is not lost with it', async () => {
  const agent = await startLocalAgent();
  await agent.local.registerService(webService('web'), []);
  agent.target.deregisterElsewhere('service', 'web');
  await Promise.all([agent.local.fullSync(), agent.local.registerService(webService('web', { port: 81 }), [])]);
  await agent.local.fullSync();
  expect(agent.target.services.get('web')?.port).toBe(81);
  const next = await restart(agent);
  expect(next.local.services().get('web')?.port).toBe(81);
});

test('A restart does not bring back what was deregistered while the agent was away', async () => {
  const agent = await startLocalAgent();
  await agent.local.registerService(webService('web'), [ttlCheck('alive', 'web')]);
  agent.target.deregisterElsewhere('service', 'web');
  expect(shown(await restart(agent))).toEqual(NOTHING);
});

test('Neither a reload nor a restart with the same file brings back what was let go, nor its checks', async () => {
  const agent = await startLocalAgent({ definitions: defined() });
  agent.target.deregisterElsewhere('service', 'web');
  await agent.local.fullSync();
  await agent.local.setDefinitions(defined());
  expect(shown(agent)).toEqual(NOTHING);
  const second = await restart(agent, defined());
  expect(shown(second)).toEqual(NOTHING);
  expect(shown(await restart(second, defined()))).toEqual(NOTHING);
});

test('A file that says something else brings it back, also over a tombstone not yet seen', async () => {
  const agent = await startLocalAgent({ definitions: defined() });
  agent.target.deregisterElsewhere('service', 'web');
  await agent.local.fullSync();
  await agent.local.setDefinitions(defined({ port: 81 }));
  expect(agent.target.services.get('web')?.port).toBe(81);
  expect([...agent.target.checks.keys()].sort()).toEqual(['alive', 'extra']);
  agent.target.deregisterElsewhere('service', 'web');
  await agent.local.setDefinitions(defined({ port: 82 }));
  expect(agent.target.services.get('web')?.port).toBe(82);
  expect(agent.target.tombstones.size).toBe(0);
});

test('A file from which it goes, and to which it comes again later, brings it back', async () => {
  const agent = await startLocalAgent({ definitions: defined() });
  agent.target.deregisterElsewhere('service', 'web');
  await agent.local.fullSync();
  await agent.local.setDefinitions(NO_REGISTRATIONS);
  await agent.local.setDefinitions(defined());
  expect([...agent.local.services().keys()]).toEqual(['web']);
});

test('A program may register what its file may not bring back', async () => {
  const agent = await startLocalAgent({ definitions: defined() });
  agent.target.deregisterElsewhere('service', 'web');
  await agent.local.fullSync();
  await agent.local.registerService(webService('web', { port: 1 }), []);
  expect(agent.target.services.get('web')?.port).toBe(1);
  await agent.local.setDefinitions(defined());
  expect([...agent.target.checks.keys()].sort()).toEqual(['alive', 'extra']);
});

test('A check of a file that others deregistered stays away until the file changes it', async () => {
  const agent = await startLocalAgent({ definitions: defined() });
  agent.target.deregisterElsewhere('check', 'extra');
  await agent.local.fullSync();
  await agent.local.setDefinitions(defined());
  expect([...agent.local.checks().keys()]).toEqual(['alive']);
  await agent.local.setDefinitions({ ...defined(), checks: [ttlCheck('extra', 'web', { ttlMs: 5_000 })] });
  expect([...agent.target.checks.keys()].sort()).toEqual(['alive', 'extra']);
});

test('A tombstone of another owner is not for this agent', async () => {
  const agent = await startLocalAgent();
  await agent.local.registerService(webService('web'), []);
  agent.target.tombstones.add({ kind: 'service', id: 'web', node: 'edge-1', owner: 'other', createIndex: 1, modifyIndex: 1 });
  await agent.local.fullSync();
  expect([agent.local.services().size, agent.target.tombstones.size]).toEqual([1, 1]);
});

test('A disk that fails lets nothing go: it stays here, and stays away there', async () => {
  const agent = await startLocalAgent();
  await agent.local.registerService(webService('web'), []);
  agent.target.deregisterElsewhere('service', 'web');
  agent.disk.failNext('append', new Error('disk full'));
  await agent.local.fullSync();
  expect(shown(agent)).toEqual({ here: ['web'], there: [], running: [], tombstones: 1 });
  expect(shown(await restart(agent))).toEqual(NOTHING);
});

test('A tombstone of what is not here any more ends', async () => {
  const agent = await startLocalAgent();
  await agent.local.registerCheck(ttlCheck('c', ''));
  agent.target.deregisterElsewhere('check', 'c');
  agent.target.before = offline;
  await agent.local.deregisterCheck('c');
  agent.disk.crash();
  agent.target.before = () => {};
  expect(shown(await startLocalAgent({ disk: agent.disk, target: agent.target }))).toEqual(NOTHING);
});
