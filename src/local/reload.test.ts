import { expect, test } from 'vitest';
import { CheckMeters } from '../checks/check-meters.ts';
import { CheckScheduler } from '../checks/scheduler.ts';
import type { CheckRegistration } from '../model/check-registration.ts';
import { NO_REGISTRATIONS } from '../registration/registrations.ts';
import { type Logger, silentLogger } from '../runtime/logger.ts';
import { SeededRandom } from '../runtime/random.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { FakeProber } from '../testing/fake-prober.ts';
import { NODE, startLocalAgent, ttlCheck, webService } from '../testing/local-agent.ts';

test('Outputs are neither kept nor sent while they are to be discarded', async () => {
  const { local, target, clock } = await startLocalAgent({ settings: { discardCheckOutput: true, checkUpdateIntervalMs: 0 } });
  await local.registerCheck(ttlCheck('c', ''));
  await local.updateTtl('c', { status: 'passing', output: 'secret' });
  local.report('c', 'warning', 'secret');
  await clock.settle();
  expect(local.checks().get('c')).toMatchObject({ status: 'warning', output: '' });
  expect(JSON.stringify(target.pushes)).not.toContain('secret');
  local.configure({ checkUpdateIntervalMs: 0, discardCheckOutput: false });
  await local.updateTtl('c', { status: 'passing', output: 'shown' });
  expect(local.checks().get('c')?.output).toBe('shown');
  local.configure({ checkUpdateIntervalMs: 0, discardCheckOutput: true });
  await local.updateTtl('c', { status: 'passing', output: 'hidden' });
  expect(target.checks.get('c')?.output).toBe('');
});

test('How rarely output alone is sent may change while the agent runs', async () => {
  const { local, target, clock } = await startLocalAgent({ settings: { checkUpdateIntervalMs: 600_000 } });
  await local.registerCheck(ttlCheck('c', ''));
  local.configure({ checkUpdateIntervalMs: 0 });
  await local.updateTtl('c', { status: 'critical', output: 'one' });
  await clock.settle();
  expect(target.checks.get('c')?.output).toBe('one');
  local.configure({ checkUpdateIntervalMs: 10_000 });
  await local.updateTtl('c', { status: 'critical', output: 'two' });
  await clock.settle();
  expect(target.checks.get('c')?.output).toBe('one');
  await clock.advance(15_000);
  expect(target.checks.get('c')?.output).toBe('two');
});

test('A changed node is written again, and shown; the same one is not', async () => {
  const { local, target } = await startLocalAgent();
  await local.registerService(webService('web'), []);
  const before = target.nodeWrites;
  await local.setNode({ ...NODE, meta: { rack: 'a' } });
  expect(target.nodeWrites).toBe(before);
  await local.setNode({ ...NODE, meta: { rack: 'b' } });
  expect([target.nodeWrites, local.nodeMeta]).toEqual([before + 1, { rack: 'b' }]);
  await local.registerService(webService('web-2'), []);
  expect(target.pushes.at(-1)).toMatchObject({ node: { meta: { rack: 'b' } } });
  await expect(local.setNode({ ...NODE, name: 'other' })).rejects.toThrow('keeps its name and id');
});

test('A node that the servers are slow to take does not hold a reload up', async () => {
  const { local, target, clock } = await startLocalAgent();
  target.before = () => new Promise(() => {});
  const done = local.setNode({ ...NODE, meta: { rack: 'b' } });
  await clock.advance(500);
  await done;
  expect(local.nodeMeta).toEqual({ rack: 'b' });
});

const aliasOf = (service: string): CheckRegistration => {
  const { spec, ...check } = ttlCheck('alias', '');
  const { ttlMs: _, ...options } = spec as typeof spec & { ttlMs: number };
  return { ...check, spec: { ...options, type: 'alias', node: '', service } };
};

test('An alias check follows its service as that comes, changes and goes', async () => {
  const { local, clock } = await startLocalAgent({
    runner: (sink) => {
      const clockOfChecks = new FakeClock();
      return new CheckScheduler({
        clock: clockOfChecks,
        random: new SeededRandom(1),
        prober: new FakeProber(),
        meters: new CheckMeters(clockOfChecks),
        settings: { outputMaxBytes: 4_096, followRedirects: true },
        sink,
        aliases: sink,
      });
    },
  });
  const statusNow = async (): Promise<string | undefined> => {
    await clock.settle();
    return local.checks().get('alias')?.status;
  };
  await local.registerCheck(aliasOf('web'));
  expect(await statusNow()).toBe('critical');
  await local.registerService(webService('web'), []);
  expect(await statusNow()).toBe('passing');
  await local.registerCheck(ttlCheck('c', 'web'));
  expect(await statusNow()).toBe('critical');
  await local.updateTtl('c', { status: 'warning', output: '' });
  expect(await statusNow()).toBe('warning');
  await local.deregisterCheck('c');
  expect(await statusNow()).toBe('passing');
  await local.setDefinitions({ services: [], checks: [ttlCheck('node', '')] });
  expect(await statusNow()).toBe('critical');
  await local.setDefinitions(NO_REGISTRATIONS);
  expect(await statusNow()).toBe('passing');
  await local.deregisterService('web');
  expect(await statusNow()).toBe('critical');
});

test('The checks of a service, and those of the node, are found by its id', async () => {
  const { local } = await startLocalAgent();
  await local.registerService(webService('web'), [ttlCheck('a', 'web')]);
  await local.registerCheck(ttlCheck('b', ''));
  expect([local.hasService('web'), local.hasService('db')]).toEqual([true, false]);
  expect(['web', '', 'db'].map((id) => local.checksOf(id).map((check) => check.id))).toEqual([['a'], ['b'], []]);
});

test.each([
  ['web-1', []],
  ['we b', ['Service name will not be discoverable via DNS due to invalid characters']],
  ['w.eb', ['Service name will not be discoverable via DNS due to invalid characters']],
  ['w'.repeat(64), ['Service name will not be discoverable via DNS due to it being too long']],
])('A service named %s is registered, with the warnings %j', async (name, expected) => {
  const warnings: string[] = [];
  const logger: Logger = { ...silentLogger, warn: (_fields, message) => warnings.push(message) };
  const { local } = await startLocalAgent({ logger });
  await local.registerService(webService('id', { name }), []);
  await local.registerService(webService('id', { name }), []);
  expect([warnings, local.services().get('id')?.name]).toEqual([expected, name]);
});
