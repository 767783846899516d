import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Check } from '../model/check.ts';
import { KonsulError } from '../runtime/errors.ts';
import { FakeSyncTarget } from '../testing/fake-sync-target.ts';
import { type LocalAgent, startLocalAgent, ttlCheck, webService } from '../testing/local-agent.ts';

const offline = (): never => {
  throw new KonsulError('NO_LEADER', 'No known Consul servers');
};

test('A service and its checks reach the servers as one write, owned by this node', async () => {
  const { local, target } = await startLocalAgent();
  await local.registerService(webService('web-1'), [ttlCheck('c1', 'web-1'), ttlCheck('c2', 'web-1')]);
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
  const { target } = await startLocalAgent();
  expect(target.nodeWrites).toBe(1);
});

test('The same registration again writes no byte and sends nothing', async () => {
  const { local, target, disk } = await startLocalAgent();
  const again = (): Promise<void> => local.registerService(webService('web-1'), [ttlCheck('c1', 'web-1')], { replaceChecks: true });
  await again();
  target.pushes.length = 0;
  disk.calls.length = 0;
  await again();
  await local.registerService(webService('web-1'), []);
  expect(target.pushes).toEqual([]);
  expect(disk.calls).toEqual([]);
});

test('A restart with nothing changed sends nothing but the node', async () => {
  const first = await startLocalAgent();
  await first.local.registerService(webService('web-1'), [ttlCheck('c1', 'web-1')]);
  first.target.pushes.length = 0;
  first.disk.crash();
  await startLocalAgent({ disk: first.disk, target: first.target });
  expect(first.target.pushes).toEqual([]);
});

test('A registration is answered after a while when the servers are silent, and sent when they are back', async () => {
  const { local, target, clock } = await startLocalAgent();
  target.before = () => new Promise(() => {});
  const registered = local.registerService(webService('web-1'), []);
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
  const { local, target, clock } = await startLocalAgent();
  target.before = offline;
  await local.registerService(webService('web-1'), [ttlCheck('c1', 'web-1')]);
  await clock.advance(120_000);
  expect(target.pushes).toEqual([]);
  target.before = () => {};
  await clock.advance(30_000);
  expect(target.pushes).toHaveLength(1);
});

test('When many marks wait and the servers are gone, one round tries only a few of them', async () => {
  const { local, target } = await startLocalAgent();
  let tries = 0;
  target.before = () => {
    tries += 1;
    offline();
  };
  for (let n = 0; n < 200; n++) void local.registerService(webService(`web-${n}`), []);
  await local.registerService(webService('last'), []);
  tries = 0;
  await local.fullSync();
  expect(tries).toBeLessThanOrEqual(17);
});

test('A deregistration stays marked until the servers confirm it', async () => {
  const { local, target, clock } = await startLocalAgent();
  await local.registerService(webService('web-1'), [ttlCheck('c1', 'web-1')]);
  target.before = offline;
  expect(await local.deregisterService('web-1')).toBe(true);
  expect(target.services.has('web-1')).toBe(true);
  target.before = () => {};
  await clock.advance(30_000);
  expect([target.services.size, target.checks.size]).toEqual([0, 0]);
  expect(target.pushes.filter(({ kind }) => kind === 'catalog.deregister')).toHaveLength(1);
});

test('A deregistration that no server heard of before a crash is made up for by the first full sync', async () => {
  const first = await startLocalAgent();
  await first.local.registerService(webService('web-1'), []);
  await first.local.registerCheck(ttlCheck('c9', ''));
  first.target.before = offline;
  await first.local.deregisterService('web-1');
  await first.local.deregisterCheck('c9');
  first.disk.crash();
  first.target.before = () => {};
  await startLocalAgent({ disk: first.disk, target: first.target });
  expect([first.target.services.size, first.target.checks.size]).toEqual([0, 0]);
});

test('The full sync puts back what the servers lost or hold otherwise', async () => {
  const { local, target, clock } = await startLocalAgent();
  await local.registerService(webService('web-1'), [ttlCheck('c1', 'web-1')]);
  await local.registerService(webService('web-2'), []);
  target.services.clear();
  target.checks.clear();
  target.services.set('web-2', {
    ...webService('web-2', { port: 99 }),
    node: 'edge-1',
    owner: 'node-id-1',
    createIndex: 5,
    modifyIndex: 5,
  });
  await clock.advance(360_000);
  expect(target.services.get('web-2')?.port).toBe(80);
  expect([...target.services.keys()].sort()).toEqual(['web-1', 'web-2']);
  expect([...target.checks.keys()]).toEqual(['c1']);
});

test('The full sync removes only what this node owns, and never the service of the servers or the liveness check', async () => {
  const { local, target } = await startLocalAgent();
  await local.registerService(webService('mine'), [ttlCheck('mine-check', 'mine')]);
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
  const { clock } = await startLocalAgent({ target });
  target.before = () => {};
  await clock.advance(30_000);
  expect(target.nodeWrites).toBe(1);
});

test('A full sync asked for while one is under way is made after it', async () => {
  const { local, target, clock } = await startLocalAgent();
  let fetches = 0;
  let release = (): void => {};
  target.before = (command) => {
    if (command !== 'fetch') return;
    fetches += 1;
    return new Promise((resolve) => (release = resolve));
  };
  const first = local.fullSync();
  await clock.settle();
  const second = local.fullSync();
  release();
  await first;
  await clock.settle();
  expect(fetches).toBe(2);
  release();
  await second;
});

test('A node that the servers refuse keeps syncing its services', async () => {
  const { local, target } = await startLocalAgent();
  target.before = (command) => {
    if (command !== 'fetch' && command.kind === 'catalog.register' && !command.skipNodeUpdate) {
      throw new KonsulError('REJECTED', 'Node name edge-1 is reserved by node x');
    }
  };
  await local.registerService(webService('web-1'), []);
  await local.fullSync();
  expect(target.services.has('web-1')).toBe(true);
});

test('A registration that the servers refuse is not sent again until the next full sync', async () => {
  const { local, target, clock } = await startLocalAgent();
  let tries = 0;
  target.before = (command) => {
    if (command === 'fetch' || command.kind !== 'catalog.register' || command.services.length === 0) return;
    tries += 1;
    throw new KonsulError('PERMISSION_DENIED', 'Permission denied');
  };
  await local.registerService(webService('web-1'), []);
  await clock.advance(200_000);
  expect(tries).toBe(1);
  await clock.advance(200_000);
  expect(tries).toBe(2);
});

test('A check that is refused because the servers lost its service is sent with the service', async () => {
  const { local, target, clock } = await startLocalAgent();
  await local.registerService(webService('web-1'), [ttlCheck('c1', 'web-1')]);
  target.services.clear();
  target.checks.clear();
  target.before = (command) => {
    const isCheckAlone =
      command !== 'fetch' && command.kind === 'catalog.register' && command.services.length === 0 && command.checks.length > 0;
    if (isCheckAlone && target.services.size === 0) throw new KonsulError('REJECTED', "Unknown service ID 'web-1' for check ID 'c1'");
  };
  await local.updateTtl('c1', { status: 'passing', output: '' });
  await clock.advance(2_000);
  expect(target.services.has('web-1')).toBe(true);
  expect(target.checks.get('c1')?.status).toBe('passing');
});

test('With EnableTagOverride the tags of the catalog win, and a repeated registration does not win them back', async () => {
  const { local, target } = await startLocalAgent();
  const definition = webService('web-1', { enableTagOverride: true });
  await local.registerService(definition, [ttlCheck('c1', 'web-1')]);
  const stored = target.services.get('web-1');
  if (stored === undefined) throw new Error('not synced');
  target.services.set('web-1', { ...stored, tags: ['blue'] });
  await local.fullSync();
  expect(local.services().get('web-1')?.tags).toEqual(['blue']);
  expect(local.checks().get('c1')?.serviceTags).toEqual(['blue']);
  await local.registerService({ ...definition, port: 81 }, []);
  expect(target.services.get('web-1')).toMatchObject({ tags: ['blue'], port: 81 });
  await local.registerService({ ...definition, tags: ['v2'] }, []);
  expect(target.services.get('web-1')?.tags).toEqual(['v2']);
});

test('Without EnableTagOverride the tags of the catalog are put right', async () => {
  const { local, target } = await startLocalAgent();
  await local.registerService(webService('web-1'), []);
  const stored = target.services.get('web-1');
  if (stored === undefined) throw new Error('not synced');
  target.services.set('web-1', { ...stored, tags: ['blue'] });
  await local.fullSync();
  expect(target.services.get('web-1')?.tags).toEqual(['v1']);
});

test('Output alone is shown at once, sent after half to one and a half update intervals, and not logged', async () => {
  const { local, target, clock, disk } = await startLocalAgent();
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
  const { local, target, clock } = await startLocalAgent();
  await local.registerCheck(ttlCheck('c1', ''));
  local.report('c1', 'critical', 'bad');
  local.report('c1', 'passing', 'good');
  await clock.settle();
  target.pushes.length = 0;
  await clock.advance(280_000);
  expect(target.pushes).toEqual([]);
});

test('With an update interval of 0 every output is sent at once', async () => {
  const { local, target, clock } = await startLocalAgent({ settings: { checkUpdateIntervalMs: 0 } });
  await local.registerCheck(ttlCheck('c1', ''));
  local.report('c1', 'critical', 'one');
  await clock.settle();
  expect(target.checks.get('c1')?.output).toBe('one');
});

test('What changes while its push is on the way is sent again', async () => {
  const { local, target, clock } = await startLocalAgent();
  let release = (): void => {};
  target.before = () => new Promise((resolve) => (release = resolve));
  const first = local.registerService(webService('web-1'), [ttlCheck('c1', 'web-1')]);
  await clock.settle();
  const second = local.registerService(webService('web-1', { port: 81 }), [], { replaceChecks: true });
  await clock.settle();
  target.before = () => {};
  release();
  await Promise.all([first, second]);
  expect(target.services.get('web-1')?.port).toBe(81);
  expect(target.checks.size).toBe(0);
});

const operations = fc.oneof(
  fc.record({
    op: fc.constant('put' as const),
    id: fc.constantFrom('a', 'b', 'c'),
    port: fc.integer({ min: 1, max: 3 }),
    replace: fc.boolean(),
  }),
  fc.record({ op: fc.constant('remove' as const), id: fc.constantFrom('a', 'b', 'c') }),
  fc.record({ op: fc.constant('check' as const), id: fc.constantFrom('x', 'y'), serviceId: fc.constantFrom('', 'a', 'b') }),
  fc.record({ op: fc.constant('uncheck' as const), id: fc.constantFrom('x', 'y') }),
  fc.record({
    op: fc.constant('report' as const),
    id: fc.constantFrom('x', 'y'),
    status: fc.constantFrom('passing' as const, 'warning' as const),
  }),
  fc.record({ op: fc.constant('servers' as const), are: fc.constantFrom('up' as const, 'down' as const, 'empty' as const) }),
  fc.record({ op: fc.constant('time' as const), ms: fc.integer({ min: 1, max: 40_000 }) }),
);

type Operation = typeof operations extends fc.Arbitrary<infer T> ? T : never;

async function perform(operation: Operation, { local, target, clock }: LocalAgent): Promise<void> {
  switch (operation.op) {
    case 'put':
      return local.registerService(webService(operation.id, { port: operation.port }), [ttlCheck(operation.id, operation.id)], {
        replaceChecks: operation.replace,
      });
    case 'remove':
      return void (await local.deregisterService(operation.id));
    case 'check':
      return local.registerCheck(ttlCheck(operation.id, operation.serviceId)).catch(() => {});
    case 'uncheck':
      return void (await local.deregisterCheck(operation.id));
    case 'report':
      return local.report(operation.id, operation.status, 'output');
    case 'time':
      return clock.advance(operation.ms);
    case 'servers':
      target.before = operation.are === 'down' ? offline : () => {};
      if (operation.are !== 'empty') return;
      target.services.clear();
      target.checks.clear();
  }
}

test('Whatever happened, after the next full sync the servers hold exactly what is registered here', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operations, { maxLength: 30 }), fc.boolean(), async (log, isRestarted) => {
      const first = await startLocalAgent();
      for (const operation of log) await perform(operation, first);
      first.target.before = () => {};
      first.disk.crash();
      const last = isRestarted ? await startLocalAgent({ disk: first.disk, target: first.target }) : first;
      await last.clock.advance(400_000);
      const shown = ({ status, serviceId, serviceName }: Check): unknown => ({ status, serviceId, serviceName });
      const { local, target } = last;
      expect(sorted(target.services, ({ port }) => port)).toEqual(sorted(local.services(), ({ port }) => port));
      expect(sorted(target.checks, shown)).toEqual(sorted(local.checks(), shown));
      await last.local.stop();
    }),
    { numRuns: 60 },
  );
});

const sorted = <T>(map: ReadonlyMap<string, T>, show: (value: T) => unknown): unknown =>
  [...map].map(([id, value]) => [id, show(value)]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
