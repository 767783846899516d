import { expect, test } from 'vitest';
import { startLocalAgent, ttlCheck, webService } from '../testing/local-agent.ts';

const FILLER = 'x'.repeat(100_000);

test('The same registration right behind a deregistration is not taken for a repetition', async () => {
  const { local } = await startLocalAgent();
  await local.registerService(webService('web-1'), []);
  await Promise.all([local.deregisterService('web-1'), local.registerService(webService('web-1'), [])]);
  expect(local.services().has('web-1')).toBe(true);
});

test('Registrations and last statuses survive a crash', async () => {
  const first = await startLocalAgent();
  await first.local.registerService(webService('web-1', { meta: { team: 'a' } }), [ttlCheck('c1', 'web-1')]);
  await first.local.registerCheck(ttlCheck('node-check', ''));
  await first.local.updateTtl('c1', { status: 'passing', output: 'fine' });
  await first.local.registerService(webService('gone'), []);
  await first.local.deregisterService('gone');
  first.disk.crash();
  const { local, runner } = await startLocalAgent({ disk: first.disk, target: first.target });
  expect([...local.services().keys()]).toEqual(['web-1']);
  expect(local.services().get('web-1')).toEqual(first.local.services().get('web-1'));
  expect(local.checks().get('c1')).toMatchObject({ status: 'passing', output: 'fine', serviceName: 'web', serviceTags: ['v1'] });
  expect(runner.running.get('c1')).toMatchObject({ spec: { type: 'ttl', ttlMs: 10_000 }, last: { status: 'passing', output: 'fine' } });
  expect(runner.running.has('node-check')).toBe(true);
});

test('A new status is logged and sent at once', async () => {
  const { local, target, clock, disk } = await startLocalAgent();
  await local.registerService(webService('web-1'), [ttlCheck('c1', 'web-1')]);
  disk.calls.length = 0;
  local.report('c1', 'passing', 'ok');
  await clock.settle();
  expect(target.checks.get('c1')).toMatchObject({ status: 'passing', output: 'ok' });
  expect(target.pushes.at(-1)).toMatchObject({ services: [], checks: [{ id: 'c1' }] });
  expect(disk.calls).toContain('sync /data/local.log');
});

test('A re-registration keeps status and output of checks with the same id, and tells the runner the new spec', async () => {
  const { local, runner } = await startLocalAgent();
  await local.registerService(webService('web-1'), [ttlCheck('c1', 'web-1')]);
  await local.updateTtl('c1', { status: 'passing', output: 'fine' });
  await local.registerService(webService('web-1', { port: 81, tags: ['v2'] }), [ttlCheck('c1', 'web-1', { ttlMs: 5_000 })]);
  expect(local.checks().get('c1')).toMatchObject({ status: 'passing', output: 'fine', serviceTags: ['v2'] });
  expect(runner.running.get('c1')).toMatchObject({ spec: { ttlMs: 5_000 } });
});

test('Other checks of a service stay at its re-registration, unless the existing ones are to be replaced', async () => {
  const { local, target, runner } = await startLocalAgent();
  await local.registerService(webService('web-1'), [ttlCheck('c1', 'web-1'), ttlCheck('c2', 'web-1')]);
  await local.registerService(webService('web-1', { port: 81 }), [ttlCheck('c3', 'web-1')]);
  expect([...target.checks.keys()].sort()).toEqual(['c1', 'c2', 'c3']);
  await local.registerService(webService('web-1', { port: 82 }), [ttlCheck('c3', 'web-1')], { replaceChecks: true });
  expect([...local.checks().keys()]).toEqual(['c3']);
  expect([...target.checks.keys()]).toEqual(['c3']);
  expect([...runner.running.keys()]).toEqual(['c3']);
});

test('A check of an unknown service is refused with the text of Consul', async () => {
  const { local } = await startLocalAgent();
  await expect(local.registerCheck(ttlCheck('c1', 'nope'))).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: 'ServiceID "nope" does not exist',
  });
});

test('Unknown ids are not deregistered', async () => {
  const { local } = await startLocalAgent();
  expect([
    await local.deregisterService('x'),
    await local.deregisterCheck('x'),
    await local.setMaintenance('x', { enable: true, reason: '' }),
  ]).toEqual([false, false, false]);
});

test('Reports of a TTL check reset its time, and too long output is cut between characters', async () => {
  const { local, runner } = await startLocalAgent();
  await local.registerCheck(ttlCheck('c1', ''));
  await local.updateTtl('c1', { status: 'warning', output: 'é'.repeat(100) });
  expect(runner.beats).toEqual(['c1']);
  expect(local.checks().get('c1')?.output).toBe(`${'é'.repeat(32)} ... (captured 64 of 200 bytes)`);
});

test('Reports are refused for unknown checks and for checks without a TTL', async () => {
  const { local } = await startLocalAgent();
  await local.setMaintenance('', { enable: true, reason: '' });
  await expect(local.updateTtl('x', { status: 'passing', output: '' })).rejects.toMatchObject({
    status: 404,
    message: 'Unknown check ID "x". Ensure that the check ID is passed, not the check name.',
  });
  await expect(local.updateTtl('_node_maintenance', { status: 'passing', output: '' })).rejects.toMatchObject({
    status: 500,
    message: 'CheckID "_node_maintenance" does not have associated TTL',
  });
});

test('Maintenance adds a critical check with a reason, once, and survives a crash', async () => {
  const { local, target, disk } = await startLocalAgent();
  await local.registerService(webService('web-1'), []);
  await local.setMaintenance('web-1', { enable: true, reason: 'disk' });
  await local.setMaintenance('web-1', { enable: true, reason: 'other' });
  await local.setMaintenance('', { enable: true, reason: '' });
  expect(target.checks.get('_service_maintenance:web-1')).toMatchObject({
    name: 'Service Maintenance Mode',
    status: 'critical',
    notes: 'disk',
    type: 'maintenance',
    serviceName: 'web',
  });
  expect(local.checks().get('_node_maintenance')?.notes).toBe(
    'Maintenance mode is enabled for this node, but no reason was provided. This is a default message.',
  );
  disk.crash();
  const { local: restarted } = await startLocalAgent({ disk, target });
  expect(restarted.checks().get('_node_maintenance')?.status).toBe('critical');
  await restarted.setMaintenance('', { enable: false, reason: '' });
  await restarted.setMaintenance('web-1', { enable: false, reason: '' });
  expect(target.checks.size).toBe(0);
});

test('A failed disk refuses registrations, keeps what there is, and lets statuses through', async () => {
  const { local, disk, target, clock } = await startLocalAgent();
  await local.registerService(webService('web-1'), [ttlCheck('c1', 'web-1')]);
  disk.failNext('sync', new Error('ENOSPC: no space left on device'));
  await expect(local.registerService(webService('web-2'), [])).rejects.toMatchObject({ code: 'STORE_FAILED', status: 500 });
  await expect(local.deregisterService('web-1')).rejects.toMatchObject({ code: 'STORE_FAILED' });
  expect([...local.services().keys()]).toEqual(['web-1']);
  local.report('c1', 'passing', '');
  await clock.settle();
  expect(target.checks.get('c1')?.status).toBe('passing');
  await expect(local.updateTtl('c1', { status: 'critical', output: '' })).rejects.toMatchObject({ code: 'STORE_FAILED' });
  expect([local.checks().get('c1')?.status, target.checks.get('c1')?.status]).toEqual(['critical', 'critical']);
});

test('Beyond the limit registrations are refused, and replacing goes on', async () => {
  const { local } = await startLocalAgent({ settings: { maxRegistrations: 3 } });
  await local.registerService(webService('web-1'), [ttlCheck('c1', 'web-1')]);
  await local.registerCheck(ttlCheck('c2', ''));
  await expect(local.registerCheck(ttlCheck('c3', ''))).rejects.toThrow('This agent holds 3 services and checks; more than 3 are refused');
  await expect(local.registerService(webService('web-2'), [])).rejects.toMatchObject({ code: 'REJECTED' });
  await local.registerService(webService('web-1', { port: 81 }), [ttlCheck('c1', 'web-1')]);
});

test('Readers wake when a service changes, when their time is over, and when they leave', async () => {
  const { local, clock } = await startLocalAgent();
  let woken = 0;
  const wait = (timeoutMs: number, signal: AbortSignal): void => {
    void local.waitForChange(timeoutMs, signal).then(() => {
      woken += 1;
    });
  };
  const leaving = new AbortController();
  wait(60_000, new AbortController().signal);
  await local.registerService(webService('web-1'), []);
  await clock.settle();
  expect(woken).toBe(1);
  wait(1_000, new AbortController().signal);
  wait(60_000, leaving.signal);
  await clock.advance(1_000);
  expect(woken).toBe(2);
  leaving.abort();
  await clock.settle();
  expect(woken).toBe(3);
});

test('Without storage nothing is written, and everything else works', async () => {
  const { local, disk, target } = await startLocalAgent({ isMemoryOnly: true });
  await local.registerService(webService('web-1'), [ttlCheck('c1', 'web-1')]);
  await local.updateTtl('c1', { status: 'passing', output: '' });
  expect(target.checks.get('c1')?.status).toBe('passing');
  expect(disk.calls).toEqual([]);
});

test.each([false, true])('After a stop no timer is left and nothing is sent, in memory only: %s', async (isMemoryOnly) => {
  const { local, clock, target, runner } = await startLocalAgent({ isMemoryOnly });
  await local.registerCheck(ttlCheck('c1', ''));
  local.report('c1', 'critical', 'output');
  await local.stop();
  target.pushes.length = 0;
  await clock.advance(1_000_000);
  expect(target.pushes).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
  expect(runner.running.size).toBe(0);
  await expect(local.registerCheck(ttlCheck('c2', ''))).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  await expect(local.setDefinitions({ services: [], checks: [ttlCheck('c3', '')] })).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  await local.updateTtl('c1', { status: 'critical', output: 'other output' });
  expect([[...local.checks().keys()], clock.pendingTimers]).toEqual([['c1'], 0]);
});

test('A log that has grown is compacted to the state, statuses included', async () => {
  const first = await startLocalAgent();
  await first.local.registerService(webService('web-1', { meta: { filler: FILLER } }), [ttlCheck('c1', 'web-1')]);
  for (let n = 0; n < 15; n++) {
    await first.local.registerService(webService('web-1', { port: n, meta: { filler: FILLER } }), []);
  }
  await first.local.updateTtl('c1', { status: 'warning', output: 'so so' });
  expect((await first.disk.read('/data/local.log'))?.length).toBeLessThan(700_000);
  first.disk.crash();
  const { local } = await startLocalAgent({ disk: first.disk, target: first.target });
  expect(local.services().get('web-1')?.port).toBe(14);
  expect(local.checks().get('c1')).toMatchObject({ status: 'warning', output: 'so so' });
});
