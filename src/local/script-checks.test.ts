import { expect, test } from 'vitest';
import { checkSpecFrom } from '../checks/validate.ts';
import type { CheckRegistration } from '../model/check-registration.ts';
import { type Logger, silentLogger } from '../runtime/logger.ts';
import { startLocalAgent, ttlCheck, webService } from '../testing/local-agent.ts';

const script = (id: string, serviceId: string): CheckRegistration => ({
  ...ttlCheck(id, serviceId),
  spec: checkSpecFrom({ scriptArgs: ['true'], intervalNs: 1e9 }),
});
const docker = (id: string, serviceId: string): CheckRegistration => ({
  ...ttlCheck(id, serviceId),
  spec: checkSpecFrom({ scriptArgs: ['true'], dockerContainerId: 'c', intervalNs: 1e9 }),
});

/** An agent that allows scripts, with a script, a docker and a TTL check of a service and a script of the node. */
async function startWithScripts() {
  const warned: unknown[] = [];
  const logger: Logger = { ...silentLogger, warn: (fields, message) => warned.push([fields.checkId, message]) };
  const agent = await startLocalAgent({ logger });
  await agent.local.registerService(webService('web'), [script('s', 'web'), docker('d', 'web'), ttlCheck('t', 'web')]);
  await agent.local.registerCheck(script('node', ''));
  return { ...agent, logger, warned };
}

const REMOVED = 'script check removed: scripts over the API are switched off';
const ALL_REMOVED = ['s', 'd', 'node'].map((id) => [id, REMOVED]);
const OFF = { checkUpdateIntervalMs: 0, scriptChecksEnabled: false };
const ids = (checks: ReadonlyMap<string, unknown>): string[] => [...checks.keys()].sort();

test('Script checks of programs run over restarts while they are allowed', async () => {
  const { disk, target, warned } = await startWithScripts();
  disk.crash();
  const { runner } = await startLocalAgent({ disk, target });
  expect([ids(runner.running), warned]).toEqual([['d', 'node', 's', 't'], []]);
});

test('After a restart without scripts those of programs are gone, here and in the catalog, each with a warning', async () => {
  const { disk, target, logger, warned } = await startWithScripts();
  disk.crash();
  const { local, runner } = await startLocalAgent({ disk, target, logger, settings: OFF });
  expect([ids(runner.running), ids(local.checks()), ids(target.checks)]).toEqual([['t'], ['t'], ['t']]);
  expect(warned).toEqual(ALL_REMOVED);
  await local.stop();
  const again = await startLocalAgent({ disk, target });
  expect(ids(again.local.checks())).toEqual(['t']);
});

test('A reload that switches scripts off ends those of programs, even if the disk is broken', async () => {
  const { local, disk, target, clock, runner, warned } = await startWithScripts();
  disk.failNext('sync', new Error('ENOSPC: no space left on device'));
  local.configure(OFF);
  expect([ids(runner.running), warned]).toEqual([['t'], ALL_REMOVED]);
  await clock.settle();
  expect(ids(target.checks)).toEqual(['t']);
  local.configure(OFF);
  expect(warned).toHaveLength(ALL_REMOVED.length);
});

test.each([
  ['in a service', 'service'],
  ['on its own', 'check'],
])('A script check %s that is being written when scripts are switched off does not stay', async (_where, kind) => {
  const { local, disk, runner, clock } = await startLocalAgent();
  const written =
    kind === 'service' ? local.registerService(webService('web'), [script('s', 'web')]) : local.registerCheck(script('s', ''));
  local.configure(OFF);
  await written;
  await clock.settle();
  expect([ids(runner.running), ids(local.checks())]).toEqual([[], []]);
  disk.crash();
  expect(ids((await startLocalAgent({ disk })).local.checks())).toEqual([]);
});

test('Script checks of definition files are not those of programs', async () => {
  const warned: string[] = [];
  const logger: Logger = { ...silentLogger, warn: (_fields, message) => warned.push(message) };
  const { local, runner } = await startLocalAgent({ logger, settings: OFF, definitions: { services: [], checks: [script('s', '')] } });
  expect(ids(runner.running)).toEqual(['s']);
  local.configure(OFF);
  expect(ids(runner.running)).toEqual(['s']);
  await local.setDefinitions({ services: [], checks: [script('s', ''), script('s2', '')] });
  expect([ids(runner.running), warned]).toEqual([['s', 's2'], []]);
});
