import { expect, test } from 'vitest';
import { FastAuthority, linkOf, nodeIdOf, noLeader } from '../../test/fixtures/agents.ts';
import { checkDefinition, register, serviceDefinition, sessionRecord } from '../../test/fixtures/records.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import { silentLogger } from '../runtime/logger.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { Liveness, type LivenessSettings } from './liveness.ts';

const GRACE = 30_000;
const HOUR = 3_600_000;
const BEAT = 10_000;
/** After the grace time, a sweep gives a last call. */
const CALL = 50;

const SETTINGS: LivenessSettings = {
  graceMs: GRACE,
  reapAfterMs: HOUR,
  selfPreservationPercent: 15,
  selfPreservationMaxMs: 600_000,
  heartbeatMs: BEAT,
};

/** A clock of a process that can stand still: time goes on, and timers run late. */
class StallingClock implements Clock {
  readonly fake: FakeClock = new FakeClock();
  #stalledMs = 0;

  nowMs(): number {
    return this.fake.nowMs() + this.#stalledMs;
  }

  wallMs(): number {
    return this.fake.wallMs() + this.#stalledMs;
  }

  after(delayMs: number, task: () => void): Timer {
    return this.fake.after(delayMs, task);
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return this.fake.sleep(delayMs, signal);
  }

  pause(): Promise<void> {
    return this.fake.pause();
  }

  stall(ms: number): void {
    this.#stalledMs += ms;
  }
}

function started(nodes: number, settings: Partial<LivenessSettings> = {}) {
  const clock = new StallingClock();
  const authority = new FastAuthority();
  const { state } = authority.world;
  const logged: string[] = [];
  const logger = { ...silentLogger, warn: (_: unknown, message: string) => logged.push(message), info: () => {} };
  const liveness = new Liveness({ authority, state, clock, logger, settings: { ...SETTINGS, ...settings } });
  authority.duty = liveness;
  const names = Array.from({ length: nodes }, (_, n) => `n${String(n).padStart(5, '0')}`);
  for (const [n, name] of names.entries()) authority.world.run(linkOf(name, { nodeId: nodeIdOf(n + 1) }));
  liveness.restart();
  const passing = (): number =>
    authority
      .health()
      .split(' ')
      .filter((word) => word === 'passing').length;
  /** Time goes on in steps of `stepMs`, after each of which some are heard. */
  const run = async (ms: number, heard: readonly string[] = [], stepMs: number = BEAT): Promise<void> => {
    for (let goneMs = 0; goneMs < ms; goneMs += stepMs) {
      await clock.fake.advance(Math.min(stepMs, ms - goneMs));
      for (const name of heard) liveness.heard(name);
    }
  };
  return { clock, authority, state, liveness, logged, names, passing, run };
}

test('defect 13: what an agent registered stays as long as its node is heard, though nothing of it is sent again', async () => {
  const { authority, names, state, run } = started(1);
  authority.world.run(register('n00000', { services: [serviceDefinition('web')], owner: nodeIdOf(1), skipNodeUpdate: true }));
  const { index } = state;
  await run(HOUR, names);
  expect([authority.health(), state.catalog.entry('n00000')?.services.size, state.index]).toEqual(['passing', 1, index]);
});

test('A node is alive until the grace time after the last byte is over, and critical right after it', async () => {
  const { clock, authority, liveness } = started(1);
  await clock.fake.advance(7_000);
  liveness.heard('N00000');
  await clock.fake.advance(GRACE - 1);
  expect(authority.health()).toBe('passing');
  await clock.fake.advance(1 + CALL);
  expect(authority.health()).toBe('critical');
  expect(authority.world.state.catalog.entry('n00000')?.checks.get('serfHealth')?.output).toBe('Agent not live or unreachable');
  expect(liveness.meters.expired.sum).toBe(1);
});

test('A node that is heard in the last call is spared', async () => {
  const { clock, authority, liveness } = started(1);
  await clock.fake.advance(GRACE);
  liveness.heard('n00000');
  await clock.fake.advance(CALL);
  expect(authority.health()).toBe('passing');
});

test('A node that is heard again passes at once', async () => {
  const { clock, authority, liveness } = started(1);
  await clock.fake.advance(GRACE + CALL);
  liveness.heard('n00000');
  expect(authority.health()).toBe('passing');
  await clock.fake.advance(GRACE + CALL);
  expect(authority.health()).toBe('critical');
});

test('A node that stays silent is deregistered with all that is on it; its services stay until then', async () => {
  const { clock, authority, state, liveness } = started(1);
  authority.world.run(register('n00000', { services: [serviceDefinition('web')], owner: nodeIdOf(1), skipNodeUpdate: true }));
  await clock.fake.advance(HOUR - 1);
  expect([authority.health(), state.catalog.entry('n00000')?.services.size]).toEqual(['critical', 1]);
  await clock.fake.advance(1 + CALL);
  expect([state.catalog.entries(), state.tables.agent.size, liveness.meters.reaped.sum]).toEqual([[], 0, 1]);
  expect(clock.fake.pendingTimers).toBe(0);
});

test('Locks that stand on serfHealth are free within the grace time', async () => {
  const { clock, authority, state } = started(1);
  authority.world.run({ kind: 'session.create', session: sessionRecord('s', 'n00000', { nodeChecks: ['serfHealth'] }) });
  await clock.fake.advance(GRACE);
  expect(state.sessions.get('s')?.id).toBe('s');
  await clock.fake.advance(CALL);
  expect(state.sessions.get('s')).toBeUndefined();
});

test('Nodes that came through the catalog alone never expire, never count, and never get a serfHealth', async () => {
  const { clock, authority, state } = started(2);
  for (let n = 0; n < 20; n += 1) authority.world.run(register(`catalog${n}`, { checks: [checkDefinition('c')] }));
  await clock.fake.advance(HOUR + CALL);
  expect(state.catalog.nodeCount).toBe(20);
  expect(authority.health().includes('critical')).toBe(false);
});

test('Nothing wakes up while nobody is watched', async () => {
  const { clock, authority, liveness } = started(0);
  expect(clock.fake.pendingTimers).toBe(0);
  await authority.submit(linkOf('n'));
  expect(clock.fake.pendingTimers).toBe(1);
  await authority.submit({ kind: 'node.leave', node: 'n', nodeId: nodeIdOf(1) });
  await clock.fake.advance(GRACE);
  expect(clock.fake.pendingTimers).toBe(0);
  liveness.heard('n');
  expect(clock.fake.pendingTimers).toBe(0);
});

test('A leadership starts each node at full length, alive or not', async () => {
  const { clock, authority, liveness } = started(2);
  await clock.fake.advance(GRACE + CALL);
  await clock.fake.advance(GRACE - 1);
  liveness.heard('n00000');
  liveness.restart();
  await clock.fake.advance(GRACE - 1);
  expect(authority.health()).toBe('passing critical');
  await clock.fake.advance(HOUR - GRACE);
  expect(authority.world.state.catalog.nodeCount).toBe(2);
  await clock.fake.advance(CALL + 1);
  expect(authority.world.state.catalog.nodeCount).toBe(0);
});

test('A leadership that ended writes nothing more, and leaves no timer', async () => {
  const { clock, authority, liveness } = started(1);
  await clock.fake.advance(GRACE);
  liveness.stop();
  await clock.fake.advance(HOUR);
  expect([authority.health(), clock.fake.pendingTimers]).toEqual(['passing', 0]);
});

test('A write that fails is tried again until it is there; a failure that comes after the end of the leadership is none', async () => {
  const { clock, authority, liveness } = started(1);
  authority.failure = noLeader();
  await clock.fake.advance(GRACE + CALL + 3_000);
  expect(authority.health()).toBe('passing');
  authority.failure = undefined;
  await clock.fake.advance(1_000);
  expect(authority.health()).toBe('critical');
  authority.failure = noLeader();
  liveness.heard('n00000');
  liveness.stop();
  await clock.fake.advance(HOUR);
  expect(clock.fake.pendingTimers).toBe(0);
});

test('A node that is heard while its expiry could not be written passes', async () => {
  const { clock, authority, liveness } = started(1);
  authority.failure = noLeader();
  await clock.fake.advance(GRACE + CALL);
  authority.failure = undefined;
  liveness.heard('n00000');
  await clock.fake.advance(5_000);
  expect(authority.health()).toBe('passing');
});

test('An expiry that could not be written is not written of the next run of the agent', async () => {
  const { clock, authority } = started(1);
  authority.failure = noLeader();
  await clock.fake.advance(GRACE + CALL);
  authority.failure = undefined;
  await authority.submit({ ...linkOf('n00000', { boot: 2, runId: 'later' }), replaces: ['n00000-run'] });
  await clock.fake.advance(5_000);
  expect(authority.health()).toBe('passing');
});

test('A restarted agent is another one: what was known of the old run is forgotten', async () => {
  const { clock, authority } = started(1);
  await clock.fake.advance(GRACE - 1_000);
  await authority.submit({ ...linkOf('n00000', { boot: 2, runId: 'later' }), replaces: ['n00000-run'] });
  await clock.fake.advance(GRACE - 1);
  expect(authority.health()).toBe('passing');
  await clock.fake.advance(1 + CALL);
  expect(authority.health()).toBe('critical');
});

test.each([
  [2, 2],
  [20, 3],
])('Of %i nodes, %i may die together', async (all, dying) => {
  const { names, run, passing, liveness } = started(all);
  await run(GRACE + BEAT, names.slice(dying));
  expect([passing(), liveness.meters.gauges.isPreserving()]).toEqual([all - dying, false]);
});

test.each([
  ['all three of three', 3, 3],
  ['4 of 20', 20, 4],
  ['1,600 of 10,000', 10_000, 1_600],
])(
  'If %s fall silent together, the network is blamed and none expires; once enough are back, the rest does',
  async (_which, all, silent) => {
    const { names, run, passing, liveness, logged } = started(all);
    const heard = names.slice(silent);
    await run(GRACE + BEAT, heard);
    expect([passing(), liveness.meters.gauges.isPreserving()]).toEqual([all, true]);
    await run(5 * GRACE, heard);
    expect(passing()).toBe(all);
    await run(BEAT, names.slice(2));
    await run(2_000, names.slice(2), 1_000);
    expect([passing(), liveness.meters.gauges.isPreserving()]).toEqual([all - 2, false]);
    expect(logged.filter((line) => line.includes('blamed'))).toHaveLength(1);
  },
);

test('Nodes that fall silent one after the other within a grace time count together', async () => {
  const { names, run, passing } = started(20);
  for (let silent = 1; silent <= 4; silent += 1) await run(BEAT, names.slice(silent));
  await run(5 * GRACE, names.slice(4));
  expect(passing()).toBe(18);
});

test('Nodes that die far from one another expire each at its time', async () => {
  const { names, run, passing } = started(20);
  for (let dead = 1; dead <= 6; dead += 1) await run(2 * GRACE + 2 * BEAT, names.slice(dead));
  expect(passing()).toBe(14);
});

test('What has been silent for the longest time that the network is blamed is dead; the next failure is judged anew', async () => {
  const { names, run, passing, liveness } = started(20);
  await run(GRACE + BEAT, names.slice(10));
  expect(passing()).toBe(20);
  await run(600_000, names.slice(10));
  expect([passing(), liveness.meters.gauges.isPreserving()]).toEqual([10, false]);
  await run(GRACE + BEAT, names.slice(15));
  expect([passing(), liveness.meters.gauges.isPreserving()]).toEqual([10, true]);
});

test('While the network is blamed, nothing is deregistered', async () => {
  const { names, run, state, passing } = started(20, { reapAfterMs: 60_000 });
  await run(GRACE + CALL, names.slice(1));
  expect(passing()).toBe(19);
  await run(GRACE - CALL - 1, names.slice(10));
  await run(120_000, names.slice(10));
  expect(state.catalog.nodeCount).toBe(20);
});

test.each([
  ['a second and a half', 1_500],
  ['twelve seconds', 12_000],
])('After the process stood still for %s, nobody expires for it', async (_how, ms) => {
  const { clock, authority, run } = started(2);
  await run(GRACE - 5_000);
  clock.stall(ms);
  await clock.fake.advance(4_900);
  expect(authority.health()).toBe('passing passing');
  await clock.fake.advance(GRACE + CALL);
  expect(authority.health()).toBe('critical critical');
});

test('After a long pause of the process, agents have a whole grace time to come back', async () => {
  const { clock, authority, run } = started(2);
  await run(GRACE - 5_000);
  clock.stall(HOUR * 2);
  await clock.fake.advance(5_000 + GRACE - 5_100);
  expect(authority.health()).toBe('passing passing');
  await clock.fake.advance(6_000);
  expect(authority.health()).toBe('critical critical');
});

test('Ten thousand nodes that are heard cost a few wake-ups a second, and none of them expires', async () => {
  const { clock, names, run, passing } = started(10_000);
  await run(5 * GRACE, names);
  expect([passing(), clock.fake.pendingTimers]).toEqual([10_000, 1]);
});
