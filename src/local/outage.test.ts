import { expect, test } from 'vitest';
import { KonsulError } from '../runtime/errors.ts';
import { type Logger, silentLogger } from '../runtime/logger.ts';
import { type LocalAgent, startLocalAgent, ttlCheck, webService } from '../testing/local-agent.ts';

const SERVICES = 50;

type Write = Parameters<LocalAgent['target']['before']>[0];

interface Outage {
  readonly agent: LocalAgent;
  /** What was tried since the servers went away. */
  readonly tried: Write[];
}

/** Some services with a check each; then the servers fail, and this is noticed. */
async function outage(code: 'NO_SERVERS' | 'NO_LEADER' | 'STORE_FAILED' = 'NO_LEADER', logger: Logger = silentLogger): Promise<Outage> {
  const agent = await startLocalAgent({ logger });
  for (let n = 0; n < SERVICES; n++) await agent.local.registerService(webService(`w${n}`), [ttlCheck(`c${n}`, `w${n}`)]);
  const tried: Write[] = [];
  agent.target.before = (command) => {
    tried.push(command);
    throw new KonsulError(code, 'nobody takes it');
  };
  for (const status of ['passing', 'critical'] as const) {
    agent.local.report('c0', status, '');
    await agent.clock.settle();
  }
  return { agent, tried };
}

/** A result of every check. */
async function reportAll({ local, clock }: LocalAgent, status: 'passing' | 'warning'): Promise<void> {
  for (let n = 0; n < SERVICES; n++) {
    local.report(`c${n}`, status, '');
    await clock.settle();
  }
}

test('While the servers take nothing, results of checks try nothing: they wait for the retry', async () => {
  const { agent, tried } = await outage();
  expect(tried).toHaveLength(2);
  await reportAll(agent, 'warning');
  expect(tried).toHaveLength(2);
  expect(agent.local.pendingUploads).toBe(SERVICES);
  agent.target.before = () => {};
  await agent.clock.advance(1_000);
  expect([...agent.target.checks.values()].every(({ status }) => status === 'warning')).toBe(true);
  expect(agent.local.pendingUploads).toBe(0);
});

test('A link that comes up does not wait for the retry', async () => {
  const { agent } = await outage('NO_SERVERS');
  await reportAll(agent, 'warning');
  agent.target.before = () => {};
  await agent.local.fullSync();
  expect(agent.local.pendingUploads).toBe(0);
});

test('What a program registers is tried at once, without all else that waits', async () => {
  const { agent, tried } = await outage();
  await reportAll(agent, 'warning');
  tried.length = 0;
  await agent.local.registerService(webService('new'), [ttlCheck('c-new', 'new')]);
  expect(tried).toMatchObject([{ services: [{ id: 'new' }], checks: [{ id: 'c-new' }] }]);
});

test('When the servers take what a program registers, they get all else as well', async () => {
  const { agent } = await outage();
  await reportAll(agent, 'warning');
  agent.target.before = () => {};
  await agent.local.registerService(webService('new'), []);
  await agent.clock.settle();
  expect(agent.local.pendingUploads).toBe(0);
});

test('One write that fails again and again keeps no result of other checks back, and is not tried with each', async () => {
  const { local, target, clock } = await startLocalAgent();
  await local.registerService(webService('good'), [ttlCheck('c', 'good')]);
  let tries = 0;
  target.before = (command) => {
    if (command === 'fetch' || command.kind !== 'catalog.register' || command.services[0]?.id !== 'bad') return;
    tries += 1;
    throw new KonsulError('CONTENDED', 'too many writers');
  };
  await Promise.all([local.registerService(webService('bad'), []), local.updateTtl('c', { status: 'warning', output: '' })]);
  await clock.advance(60_000);
  const before = tries;
  for (const status of ['passing', 'warning', 'critical'] as const) {
    local.report('c', status, '');
    await clock.settle();
    expect(target.checks.get('c')?.status).toBe(status);
  }
  // One more to see whether they are back.
  expect(tries).toBe(before + 1);
});

test('A result that comes while a failing round is under way is sent by the retry', async () => {
  const { local, target, clock } = await startLocalAgent();
  await local.registerService(webService('w'), [ttlCheck('c', 'w')]);
  let fail = (): void => {};
  target.before = () => new Promise((_resolve, reject) => (fail = () => reject(new KonsulError('NO_LEADER', 'gone'))));
  local.report('c', 'passing', '');
  await clock.settle();
  local.report('c', 'warning', '');
  await clock.settle();
  const failFirst = fail;
  target.before = () => {
    throw new KonsulError('NO_LEADER', 'gone');
  };
  failFirst();
  await clock.settle();
  target.before = () => {};
  await clock.advance(30_000);
  expect(target.checks.get('c')?.status).toBe('warning');
});

const WARNINGS = { NO_SERVERS: 0, NO_LEADER: 2, STORE_FAILED: 2 } as const;

test.each(Object.entries(WARNINGS))('Ten minutes of %s are %d warnings, not one for each result', async (code, count) => {
  const warnings: string[] = [];
  const logger: Logger = { ...silentLogger, warn: (_fields, message) => void warnings.push(String(message)), child: () => logger };
  const { agent } = await outage(code as keyof typeof WARNINGS, logger);
  void agent.local.fullSync();
  for (let minute = 0; minute < 10; minute++) {
    await reportAll(agent, minute % 2 === 0 ? 'warning' : 'passing');
    await agent.clock.advance(60_000);
  }
  expect(warnings).toHaveLength(count);
});

test('The next outage is told again, and so is another reason for it', async () => {
  const warnings: unknown[] = [];
  const logger: Logger = { ...silentLogger, warn: (fields) => void warnings.push(fields), child: () => logger };
  const { agent } = await outage('NO_LEADER', logger);
  const fail = async (reason: string): Promise<void> => {
    agent.target.before = () => {
      throw new KonsulError('NO_LEADER', reason);
    };
    await agent.local.registerService(webService('w', { meta: { reason } }), []);
  };
  await fail('nobody takes it');
  expect(warnings).toHaveLength(1);
  await fail('disk full');
  expect(warnings).toHaveLength(2);
  agent.target.before = () => {};
  await agent.clock.advance(30_000);
  await fail('disk full again');
  expect(warnings).toHaveLength(3);
});

test('Who leaves sends nothing more: not what is registered, not results, not the full sync; the next start does', async () => {
  const { local, target, clock, disk } = await startLocalAgent();
  await local.registerService(webService('w'), [ttlCheck('c', 'w')]);
  await local.stopSending();
  target.services.clear();
  target.checks.clear();
  target.pushes.length = 0;
  await local.registerService(webService('late'), [ttlCheck('c-late', 'late')]);
  await local.updateTtl('c', { status: 'passing', output: 'new' });
  local.report('c-late', 'warning', '');
  await local.fullSync();
  await clock.advance(1_000_000);
  expect([target.pushes, target.nodeWrites]).toEqual([[], 1]);
  expect([...local.services().keys()]).toEqual(['w', 'late']);
  await local.stop();
  await startLocalAgent({ disk, target });
  expect([...target.services.keys()].sort()).toEqual(['late', 'w']);
});

test('Who leaves begins no further write, and waits for those on the way', async () => {
  const { local, target, clock } = await startLocalAgent();
  let release = (): void => {};
  let tries = 0;
  target.before = () => {
    tries += 1;
    return new Promise((resolve) => (release = resolve));
  };
  void local.registerService(webService('w'), []);
  await clock.settle();
  void local.registerService(webService('next'), []);
  await clock.settle();
  let isQuiet = false;
  void local.stopSending().then(() => {
    isQuiet = true;
  });
  await clock.settle();
  expect(isQuiet).toBe(false);
  release();
  await clock.settle();
  expect([isQuiet, tries]).toEqual([true, 1]);
});

test('Who leaves tells at once who waits for the servers; and stopping waits for no server', async () => {
  const { local, target, clock } = await startLocalAgent();
  target.before = () => new Promise(() => {});
  const waiting = local.registerService(webService('w'), [], { wait: 'synced' });
  waiting.catch(() => {});
  await clock.settle();
  void local.stopSending();
  await expect(waiting).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  await expect(local.registerService(webService('late'), [], { wait: 'synced' })).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  await local.stop();
});
