import { expect, test } from 'vitest';
import { startLocalAgent, ttlCheck, webService } from '../testing/local-agent.ts';

test('A service is deregistered once its check has been critical for longer than it asked for, and at least a minute', async () => {
  const { local, clock, target } = await startLocalAgent();
  await local.registerService(webService('web-1'), [ttlCheck('c1', 'web-1', { deregisterAfterMs: 1_000 })]);
  await clock.advance(45_000);
  await local.updateTtl('c1', { status: 'passing', output: '' });
  local.report('c1', 'critical', 'TTL expired');
  await clock.advance(60_000);
  expect(local.services().has('web-1')).toBe(true);
  await clock.advance(31_000);
  expect(local.services().has('web-1')).toBe(false);
  expect(target.services.has('web-1')).toBe(false);
});

test('A check without that wish never deregisters its service', async () => {
  const { local, clock } = await startLocalAgent();
  await local.registerService(webService('web-1'), [ttlCheck('c1', 'web-1')]);
  await clock.advance(86_400_000);
  expect(local.services().has('web-1')).toBe(true);
});
