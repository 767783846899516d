/** Defects of a program before this one, each as the test that it would have failed. */
import { expect, test } from 'vitest';
import { KonsulError } from '../runtime/errors.ts';
import { startLocalAgent, ttlCheck, webService } from '../testing/local-agent.ts';

const offline = (): never => {
  throw new KonsulError('NO_SERVERS', 'No known Consul servers');
};
const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `s-${from + n}`);

test('1: ninety-nine registrations reach the servers without a hundredth, within a second', async () => {
  const { local, target, clock } = await startLocalAgent();
  for (const id of ids(0, 99)) void local.registerService(webService(id), []);
  await clock.advance(1_000);
  expect(target.services.size).toBe(99);
});

test('2: a stop loses nothing: what the servers did not get is on disk, and they get it after the next start', async () => {
  const first = await startLocalAgent();
  first.target.before = offline;
  await Promise.all(ids(0, 50).map((id) => first.local.registerService(webService(id), [ttlCheck(`c-${id}`, id)])));
  await first.local.stop();
  first.disk.crash();
  first.target.before = () => {};
  const { target } = await startLocalAgent({ disk: first.disk, target: first.target });
  expect([target.services.size, target.checks.size]).toEqual([50, 50]);
});

test('3: servers that answer errors for a while, and then work, have everything, and nothing twice', async () => {
  const { local, target, clock } = await startLocalAgent();
  let tries = 0;
  target.before = () => {
    tries += 1;
    throw new KonsulError('STORE_FAILED', 'disk full');
  };
  await Promise.all(ids(0, 100).map((id) => local.registerService(webService(id), [])));
  await clock.advance(120_000);
  expect(tries).toBeGreaterThan(3);
  target.before = () => {};
  await clock.advance(31_000);
  expect(target.services.size).toBe(100);
  expect(target.pushes).toHaveLength(100);
});

test('4: fifteen hundred registrations in one burst are fifteen hundred', async () => {
  const { local, target, disk } = await startLocalAgent();
  await Promise.all(ids(0, 1_500).map((id) => local.registerService(webService(id), [])));
  expect([local.services().size, target.services.size, local.pendingUploads]).toEqual([1_500, 1_500, 0]);
  disk.crash();
  expect((await startLocalAgent({ disk })).local.services().size).toBe(1_500);
});

test('12: two instances of one name: deregistering one leaves the other', async () => {
  const { local, target } = await startLocalAgent();
  for (const id of ['web-1', 'web-2']) await local.registerService(webService(id), [ttlCheck(`c-${id}`, id)]);
  await local.deregisterService('web-1');
  expect([[...local.services().keys()], [...target.services.keys()], [...target.checks.keys()]]).toEqual([
    ['web-2'],
    ['web-2'],
    ['c-web-2'],
  ]);
});

test('13: a registration does not expire, however long nothing is said of it', async () => {
  const { local, target, clock } = await startLocalAgent();
  await local.registerService(webService('web'), []);
  await clock.advance(30 * 24 * 3_600_000);
  expect([local.services().size, target.services.size]).toEqual([1, 1]);
});

test('17: a change of status whose report failed is reported again', async () => {
  const { local, target, clock } = await startLocalAgent();
  await local.registerService(webService('web'), [ttlCheck('c', 'web')]);
  target.before = offline;
  local.report('c', 'passing', 'up');
  await clock.advance(5_000);
  expect(target.checks.get('c')?.status).toBe('critical');
  target.before = () => {};
  await clock.advance(31_000);
  expect(target.checks.get('c')?.status).toBe('passing');
});

test('A check that changes all the time is held here and at the servers, and let go when it is steady', async () => {
  const flap = { isEnabled: true, halfLifeMs: 300_000, penalty: 1_000, suppress: 5_000, reuse: 2_500 };
  const { local, target, clock, disk } = await startLocalAgent({ settings: { flap } });
  await local.registerService(webService('web'), [ttlCheck('c', 'web')]);
  for (const status of ['critical', 'passing', 'critical', 'passing', 'critical', 'passing'] as const) {
    await local.updateTtl('c', { status, output: 'said' });
  }
  const held = { status: 'critical', output: '[flapping: held for about 5m0s] said' };
  expect([local.checks().get('c'), target.checks.get('c')]).toMatchObject([held, { status: 'critical' }]);
  expect(local.flappingChecks).toBe(1);
  await clock.advance(300_000);
  expect([local.checks().get('c'), target.checks.get('c')]).toMatchObject([{ status: 'passing', output: 'said' }, { status: 'passing' }]);
  disk.crash();
  const next = await startLocalAgent({ disk, target, settings: { flap } });
  expect([next.local.checks().get('c')?.status, next.local.flappingChecks]).toEqual(['passing', 0]);
});
