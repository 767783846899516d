import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CheckStatus } from '../model/check.ts';
import type { CheckRegistration } from '../model/check-registration.ts';
import type { ServiceDefinition } from '../model/service.ts';
import { NO_REGISTRATIONS, type Registrations, type ServiceRegistration } from '../registration/registrations.ts';
import type { KonsulError } from '../runtime/errors.ts';
import { type LocalAgent, startLocalAgent, ttlCheck, webService } from '../testing/local-agent.ts';
import { MemoryDisk } from '../testing/memory-disk.ts';

const defined = (id: string, checks: readonly CheckRegistration[] = [], more: Partial<ServiceDefinition> = {}): ServiceRegistration => ({
  service: webService(id, more),
  checks,
});
const services = (...list: ServiceRegistration[]): Registrations => ({ services: list, checks: [] });
const WEB: Registrations = { services: [defined('web', [ttlCheck('alive', 'web')])], checks: [ttlCheck('disk', '')] };

const idsOf = ({ local }: LocalAgent) => ({ services: [...local.services().keys()].sort(), checks: [...local.checks().keys()].sort() });
const restart = ({ disk, target }: LocalAgent, definitions: Registrations = NO_REGISTRATIONS): Promise<LocalAgent> => {
  disk.crash();
  return startLocalAgent({ disk, target, definitions });
};

test('Definitions are registered, run, on disk and with the servers when the call is over', async () => {
  const { local, target, runner, disk } = await startLocalAgent();
  disk.calls.length = 0;
  await local.setDefinitions(WEB);
  expect([[...local.services().keys()], [...local.checks().keys()]]).toEqual([['web'], ['alive', 'disk']]);
  expect([[...target.services.keys()], [...target.checks.keys()].sort()]).toEqual([['web'], ['alive', 'disk']]);
  expect(local.checks().get('disk')).toMatchObject({ status: 'critical', interval: '0s' });
  expect(local.checks().get('alive')).toMatchObject({ serviceName: 'web', interval: '' });
  expect([...runner.running.keys()]).toEqual(['alive', 'disk']);
  expect(disk.calls.filter((call) => call.startsWith('sync'))).toEqual(['sync /data/local.log']);
});

test('The same definitions again write nothing, send nothing and keep every status', async () => {
  const { local, target, disk } = await startLocalAgent({ definitions: WEB });
  await local.updateTtl('alive', { status: 'warning', output: 'slow' });
  disk.calls.length = 0;
  target.pushes.length = 0;
  await local.setDefinitions(structuredClone(WEB));
  expect([disk.calls, target.pushes]).toEqual([[], []]);
  expect(local.checks().get('alive')).toMatchObject({ status: 'warning', output: 'slow' });
});

test('A reload changes what changed: new, other and gone definitions, and checks that move', async () => {
  const moving = ttlCheck('moving', 'a');
  const agent = await startLocalAgent({ definitions: services(defined('a', [moving, ttlCheck('gone', 'a')]), defined('b')) });
  const { local, target, runner } = agent;
  await local.updateTtl('moving', { status: 'passing', output: 'here' });
  await local.setDefinitions({ services: [defined('b', [], { port: 81 }), defined('c')], checks: [{ ...moving, serviceId: 'c' }] });
  expect(idsOf(agent)).toEqual({ services: ['b', 'c'], checks: ['moving'] });
  expect([[...target.services.keys()].sort(), [...target.checks.keys()]]).toEqual([['b', 'c'], ['moving']]);
  expect(local.services().get('b')?.port).toBe(81);
  expect(local.checks().get('moving')).toMatchObject({ serviceId: 'c', status: 'passing', output: 'here' });
  expect([...runner.running.keys()]).toEqual(['moving']);
});

test('What others see changes at once: never a part of a set', async () => {
  const { local } = await startLocalAgent({ definitions: services(defined('a'), defined('b')) });
  const seen = new Set<string>();
  const done = local.setDefinitions(services(defined('c'), defined('d')));
  let isDone = false;
  void done.then(() => {
    isDone = true;
  });
  while (!isDone) {
    seen.add([...local.services().keys()].join());
    await Promise.resolve();
  }
  expect([...seen]).toEqual(['a,b', 'c,d']);
});

test('A restart takes the files as they are then, and the last statuses', async () => {
  const first = await startLocalAgent({ definitions: WEB });
  await first.local.updateTtl('alive', { status: 'passing', output: 'fine' });
  await first.local.setMaintenance('web', { enable: true, reason: 'why' });
  const second = await restart(first, WEB);
  expect(second.local.checks().get('alive')).toMatchObject({ status: 'passing', output: 'fine' });
  expect(second.runner.running.get('alive')).toMatchObject({ last: { status: 'passing' } });
  expect(second.local.checks().has('_service_maintenance:web')).toBe(true);
  const third = await restart(second);
  expect(idsOf(third)).toEqual({ services: [], checks: [] });
  expect([third.target.services.size, third.target.checks.size]).toEqual([0, 0]);
});

test('A restart with the same definitions takes nothing out of the catalog in between', async () => {
  const first = await startLocalAgent({ definitions: WEB });
  first.target.pushes.length = 0;
  await restart(first, WEB);
  expect(first.target.pushes).toEqual([]);
});

test('A file wins over a registration of a program, for good', async () => {
  const first = await startLocalAgent();
  await first.local.registerService(webService('web', { port: 1 }), [ttlCheck('own', 'web')]);
  const second = await restart(first, services(defined('web', [], { port: 2 })));
  expect(second.local.services().get('web')?.port).toBe(2);
  expect(idsOf(second).checks).toEqual(['own']);
  expect(idsOf(await restart(second))).toEqual({ services: [], checks: [] });
});

test('A program may replace what a file defines until the next reload, and outlives the file', async () => {
  const agent = await startLocalAgent({ definitions: WEB });
  const { local } = agent;
  await local.registerService(webService('web', { port: 1 }), []);
  expect(local.services().get('web')?.port).toBe(1);
  await local.setDefinitions(WEB);
  expect(local.services().get('web')?.port).toBe(80);
  await local.registerService(webService('web', { port: 1 }), []);
  await local.setDefinitions(NO_REGISTRATIONS);
  expect(idsOf(agent)).toEqual({ services: ['web'], checks: [] });
});

test('The same registration by a program makes it its own, without a word to the servers', async () => {
  const { local, target } = await startLocalAgent({ definitions: WEB });
  target.pushes.length = 0;
  await local.registerService(webService('web'), []);
  expect(target.pushes).toEqual([]);
  await local.setDefinitions(NO_REGISTRATIONS);
  expect([...local.services().keys()]).toEqual(['web']);
});

test('What a program deregisters of the files comes back with the next reload', async () => {
  const agent = await startLocalAgent({ definitions: WEB });
  await agent.local.deregisterService('web');
  await agent.local.deregisterCheck('disk');
  expect(idsOf(agent)).toEqual({ services: [], checks: [] });
  await agent.local.setDefinitions(WEB);
  expect(idsOf(agent)).toEqual({ services: ['web'], checks: ['alive', 'disk'] });
});

test('A check of a file may be for a service of a program, and not for one that nobody knows', async () => {
  const agent = await startLocalAgent({ definitions: services(defined('old')) });
  await agent.local.registerService(webService('web'), []);
  const forWeb: Registrations = { services: [], checks: [ttlCheck('c', 'web')] };
  await agent.local.setDefinitions(forWeb);
  expect(idsOf(agent)).toEqual({ services: ['web'], checks: ['c'] });
  await expect(agent.local.setDefinitions({ services: [defined('new')], checks: [ttlCheck('d', 'nope')] })).rejects.toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: `Failed to register check 'd': ServiceID "nope" does not exist` }),
  );
  expect(idsOf(agent)).toEqual({ services: ['web'], checks: ['c'] });
});

test('A refused set, by the bound or by the disk, changes nothing', async () => {
  const agent = await startLocalAgent({ settings: { maxRegistrations: 3 }, definitions: WEB });
  await expect(agent.local.setDefinitions(services(defined('a'), defined('b'), defined('c'), defined('d')))).rejects.toThrow(
    'more than 3 are refused',
  );
  expect(idsOf(agent)).toEqual({ services: ['web'], checks: ['alive', 'disk'] });
  await agent.local.setDefinitions(services(defined('a'), defined('b'), defined('c')));
  await agent.local.setDefinitions(WEB);
  agent.disk.failNext('append', new Error('disk full'));
  await expect(agent.local.setDefinitions(NO_REGISTRATIONS)).rejects.toThrow(expect.objectContaining({ code: 'STORE_FAILED' }));
  expect(idsOf(agent)).toEqual({ services: ['web'], checks: ['alive', 'disk'] });
});

test('A program that registers over a definition while that is being removed keeps its service', async () => {
  const agent = await startLocalAgent({ definitions: WEB });
  const { local } = agent;
  await Promise.all([local.registerService(webService('web', { port: 1 }), []), local.setDefinitions(NO_REGISTRATIONS)]);
  expect(idsOf(agent)).toEqual({ services: ['web'], checks: [] });
  expect((await restart(agent)).local.services().get('web')?.port).toBe(1);
});

test('A storm of reloads loses no registration of a program and no status', async () => {
  const sets = [WEB, services(defined('web', [ttlCheck('alive', 'web')], { port: 81 })), NO_REGISTRATIONS];
  const agent = await startLocalAgent({ definitions: WEB });
  const { local } = agent;
  const work: Promise<unknown>[] = [];
  for (let round = 0; round < 300; round += 1) {
    work.push(local.setDefinitions(sets[round % 2] ?? WEB));
    work.push(local.registerService(webService(`own-${round}`), [ttlCheck(`check-${round}`, `own-${round}`)]));
    if (round % 50 === 0) await agent.clock.settle();
  }
  await local.updateTtl('alive', { status: 'passing', output: 'up' });
  await Promise.all([...work, local.setDefinitions(WEB)]);
  expect(local.services().size).toBe(301);
  expect(local.checks().size).toBe(302);
  expect(local.checks().get('alive')).toMatchObject({ status: 'passing', output: 'up' });
  await agent.clock.settle();
  expect([agent.target.services.size, agent.target.checks.size]).toEqual([301, 302]);
  expect((await restart(agent, WEB)).local.services().size).toBe(301);
});

test('The sets of overlapping reloads are made one after the other', async () => {
  const agent = await startLocalAgent();
  await Promise.all([
    agent.local.setDefinitions(services(defined('a'))),
    agent.local.setDefinitions({ services: [], checks: [ttlCheck('x', 'nope')] }).catch((error: KonsulError) => error.code),
    agent.local.setDefinitions(services(defined('b'))),
  ]);
  expect(idsOf(agent).services).toEqual(['b']);
});

/** What is registered, in a few lines: the files win, programs keep their own, and a status lives as long as its check. */
class Model {
  readonly services = new Map<string, { port: number; source: string }>();
  readonly checks = new Map<string, { serviceId: string; source: string; status: CheckStatus }>();

  putService(id: string, port: number, source: string): void {
    this.services.set(id, { port, source });
  }

  putCheck({ id, serviceId }: CheckRegistration, source: string): void {
    this.checks.set(id, { serviceId, source, status: this.checks.get(id)?.status ?? 'critical' });
  }

  removeService(id: string): void {
    this.services.delete(id);
    for (const [checkId, { serviceId }] of this.checks) if (serviceId === id) this.checks.delete(checkId);
  }

  /** False if the set is refused. */
  define({ services: list, checks }: Registrations): boolean {
    const known = new Set(['', ...list.map(({ service }) => service.id)]);
    for (const [id, { source }] of this.services) if (source === 'api') known.add(id);
    if (!checks.every(({ serviceId }) => known.has(serviceId))) return false;
    for (const { service } of list) this.putService(service.id, service.port, 'file');
    const all = [...list.flatMap((each) => each.checks), ...checks];
    for (const check of all) this.putCheck(check, 'file');
    for (const [id, { source }] of this.checks) if (source === 'file' && !all.some((check) => check.id === id)) this.checks.delete(id);
    for (const [id, { source }] of this.services)
      if (source === 'file' && !list.some(({ service }) => service.id === id)) this.removeService(id);
    return true;
  }

  shown(): object {
    return {
      services: [...this.services].map(([id, { port }]) => [id, port]).sort(),
      checks: [...this.checks].map(([id, { serviceId, status }]) => [id, serviceId, status]).sort(),
    };
  }
}

const shownOf = ({ local }: LocalAgent): object => ({
  services: [...local.services().values()].map(({ id, port }) => [id, port]).sort(),
  checks: [...local.checks().values()].map(({ id, serviceId, status }) => [id, serviceId, status]).sort(),
});

const serviceId: fc.Arbitrary<string> = fc.constantFrom('a', 'b', 'c');
const port = fc.constantFrom(1, 2);
const checkOf = (owner: fc.Arbitrary<string>) =>
  fc.record({ id: fc.constantFrom('x', 'y', 'z'), owner }).map(({ id, owner: of }) => ttlCheck(id, of));
const definitionSet: fc.Arbitrary<Registrations> = fc
  .record({
    ids: fc.uniqueArray(serviceId),
    ports: fc.tuple(port, port, port),
    checks: fc.uniqueArray(checkOf(fc.constantFrom('', 'a', 'b', 'c')), { selector: ({ id }) => id, maxLength: 3 }),
    isNested: fc.boolean(),
  })
  .map(({ ids, ports, checks, isNested }) => {
    const isOwn = (check: CheckRegistration): boolean => isNested && ids.includes(check.serviceId);
    const list = ids.map((id, at) =>
      defined(
        id,
        checks.filter((check) => isOwn(check) && check.serviceId === id),
        { port: ports[at] ?? 1 },
      ),
    );
    return { services: list, checks: checks.filter((check) => !isOwn(check)) };
  });

type Step = (agent: LocalAgent, model: Model) => Promise<LocalAgent>;

const define =
  (set: Registrations): Step =>
  async (agent, model) => {
    const isTaken = model.define(set);
    const outcome = await agent.local.setDefinitions(set).then(
      () => true,
      (error: KonsulError) => error.code !== 'CONFIG_INVALID',
    );
    expect(outcome).toBe(isTaken);
    return agent;
  };

const step: fc.Arbitrary<Step> = fc.oneof(
  definitionSet.map(define),
  fc.tuple(serviceId, port).map(
    ([id, number]): Step =>
      async (agent, model) => {
        model.putService(id, number, 'api');
        await agent.local.registerService(webService(id, { port: number }), []);
        return agent;
      },
  ),
  serviceId.map(
    (id): Step =>
      async (agent, model) => {
        model.removeService(id);
        await agent.local.deregisterService(id);
        return agent;
      },
  ),
  checkOf(fc.constantFrom('', 'a', 'b', 'c')).map(
    (check): Step =>
      async (agent, model) => {
        if (check.serviceId !== '' && !model.services.has(check.serviceId)) return agent;
        model.putCheck(check, 'api');
        await agent.local.registerCheck(check);
        return agent;
      },
  ),
  fc.constantFrom('x', 'y', 'z').map(
    (id): Step =>
      async (agent, model) => {
        model.checks.delete(id);
        await agent.local.deregisterCheck(id);
        return agent;
      },
  ),
  fc.tuple(fc.constantFrom('x', 'y', 'z'), fc.constantFrom<CheckStatus>('passing', 'warning')).map(
    ([id, status]): Step =>
      async (agent, model) => {
        const check = model.checks.get(id);
        if (check === undefined) return agent;
        check.status = status;
        await agent.local.updateTtl(id, { status: status, output: '' });
        return agent;
      },
  ),
  definitionSet.map(
    (set): Step =>
      async ({ disk, target }, model) => {
        disk.crash();
        const files = model.define(set) ? set : NO_REGISTRATIONS;
        if (files !== set) model.define(files);
        return startLocalAgent({ disk, target, definitions: files });
      },
  ),
);

test('Random reloads, registrations, reports and restarts end as the rules say, here and with the servers', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const model = new Model();
      let agent = await startLocalAgent({ disk: new MemoryDisk() });
      for (const take of steps) {
        agent = await take(agent, model);
        expect(shownOf(agent)).toEqual(model.shown());
      }
      await agent.clock.settle();
      expect([...agent.target.services.keys()].sort()).toEqual([...model.services.keys()].sort());
      expect([...agent.target.checks.keys()].sort()).toEqual([...model.checks.keys()].sort());
    }),
    { numRuns: 60 },
  );
});
