import { expect, test } from 'vitest';
import { KonsulError } from '../runtime/errors.ts';
import type { FakeSyncTarget } from '../testing/fake-sync-target.ts';
import { type LocalAgent, startLocalAgent, ttlCheck, webService } from '../testing/local-agent.ts';

const offline = (): never => {
  throw new KonsulError('NO_SERVERS', 'No known Consul servers');
};
const settings = { adoptGraceMs: 300_000 };

/** Servers that hold `web` and `db` of this node, with a check each that passes. */
async function servers(): Promise<FakeSyncTarget> {
  const { local, target } = await startLocalAgent({ settings });
  for (const id of ['web', 'db']) {
    await local.registerService(webService(id), [ttlCheck(`${id}-check`, id)]);
    await local.updateTtl(`${id}-check`, { status: 'passing', output: 'fine' });
  }
  await local.stop();
  target.pushes.length = 0;
  return target;
}

const statuses = (target: FakeSyncTarget) => Object.fromEntries([...target.checks].map(([id, { status }]) => [id, status]));
/** Every status that was pushed of a check. */
const pushed = (target: FakeSyncTarget, id: string) =>
  target.pushes.flatMap((push) => (push.kind === 'catalog.register' ? push.checks : [])).filter((check) => check.id === id);
const registerAgain = ({ local }: LocalAgent): Promise<void> => local.registerService(webService('web'), [ttlCheck('web-check', 'web')]);

test('An agent with an empty disk erases nothing for the grace time, and then what nobody registered again', async () => {
  const target = await servers();
  const agent = await startLocalAgent({ target, settings });
  expect(agent.local.isAdopting).toBe(true);
  await registerAgain(agent);
  await agent.clock.advance(299_999);
  expect(statuses(target)).toEqual({ 'web-check': 'passing', 'db-check': 'passing' });
  await agent.clock.advance(1);
  expect([...target.services.keys()]).toEqual(['web']);
  expect(agent.local.isAdopting).toBe(false);
});

test('What is registered again without a status takes its last result over, and nothing flaps', async () => {
  const target = await servers();
  const agent = await startLocalAgent({ target, settings });
  await registerAgain(agent);
  expect(agent.local.checks().get('web-check')).toMatchObject({ status: 'passing', output: 'fine' });
  await agent.clock.advance(1_000);
  expect(pushed(target, 'web-check').filter(({ status }) => status !== 'passing')).toEqual([]);
  agent.disk.crash();
  const next = await startLocalAgent({ target, disk: agent.disk, settings });
  expect(next.local.checks().get('web-check')?.status).toBe('passing');
});

test('So does what was registered before the servers could be asked', async () => {
  const target = await servers();
  target.before = offline;
  const agent = await startLocalAgent({ target, settings });
  await registerAgain(agent);
  expect(agent.local.checks().get('web-check')?.status).toBe('critical');
  target.before = () => {};
  await agent.clock.advance(31_000);
  expect(agent.local.checks().get('web-check')?.status).toBe('passing');
  expect(pushed(target, 'web-check').filter(({ status }) => status !== 'passing')).toEqual([]);
});

test('A check that was reported, or registered with a status, keeps what it said', async () => {
  const target = await servers();
  target.before = offline;
  const agent = await startLocalAgent({ target, settings });
  await registerAgain(agent);
  agent.local.report('web-check', 'critical', '');
  await agent.local.registerService(webService('db'), [{ ...ttlCheck('db-check', 'db'), status: 'warning' }]);
  target.before = () => {};
  await agent.clock.advance(31_000);
  expect(statuses(target)).toEqual({ 'web-check': 'critical', 'db-check': 'warning' });
});

test('A deregistration in the grace time is one', async () => {
  const target = await servers();
  const agent = await startLocalAgent({ target, settings });
  await registerAgain(agent);
  await agent.local.deregisterService('web');
  expect([...target.services.keys()]).toEqual(['db']);
});

test('A restart in the grace time goes on adopting, and one after it does not', async () => {
  const target = await servers();
  const agent = await startLocalAgent({ target, settings });
  await agent.clock.advance(200_000);
  agent.disk.crash();
  const second = await startLocalAgent({ target, disk: agent.disk, settings });
  await second.clock.advance(299_000);
  expect([...target.services.keys()]).toEqual(['web', 'db']);
  await second.clock.advance(1_000);
  second.disk.crash();
  const third = await startLocalAgent({ target, disk: second.disk, settings });
  expect([third.local.isAdopting, target.services.size]).toEqual([false, 0]);
});

test('The grace time begins with the servers, not with the agent', async () => {
  const target = await servers();
  target.before = offline;
  const agent = await startLocalAgent({ target, settings });
  await agent.clock.advance(3_600_000);
  target.before = () => {};
  await agent.clock.advance(31_000);
  await agent.clock.advance(200_000);
  expect(target.services.size).toBe(2);
});

test('A grace of 0 erases at once; an agent that has a log never adopts', async () => {
  const target = await servers();
  const agent = await startLocalAgent({ target, settings: { adoptGraceMs: 0 } });
  expect([agent.local.isAdopting, target.services.size]).toEqual([false, 0]);
});

test('A compacted log goes on adopting', async () => {
  const target = await servers();
  const agent = await startLocalAgent({ target, settings });
  const filler = { filler: 'x'.repeat(200_000) };
  for (let port = 1; port < 12; port += 1) await agent.local.registerService(webService('web', { port, meta: filler }), []);
  expect(agent.disk.calls.filter((call) => call.startsWith('rename')).length).toBeGreaterThan(1);
  agent.disk.crash();
  expect((await startLocalAgent({ target, disk: agent.disk, settings })).local.isAdopting).toBe(true);
});
