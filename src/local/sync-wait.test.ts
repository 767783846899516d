import { expect, test } from 'vitest';
import type { SyncWait } from '../model/sync-wait.ts';
import { KonsulError } from '../runtime/errors.ts';
import { FakeSyncTarget } from '../testing/fake-sync-target.ts';
import { type LocalAgent, startLocalAgent, ttlCheck, webService } from '../testing/local-agent.ts';

const offline = (): never => {
  throw new KonsulError('NO_SERVERS', 'No known Consul servers');
};

/** How a call ended, or `undefined` while it has not. */
function watched(call: Promise<unknown>): { outcome: string | undefined } {
  const seen: { outcome: string | undefined } = { outcome: undefined };
  call.then(
    () => {
      seen.outcome = 'done';
    },
    (error: KonsulError) => {
      seen.outcome = error.code;
    },
  );
  return seen;
}

const calls: Readonly<Record<string, (agent: LocalAgent, wait: SyncWait) => Promise<unknown>>> = {
  'registers a service': ({ local }, wait) => local.registerService(webService('new'), [ttlCheck('c', 'new')], { wait }),
  'deregisters a service': ({ local }, wait) => local.deregisterService('web', wait),
  'registers a check': ({ local }, wait) => local.registerCheck(ttlCheck('d', ''), wait),
  'deregisters a check': ({ local }, wait) => local.deregisterCheck('alive', wait),
  'switches maintenance on': ({ local }, wait) => local.setMaintenance('web', { enable: true, reason: '' }, wait),
  'reports a check': ({ local }, wait) => local.updateTtl('alive', { status: 'passing', output: '' }, wait),
};

async function started(): Promise<LocalAgent> {
  const agent = await startLocalAgent();
  await agent.local.registerService(webService('web'), [ttlCheck('alive', 'web')]);
  return agent;
}

test.each(Object.entries(calls))('Who %s and waits for the servers is told when they have it', async (_what, call) => {
  const agent = await started();
  let release = (): void => {};
  agent.target.before = () => new Promise((resolve) => (release = resolve));
  const seen = watched(call(agent, 'synced'));
  await agent.clock.advance(5_000);
  expect(seen.outcome).toBeUndefined();
  release();
  await agent.clock.settle();
  expect(seen.outcome).toBe('done');
  expect(agent.local.pendingUploads).toBe(0);
});

test.each(Object.entries(calls))(
  'Who %s and waits in vain is told so after ten seconds, and it is sent all the same',
  async (_what, call) => {
    const agent = await started();
    agent.target.before = offline;
    const seen = watched(call(agent, 'synced'));
    await agent.clock.advance(9_999);
    expect(seen.outcome).toBeUndefined();
    await agent.clock.advance(1);
    expect(seen.outcome).toBe('NOT_SYNCED');
    agent.target.before = () => {};
    await agent.clock.advance(31_000);
    expect(agent.local.pendingUploads).toBe(0);
  },
);

test.each(Object.entries(calls))('Who %s and does not wait is answered when it is on disk', async (_what, call) => {
  const agent = await started();
  agent.target.before = () => new Promise(() => {});
  const seen = watched(call(agent, 'disk'));
  await agent.clock.settle();
  expect(seen.outcome).toBe('done');
  expect(agent.disk.calls.at(-1)).toBe('sync /data/local.log');
});

test('A retry that succeeds within the ten seconds is a success', async () => {
  const agent = await started();
  let tries = 0;
  agent.target.before = () => {
    tries += 1;
    if (tries < 3) offline();
  };
  const seen = watched(agent.local.registerService(webService('new'), [], { wait: 'synced' }));
  await agent.clock.advance(5_000);
  expect(seen.outcome).toBe('done');
});

test('The refusal of the servers is the answer at once', async () => {
  const agent = await started();
  agent.target.before = () => {
    throw new KonsulError('PERMISSION_DENIED', 'Permission denied');
  };
  const refused = agent.local.registerService(webService('new'), [], { wait: 'synced' });
  await expect(refused).rejects.toMatchObject({
    code: 'NOT_SYNCED',
    status: 504,
    message: 'Done on this node, but the servers refused it: Permission denied',
  });
  expect(agent.local.services().has('new')).toBe(true);
});

test('After a restart, the same registration again waits until the servers were asked', async () => {
  const first = await started();
  first.disk.crash();
  const target = new FakeSyncTarget();
  target.before = offline;
  const { local, clock } = await startLocalAgent({ disk: first.disk, target });
  const seen = watched(local.registerService(webService('web'), [ttlCheck('alive', 'web')], { wait: 'synced' }));
  await clock.advance(1_000);
  expect(seen.outcome).toBeUndefined();
  target.before = () => {};
  await clock.advance(8_000);
  expect([seen.outcome, target.services.has('web')]).toEqual(['done', true]);
});

test('The same registration again has nothing to wait for', async () => {
  const agent = await started();
  const seen = watched(agent.local.registerService(webService('web'), [ttlCheck('alive', 'web')], { wait: 'synced' }));
  await agent.clock.settle();
  expect(seen.outcome).toBe('done');
});

test('What others registered and the servers do not take is not waited for', async () => {
  const agent = await started();
  agent.target.before = (command) => {
    if (command !== 'fetch' && command.kind === 'catalog.register' && command.services[0]?.id === 'other') offline();
  };
  void agent.local.registerService(webService('other'), []);
  const seen = watched(agent.local.registerService(webService('new'), [], { wait: 'synced' }));
  await agent.clock.advance(1_000);
  expect(seen.outcome).toBe('done');
});

test('What changes again while it is on the way is confirmed by what was sent after the call', async () => {
  const agent = await started();
  const releases: (() => void)[] = [];
  agent.target.before = () => new Promise((resolve) => releases.push(resolve));
  const first = watched(agent.local.registerService(webService('new', { port: 1 }), [], { wait: 'synced' }));
  await agent.clock.settle();
  const second = watched(agent.local.registerService(webService('new', { port: 2 }), [], { wait: 'synced' }));
  await agent.clock.settle();
  releases[0]?.();
  await agent.clock.settle();
  expect([first.outcome, second.outcome]).toEqual(['done', undefined]);
  releases[1]?.();
  await agent.clock.settle();
  expect([second.outcome, agent.target.services.get('new')?.port]).toEqual(['done', 2]);
});

test('A stop ends every wait, and nothing is left behind', async () => {
  const agent = await started();
  agent.target.before = offline;
  const seen = watched(agent.local.registerService(webService('new'), [], { wait: 'synced' }));
  await agent.clock.settle();
  await agent.local.stop();
  await agent.clock.settle();
  expect(seen.outcome).toBe('SHUTTING_DOWN');
});
