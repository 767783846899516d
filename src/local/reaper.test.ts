import { expect, test } from 'vitest';
import type { FlapSettings } from '../checks/flap-damper.ts';
import { startLocalAgent, ttlCheck, webService } from '../testing/local-agent.ts';

const doomed = (deregisterAfterMs: number) => [ttlCheck('c1', 'web-1', { deregisterAfterMs })];

test.each([
  ['a second is raised to a minute, as in Consul', 1_000, {}, 60_000],
  ['ninety seconds are honoured to the second', 90_000, {}, 90_000],
  ['a second is honoured where the option allows it', 1_000, { minDeregisterAfterMs: 0 }, 1_000],
  ['five seconds are raised to what the option says', 5_000, { minDeregisterAfterMs: 10_000 }, 10_000],
])('A service is deregistered once its check has been critical for so long: %s', async (_case, askedMs, settings, dueMs) => {
  const { local, clock, target } = await startLocalAgent({ settings });
  await local.registerService(webService('web-1'), doomed(askedMs));
  await clock.advance(500);
  await local.updateTtl('c1', { status: 'passing', output: '' });
  await clock.advance(700);
  local.report('c1', 'critical', 'TTL expired');
  await clock.advance(dueMs - 1);
  expect(local.services().has('web-1')).toBe(true);
  await clock.advance(1);
  expect([local.services().has('web-1'), target.services.has('web-1')]).toEqual([false, false]);
});

test('A check that recovers in time starts the time anew', async () => {
  const { local, clock } = await startLocalAgent();
  await local.registerService(webService('web-1'), doomed(60_000));
  await clock.advance(59_000);
  local.report('c1', 'passing', '');
  local.report('c1', 'critical', '');
  await clock.advance(59_000);
  expect(local.services().has('web-1')).toBe(true);
  await clock.advance(1_000);
  expect(local.services().has('web-1')).toBe(false);
});

test('Registering with another time changes when it is due, not since when the check is critical', async () => {
  const { local, clock } = await startLocalAgent();
  await local.registerService(webService('web-1'), doomed(600_000));
  await clock.advance(80_000);
  await local.registerService(webService('web-1'), doomed(90_000));
  await clock.advance(10_000);
  expect(local.services().has('web-1')).toBe(false);
});

test('A check without that wish never deregisters its service', async () => {
  const { local, clock } = await startLocalAgent();
  await local.registerService(webService('web-1'), [ttlCheck('c1', 'web-1')]);
  await clock.advance(86_400_000);
  expect(local.services().has('web-1')).toBe(true);
});

test('A deregistration that the disk refuses is not lost with the timer', async () => {
  const { local, clock, disk } = await startLocalAgent();
  await local.registerService(webService('web-1'), doomed(60_000));
  disk.failNext('append', new Error('disk full'));
  await clock.advance(60_000);
  expect(local.services().has('web-1')).toBe(true);
  await local.stop();
  expect(clock.pendingTimers).toBe(0);
});

test('A check that is only held at critical does not take its service away', async () => {
  const flap: FlapSettings = { isEnabled: true, halfLifeMs: 600_000, penalty: 1_000, suppress: 2_000, reuse: 100 };
  const { local, clock } = await startLocalAgent({ settings: { flap } });
  await local.registerService(webService('web-1'), doomed(60_000));
  for (const status of ['passing', 'critical', 'passing', 'critical', 'passing'] as const) local.report('c1', status, '');
  expect(local.checks().get('c1')?.status).toBe('critical');
  await clock.advance(120_000);
  expect(local.services().has('web-1')).toBe(true);
  local.report('c1', 'critical', '');
  await clock.advance(60_000);
  expect(local.services().has('web-1')).toBe(false);
});
