import { expect, test } from 'vitest';
import type { CheckSink } from '../checks/check-sink.ts';
import type { CheckStatus } from '../model/check.ts';
import type { CheckRegistration } from '../model/check-registration.ts';
import type { CheckSpec } from '../model/check-spec.ts';
import { DEFAULT_WEIGHTS, type ServiceDefinition } from '../model/service.ts';
import { KonsulError } from '../runtime/errors.ts';
import { silentLogger } from '../runtime/logger.ts';
import { SeededRandom } from '../runtime/random.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { FakeSyncTarget } from '../testing/fake-sync-target.ts';
import { MemoryDisk } from '../testing/memory-disk.ts';
import type { CheckRunner } from './check-runner.ts';
import type { LocalSettings } from './local-options.ts';
import { LocalState } from './local-state.ts';

const NODE = { id: 'node-id-1', name: 'edge-1', address: '10.0.0.1', taggedAddresses: undefined, meta: { rack: 'a' }, locality: undefined };
const SETTINGS: LocalSettings = { registerWaitMs: 500, fullSyncIntervalMs: 300_000, checkUpdateIntervalMs: 300_000, checkOutputMaxBytes: 64 };
const OPTIONS = { successBeforePassing: 0, failuresBeforeWarning: 0, failuresBeforeCritical: 0, outputMaxBytes: 0, deregisterAfterMs: 0 };

/** Records what it is asked to run. */
class RecordingRunner implements CheckRunner {
  readonly running = new Map<string, { spec: CheckSpec; last: { status: CheckStatus; output: string } }>();
  readonly beats: string[] = [];

  set(checkId: string, spec: CheckSpec, last: { status: CheckStatus; output: string }): void {
    this.running.set(checkId, { spec, last });
  }

  remove(checkId: string): void {
    this.running.delete(checkId);
  }

  beat(checkId: string): void {
    this.beats.push(checkId);
  }

  stop(): void {
    this.running.clear();
  }
}

const service = (id: string, more: Partial<ServiceDefinition> = {}): ServiceDefinition => ({
  id,
  name: 'web',
  kind: '',
  tags: ['v1'],
  address: '',
  port: 80,
  socketPath: '',
  taggedAddresses: undefined,
  meta: undefined,
  weights: DEFAULT_WEIGHTS,
  enableTagOverride: false,
  proxy: undefined,
  connectNative: false,
  locality: undefined,
  ...more,
});

const ttlCheck = (id: string, serviceId: string, more: Partial<CheckSpec> = {}): CheckRegistration => ({
  id,
  name: 'alive',
  notes: '',
  serviceId,
  status: undefined,
  spec: { ...OPTIONS, type: 'ttl', ttlMs: 10_000, ...more } as CheckSpec,
});

interface Fixture {
  readonly clock: FakeClock;
  readonly target: FakeSyncTarget;
  readonly disk: MemoryDisk;
  readonly runner: RecordingRunner;
  readonly local: LocalState;
}

interface FixtureOptions {
  readonly disk?: MemoryDisk;
  readonly target?: FakeSyncTarget;
  readonly settings?: Partial<LocalSettings>;
  readonly isMemoryOnly?: boolean;
}

async function start({ disk = new MemoryDisk(), target = new FakeSyncTarget(), settings, isMemoryOnly }: FixtureOptions = {}): Promise<Fixture> {
  const clock = new FakeClock();
  const runner = new RecordingRunner();
  const local = await LocalState.open({
    node: NODE,
    target,
    runner: (_sink: CheckSink) => runner,
    storage: isMemoryOnly === true ? undefined : { disk, folder: '/data' },
    settings: { ...SETTINGS, ...settings },
    clock,
    random: new SeededRandom(1),
    logger: silentLogger,
  });
  await local.start();
  await clock.settle();
  return { clock, target, disk, runner, local };
}

const offline = (): never => {
  throw new KonsulError('NO_LEADER', 'No known Consul servers');
};

test('A service and its checks reach the servers as one write, owned by this node', async () => {
  const { local, target } = await start();
  await local.registerService(service('web-1'), [ttlCheck('c1', 'web-1'), ttlCheck('c2', 'web-1')], false);
  expect(target.pushes).toHaveLength(1);
  expect(target.pushes[0]).toMatchObject({
    kind: 'catalog.register',
    owner: 'node-id-1',
    skipNodeUpdate: true,
    node: { name: 'edge-1' },
    services: [{ id: 'web-1' }],
    checks: [{ id: 'c1', status: 'critical' }, { id: 'c2' }],
  });
});

test('The node itself is written with the first full sync', async () => {
  const { target } = await start();
  expect(target.nodeWrites).toBe(1);
});

test('The same registration again writes no byte and sends nothing', async () => {
  const { local, target, disk } = await start();
  const again = (): Promise<void> => local.registerService(service('web-1'), [ttlCheck('c1', 'web-1')], true);
  await again();
  target.pushes.length = 0;
  disk.calls.length = 0;
  await again();
  await local.registerService(service('web-1'), [], false);
  expect(target.pushes).toEqual([]);
  expect(disk.calls).toEqual([]);
});

test('The same registration right behind a deregistration is not taken for a repetition', async () => {
  const { local } = await start();
  await local.registerService(service('web-1'), [], false);
  await Promise.all([local.deregisterService('web-1'), local.registerService(service('web-1'), [], false)]);
  expect(local.services().has('web-1')).toBe(true);
});

test('Registrations and last statuses survive a crash', async () => {
  const first = await start();
  await first.local.registerService(service('web-1', { meta: { team: 'a' } }), [ttlCheck('c1', 'web-1')], false);
  await first.local.registerCheck(ttlCheck('node-check', ''));
  await first.local.updateTtl('c1', 'passing', 'fine');
  await first.local.registerService(service('gone'), [], false);
  await first.local.deregisterService('gone');
  first.disk.crash();
  const { local, runner } = await start({ disk: first.disk, target: first.target });
  expect([...local.services().keys()]).toEqual(['web-1']);
  expect(local.services().get('web-1')).toEqual(first.local.services().get('web-1'));
  expect(local.checks().get('c1')).toMatchObject({ status: 'passing', output: 'fine', serviceName: 'web', serviceTags: ['v1'] });
  expect(runner.running.get('c1')).toMatchObject({ spec: { type: 'ttl', ttlMs: 10_000 }, last: { status: 'passing', output: 'fine' } });
  expect(runner.running.has('node-check')).toBe(true);
});

test('A restart with nothing changed sends nothing but the node', async () => {
  const first = await start();
  await first.local.registerService(service('web-1'), [ttlCheck('c1', 'web-1')], false);
  first.target.pushes.length = 0;
  first.disk.crash();
  await start({ disk: first.disk, target: first.target });
  expect(first.target.pushes).toEqual([]);
});

test('A registration is answered after a while when the servers are silent, and sent when they are back', async () => {
  const { local, target, clock } = await start();
  target.before = () => new Promise(() => {});
  const registered = local.registerService(service('web-1'), [], false);
  let isAnswered = false;
  void registered.then(() => {
    isAnswered = true;
  });
  await clock.advance(499);
  expect(isAnswered).toBe(false);
  await clock.advance(1);
  expect(isAnswered).toBe(true);
  target.before = () => {};
  await clock.advance(60_000);
  expect(target.services.has('web-1')).toBe(true);
});

test('Without servers a registration is answered at once, and delivered exactly once when they are back', async () => {
  const { local, target, clock } = await start();
  target.before = offline;
  await local.registerService(service('web-1'), [ttlCheck('c1', 'web-1')], false);
  await clock.advance(120_000);
  expect(target.pushes).toEqual([]);
  target.before = () => {};
  await clock.advance(30_000);
  expect(target.pushes).toHaveLength(1);
});

test('When many marks wait and the servers are gone, one round tries only a few of them', async () => {
  const { local, target } = await start();
  let tries = 0;
  target.before = () => {
    tries += 1;
    offline();
  };
  for (let n = 0; n < 200; n++) void local.registerService(service(`web-${n}`), [], false);
  await local.registerService(service('last'), [], false);
  tries = 0;
  await local.fullSync();
  expect(tries).toBeLessThanOrEqual(17);
});

test('A deregistration stays marked until the servers confirm it', async () => {
  const { local, target, clock } = await start();
  await local.registerService(service('web-1'), [ttlCheck('c1', 'web-1')], false);
  target.before = offline;
  expect(await local.deregisterService('web-1')).toBe(true);
  expect(target.services.has('web-1')).toBe(true);
  target.before = () => {};
  await clock.advance(30_000);
  expect([target.services.size, target.checks.size]).toEqual([0, 0]);
  expect(target.pushes.filter(({ kind }) => kind === 'catalog.deregister')).toHaveLength(1);
});

test('A deregistration that no server heard of before a crash is made up for by the first full sync', async () => {
  const first = await start();
  await first.local.registerService(service('web-1'), [], false);
  await first.local.registerCheck(ttlCheck('c9', ''));
  first.target.before = offline;
  await first.local.deregisterService('web-1');
  await first.local.deregisterCheck('c9');
  first.disk.crash();
  first.target.before = () => {};
  await start({ disk: first.disk, target: first.target });
  expect([first.target.services.size, first.target.checks.size]).toEqual([0, 0]);
});

test('The full sync puts back what the servers lost or hold otherwise', async () => {
  const { local, target, clock } = await start();
  await local.registerService(service('web-1'), [ttlCheck('c1', 'web-1')], false);
  await local.registerService(service('web-2'), [], false);
  target.services.clear();
  target.checks.clear();
  target.services.set('web-2', { ...service('web-2', { port: 99 }), node: 'edge-1', owner: 'node-id-1', createIndex: 5, modifyIndex: 5 });
  await clock.advance(SETTINGS.fullSyncIntervalMs * 1.2);
  expect(target.services.get('web-2')?.port).toBe(80);
  expect([...target.services.keys()].sort()).toEqual(['web-1', 'web-2']);
  expect([...target.checks.keys()]).toEqual(['c1']);
});

test('The full sync removes only what this node owns, and never the service of the servers or the liveness check', async () => {
  const { local, target } = await start();
  await local.registerService(service('mine'), [ttlCheck('mine-check', 'mine')], false);
  const stored = target.services.get('mine');
  const check = target.checks.get('mine-check');
  if (stored === undefined || check === undefined) throw new Error('not synced');
  target.services.set('ghost', { ...stored, id: 'ghost' });
  target.services.set('foreign', { ...stored, id: 'foreign', owner: '' });
  target.services.set('consul', { ...stored, id: 'consul' });
  target.checks.set('ghost-check', { ...check, id: 'ghost-check' });
  target.checks.set('foreign-check', { ...check, id: 'foreign-check', owner: 'other' });
  target.checks.set('serfHealth', { ...check, id: 'serfHealth' });
  await local.fullSync();
  expect([...target.services.keys()].sort()).toEqual(['consul', 'foreign', 'mine']);
  expect([...target.checks.keys()].sort()).toEqual(['foreign-check', 'mine-check', 'serfHealth']);
});

test('A full sync that fails is made again soon, not after the whole interval', async () => {
  const target = new FakeSyncTarget();
  target.before = offline;
  const { clock } = await start({ target });
  target.before = () => {};
  await clock.advance(30_000);
  expect(target.nodeWrites).toBe(1);
});

test('A node that the servers refuse keeps syncing its services', async () => {
  const { local, target } = await start();
  target.before = (command) => {
    if (command !== 'fetch' && command.kind === 'catalog.register' && !command.skipNodeUpdate) {
      throw new KonsulError('REJECTED', 'Node name edge-1 is reserved by node x');
    }
  };
  await local.registerService(service('web-1'), [], false);
  await local.fullSync();
  expect(target.services.has('web-1')).toBe(true);
});

test('A registration that the servers refuse is not sent again until the next full sync', async () => {
  const { local, target, clock } = await start();
  let tries = 0;
  target.before = (command) => {
    if (command === 'fetch' || command.kind !== 'catalog.register' || command.services.length === 0) return;
    tries += 1;
    throw new KonsulError('PERMISSION_DENIED', 'Permission denied');
  };
  await local.registerService(service('web-1'), [], false);
  await clock.advance(200_000);
  expect(tries).toBe(1);
  await clock.advance(200_000);
  expect(tries).toBe(2);
});

test('A check that is refused because the servers lost its service is sent with the service', async () => {
  const { local, target, clock } = await start();
  await local.registerService(service('web-1'), [ttlCheck('c1', 'web-1')], false);
  target.services.clear();
  target.checks.clear();
  target.before = (command) => {
    const isCheckAlone = command !== 'fetch' && command.kind === 'catalog.register' && command.services.length === 0 && command.checks.length > 0;
    if (isCheckAlone && target.services.size === 0) throw new KonsulError('REJECTED', "Unknown service ID 'web-1' for check ID 'c1'");
  };
  await local.updateTtl('c1', 'passing', '');
  await clock.advance(2_000);
  expect(target.services.has('web-1')).toBe(true);
  expect(target.checks.get('c1')?.status).toBe('passing');
});

test('With EnableTagOverride the tags of the catalog win, and a repeated registration does not win them back', async () => {
  const { local, target } = await start();
  const definition = service('web-1', { enableTagOverride: true });
  await local.registerService(definition, [ttlCheck('c1', 'web-1')], false);
  const stored = target.services.get('web-1');
  if (stored === undefined) throw new Error('not synced');
  target.services.set('web-1', { ...stored, tags: ['blue'] });
  await local.fullSync();
  expect(local.services().get('web-1')?.tags).toEqual(['blue']);
  expect(local.checks().get('c1')?.serviceTags).toEqual(['blue']);
  await local.registerService({ ...definition, port: 81 }, [], false);
  expect(target.services.get('web-1')).toMatchObject({ tags: ['blue'], port: 81 });
  await local.registerService({ ...definition, tags: ['v2'] }, [], false);
  expect(target.services.get('web-1')?.tags).toEqual(['v2']);
});

test('Without EnableTagOverride the tags of the catalog are put right', async () => {
  const { local, target } = await start();
  await local.registerService(service('web-1'), [], false);
  const stored = target.services.get('web-1');
  if (stored === undefined) throw new Error('not synced');
  target.services.set('web-1', { ...stored, tags: ['blue'] });
  await local.fullSync();
  expect(target.services.get('web-1')?.tags).toEqual(['v1']);
});

test('A new status is logged and sent at once', async () => {
  const { local, target, clock, disk } = await start();
  await local.registerService(service('web-1'), [ttlCheck('c1', 'web-1')], false);
  disk.calls.length = 0;
  local.report('c1', 'passing', 'ok');
  await clock.settle();
  expect(target.checks.get('c1')).toMatchObject({ status: 'passing', output: 'ok' });
  expect(target.pushes.at(-1)).toMatchObject({ services: [], checks: [{ id: 'c1' }] });
  expect(disk.calls).toContain('sync /data/local.log');
});

test('Output alone is shown at once, sent after half to one and a half update intervals, and not logged', async () => {
  const { local, target, clock, disk } = await start();
  await local.registerCheck(ttlCheck('c1', ''));
  target.pushes.length = 0;
  disk.calls.length = 0;
  for (let n = 0; n < 20; n++) {
    local.report('c1', 'critical', `try ${n}`);
    await clock.advance(1_000);
  }
  expect(local.checks().get('c1')?.output).toBe('try 19');
  await clock.advance(129_000);
  expect(target.pushes).toEqual([]);
  await clock.advance(301_000);
  expect(target.pushes).toHaveLength(1);
  expect(target.checks.get('c1')?.output).toBe('try 19');
  expect(disk.calls).toEqual([]);
});

test('Output travels with the next change of status, and then not again', async () => {
  const { local, target, clock } = await start();
  await local.registerCheck(ttlCheck('c1', ''));
  local.report('c1', 'critical', 'bad');
  local.report('c1', 'passing', 'good');
  await clock.settle();
  target.pushes.length = 0;
  await clock.advance(280_000);
  expect(target.pushes).toEqual([]);
});

test('With an update interval of 0 every output is sent at once', async () => {
  const { local, target, clock } = await start({ settings: { checkUpdateIntervalMs: 0 } });
  await local.registerCheck(ttlCheck('c1', ''));
  local.report('c1', 'critical', 'one');
  await clock.settle();
  expect(target.checks.get('c1')?.output).toBe('one');
});

test('A re-registration keeps status and output of checks with the same id, and tells the runner the new spec', async () => {
  const { local, runner } = await start();
  await local.registerService(service('web-1'), [ttlCheck('c1', 'web-1')], false);
  await local.updateTtl('c1', 'passing', 'fine');
  await local.registerService(service('web-1', { port: 81, tags: ['v2'] }), [ttlCheck('c1', 'web-1', { ttlMs: 5_000 } as Partial<CheckSpec>)], false);
  expect(local.checks().get('c1')).toMatchObject({ status: 'passing', output: 'fine', serviceTags: ['v2'] });
  expect(runner.running.get('c1')).toMatchObject({ spec: { ttlMs: 5_000 } });
});

test('Other checks of a service stay at its re-registration, unless the existing ones are to be replaced', async () => {
  const { local, target, runner } = await start();
  await local.registerService(service('web-1'), [ttlCheck('c1', 'web-1'), ttlCheck('c2', 'web-1')], false);
  await local.registerService(service('web-1', { port: 81 }), [ttlCheck('c3', 'web-1')], false);
  expect([...target.checks.keys()].sort()).toEqual(['c1', 'c2', 'c3']);
  await local.registerService(service('web-1', { port: 82 }), [ttlCheck('c3', 'web-1')], true);
  expect([...local.checks().keys()]).toEqual(['c3']);
  expect([...target.checks.keys()]).toEqual(['c3']);
  expect([...runner.running.keys()]).toEqual(['c3']);
});

test('A check of an unknown service is refused with the text of Consul', async () => {
  const { local } = await start();
  await expect(local.registerCheck(ttlCheck('c1', 'nope'))).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'ServiceID "nope" does not exist' });
});

test('Unknown ids are not deregistered', async () => {
  const { local } = await start();
  expect([await local.deregisterService('x'), await local.deregisterCheck('x'), await local.setMaintenance('x', true, '')]).toEqual([false, false, false]);
});

test('Reports of a TTL check reset its time, and too long output is cut between characters', async () => {
  const { local, runner } = await start();
  await local.registerCheck(ttlCheck('c1', ''));
  await local.updateTtl('c1', 'warning', 'é'.repeat(100));
  expect(runner.beats).toEqual(['c1']);
  expect(local.checks().get('c1')?.output).toBe(`${'é'.repeat(32)} ... (captured 64 of 200 bytes)`);
});

test('Reports are refused for unknown checks and for checks without a TTL', async () => {
  const { local } = await start();
  await local.setMaintenance('', true, '');
  await expect(local.updateTtl('x', 'passing', '')).rejects.toMatchObject({
    status: 404,
    message: 'Unknown check ID "x". Ensure that the check ID is passed, not the check name.',
  });
  await expect(local.updateTtl('_node_maintenance', 'passing', '')).rejects.toMatchObject({
    status: 500,
    message: 'CheckID "_node_maintenance" does not have associated TTL',
  });
});

test('Maintenance adds a critical check with a reason, once, and survives a crash', async () => {
  const { local, target, disk } = await start();
  await local.registerService(service('web-1'), [], false);
  await local.setMaintenance('web-1', true, 'disk');
  await local.setMaintenance('web-1', true, 'other');
  await local.setMaintenance('', true, '');
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
  const { local: restarted } = await start({ disk, target });
  expect(restarted.checks().get('_node_maintenance')?.status).toBe('critical');
  await restarted.setMaintenance('', false, '');
  await restarted.setMaintenance('web-1', false, '');
  expect(target.checks.size).toBe(0);
});

test('A service is deregistered once its check has been critical for longer than it asked for, and at least a minute', async () => {
  const { local, clock, target } = await start();
  await local.registerService(service('web-1'), [ttlCheck('c1', 'web-1', { deregisterAfterMs: 1_000 })], false);
  await clock.advance(45_000);
  await local.updateTtl('c1', 'passing', '');
  local.report('c1', 'critical', 'TTL expired');
  await clock.advance(60_000);
  expect(local.services().has('web-1')).toBe(true);
  await clock.advance(31_000);
  expect(local.services().has('web-1')).toBe(false);
  expect(target.services.has('web-1')).toBe(false);
});

test('A check without that wish never deregisters its service', async () => {
  const { local, clock } = await start();
  await local.registerService(service('web-1'), [ttlCheck('c1', 'web-1')], false);
  await clock.advance(86_400_000);
  expect(local.services().has('web-1')).toBe(true);
});

test('A failed disk refuses registrations, keeps what there is, and lets statuses through', async () => {
  const { local, disk, target, clock } = await start();
  await local.registerService(service('web-1'), [ttlCheck('c1', 'web-1')], false);
  disk.failNext('sync', new Error('ENOSPC: no space left on device'));
  await expect(local.registerService(service('web-2'), [], false)).rejects.toMatchObject({ code: 'STORE_FAILED', status: 500 });
  await expect(local.deregisterService('web-1')).rejects.toMatchObject({ code: 'STORE_FAILED' });
  expect([...local.services().keys()]).toEqual(['web-1']);
  local.report('c1', 'passing', '');
  await clock.settle();
  expect(target.checks.get('c1')?.status).toBe('passing');
  await expect(local.updateTtl('c1', 'critical', '')).rejects.toMatchObject({ code: 'STORE_FAILED' });
  expect(local.checks().get('c1')?.status).toBe('critical');
});

test('Beyond the limit registrations are refused, and replacing goes on', async () => {
  const { local } = await start({ settings: { maxRegistrations: 3 } });
  await local.registerService(service('web-1'), [ttlCheck('c1', 'web-1')], false);
  await local.registerCheck(ttlCheck('c2', ''));
  await expect(local.registerCheck(ttlCheck('c3', ''))).rejects.toThrow('This agent holds 3 services and checks; more than 3 are refused');
  await expect(local.registerService(service('web-2'), [], false)).rejects.toMatchObject({ code: 'REJECTED' });
  await local.registerService(service('web-1', { port: 81 }), [ttlCheck('c1', 'web-1')], false);
});

test('Readers wake when a service changes, when their time is over, and when they leave', async () => {
  const { local, clock } = await start();
  let woken = 0;
  const wait = (timeoutMs: number, signal: AbortSignal): void => {
    void local.waitForChange(timeoutMs, signal).then(() => {
      woken += 1;
    });
  };
  const leaving = new AbortController();
  wait(60_000, new AbortController().signal);
  await local.registerService(service('web-1'), [], false);
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
  const { local, disk, target } = await start({ isMemoryOnly: true });
  await local.registerService(service('web-1'), [ttlCheck('c1', 'web-1')], false);
  await local.updateTtl('c1', 'passing', '');
  expect(target.checks.get('c1')?.status).toBe('passing');
  expect(disk.calls).toEqual([]);
});

test('After a stop no timer is left and nothing is sent', async () => {
  const { local, clock, target, runner } = await start();
  await local.registerCheck(ttlCheck('c1', ''));
  local.report('c1', 'critical', 'output');
  await local.stop();
  target.pushes.length = 0;
  await clock.advance(1_000_000);
  expect(target.pushes).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
  expect(runner.running.size).toBe(0);
  await expect(local.registerCheck(ttlCheck('c2', ''))).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
});

test('A log that has grown is compacted to the state, statuses included', async () => {
  const first = await start();
  await first.local.registerService(service('web-1', { meta: { filler: 'x'.repeat(2_000) } }), [ttlCheck('c1', 'web-1')], false);
  for (let n = 0; n < 700; n++) {
    await first.local.registerService(service('web-1', { port: n, meta: { filler: 'x'.repeat(2_000) } }), [], false);
  }
  await first.local.updateTtl('c1', 'warning', 'so so');
  expect((await first.disk.read('/data/local.log'))?.length).toBeLessThan(1_100_000);
  first.disk.crash();
  const { local } = await start({ disk: first.disk, target: first.target });
  expect(local.services().get('web-1')?.port).toBe(699);
  expect(local.checks().get('c1')).toMatchObject({ status: 'warning', output: 'so so' });
});
