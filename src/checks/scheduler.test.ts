import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CheckSpec } from '../model/check-spec.ts';
import { type Random, SeededRandom } from '../runtime/random.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { exited, FakeProber, httpAnswer } from '../testing/fake-prober.ts';
import type { CheckFields } from './check-fields.ts';
import { CheckMeters } from './check-meters.ts';
import { CheckScheduler, type CheckSettings } from './scheduler.ts';
import { checkSpecFrom } from './validate.ts';

const INITIAL = { status: 'critical', output: '' } as const;
const HALF: Random = { float: () => 0.5, uuid: () => '' };

let clock: FakeClock;
let prober: FakeProber;
/** `<time> <check> <status> <output>` of each report. */
let reports: string[];
let scheduler: CheckScheduler;

const http = (fields: CheckFields = {}): CheckSpec => checkSpecFrom({ http: 'http://web/', intervalNs: 10e9, ...fields });
const ttl = (seconds: number): CheckSpec => checkSpecFrom({ ttlNs: seconds * 1e9 });

function make(random: Random = HALF, settings: Partial<CheckSettings> = {}): CheckScheduler {
  const sink = { report: (id: string, status: string, output: string) => void reports.push(`${clock.nowMs()} ${id} ${status} ${output}`) };
  const meters = new CheckMeters(clock);
  return new CheckScheduler({
    clock,
    random,
    prober,
    sink,
    settings: { outputMaxBytes: 4_096, followRedirects: true, ...settings },
    meters,
  });
}

beforeEach(() => {
  clock = new FakeClock();
  prober = new FakeProber();
  reports = [];
  scheduler = make();
});

afterEach(async () => {
  await scheduler.stop();
  expect([clock.pendingTimers, prober.running, scheduler.size]).toEqual([0, 0, 0]);
});

const OK = 'web passing HTTP GET http://web/: 200 OK Output: ';

test('the first run comes at a random moment of the interval, the next ones an interval after the last ended', async () => {
  prober.onHttp = async () => {
    await clock.sleep(300);
    return httpAnswer(200, 'OK');
  };
  scheduler.set('web', http(), INITIAL);
  await clock.advance(26_000);
  expect(reports).toEqual([`5300 ${OK}`, `15600 ${OK}`, `25900 ${OK}`]);
});

test('a slow attempt is never joined by a second one of the same check', async () => {
  prober.onHttp = () => new Promise(() => {});
  scheduler.set('web', http(), INITIAL);
  await clock.advance(60_000);
  expect(prober.calls).toHaveLength(1);
});

test('an equal spec changes nothing, not even the rhythm', async () => {
  scheduler.set('web', http(), INITIAL);
  await clock.advance(4_000);
  scheduler.set('web', http(), INITIAL);
  await clock.advance(1_000);
  expect(reports).toEqual([`5000 ${OK}`]);
});

test('a replaced check starts anew, and the late result of the old one is dropped', async () => {
  const answers: (() => void)[] = [];
  prober.onHttp = ({ url }) => new Promise((resolve) => answers.push(() => resolve(httpAnswer(200, 'OK', url))));
  scheduler.set('web', http(), INITIAL);
  await clock.advance(5_000);
  scheduler.set('web', http({ http: 'http://new/' }), INITIAL);
  answers[0]?.();
  await clock.advance(5_000);
  answers[1]?.();
  await clock.settle();
  expect(reports).toEqual(['10000 web passing HTTP GET http://new/: 200 OK Output: http://new/']);
});

test('a removed check is aborted and never heard of again', async () => {
  prober.onHttp = () => new Promise(() => {});
  scheduler.set('web', http(), INITIAL);
  await clock.advance(5_000);
  expect(prober.running).toBe(1);
  scheduler.remove('web');
  scheduler.remove('web');
  await clock.advance(60_000);
  expect([prober.running, reports, clock.pendingTimers]).toEqual([0, [], 0]);
});

test('a check that its own report removes stays removed', async () => {
  const sink = { report: (id: string) => scheduler.remove(id) };
  scheduler = new CheckScheduler({
    clock,
    random: HALF,
    prober,
    sink,
    settings: { outputMaxBytes: 1, followRedirects: true },
    meters: new CheckMeters(clock),
  });
  scheduler.set('web', http(), INITIAL);
  await clock.advance(60_000);
  expect(prober.calls).toHaveLength(1);
});

test('stop waits for attempts under way', async () => {
  let cleanUp = (): void => {};
  prober.http = () => new Promise((resolve) => (cleanUp = () => resolve({ ok: false, error: 'aborted' })));
  scheduler.set('web', http(), INITIAL);
  await clock.advance(5_000);
  let hasStopped = false;
  const stopping = scheduler.stop().then(() => (hasStopped = true));
  await clock.settle();
  expect(hasStopped).toBe(false);
  cleanUp();
  await stopping;
  expect(reports).toEqual([]);
});

test('thresholds hold back what does not count yet', async () => {
  let answer = httpAnswer(200, 'OK');
  prober.onHttp = () => answer;
  scheduler.set('web', http({ failuresBeforeCritical: 2 }), INITIAL);
  await clock.advance(5_000);
  answer = httpAnswer(500, 'Bad');
  await clock.advance(20_000);
  expect(reports.map((report) => report.split(' ').slice(0, 3).join(' '))).toEqual(['5000 web passing', '25000 web critical']);
});

test('a check can lower the limit of its output but not raise it', async () => {
  scheduler = make(HALF, { outputMaxBytes: 1_000 });
  scheduler.set('low', http({ outputMaxSize: 10 }), INITIAL);
  scheduler.set('high', http({ outputMaxSize: 9_999 }), INITIAL);
  scheduler.set('unset', http(), INITIAL);
  await clock.advance(5_000);
  expect(prober.calls.map(({ probe }) => 'keepBytes' in probe && probe.keepBytes)).toEqual([10, 1_000, 1_000]);
});

/** The words around what a target says have this room. */
const FRAME_BYTES = 1_024;
const LONG = 'é'.repeat(10_000);

test.each<[string, CheckFields]>([
  ['http', { http: 'http://web/' }],
  ['tcp', { tcp: 'web:1' }],
  ['udp', { udp: 'web:1' }],
  ['grpc', { grpc: 'web:1' }],
  ['h2ping', { h2ping: 'web:1' }],
  ['docker', { dockerContainerId: 'c', scriptArgs: ['x'] }],
  ['script', { scriptArgs: ['x'] }],
  ['os_service', { osService: 'web' }],
])('whatever the target of a check of type %s says, its output is bounded', async (_type, fields) => {
  prober.onHttp = prober.onTcp = prober.onUdp = prober.onGrpc = () => ({ ok: false as const, error: LONG });
  prober.onH2Ping = () => ({ ok: false, error: LONG, hasConnected: true });
  prober.onExec = prober.onDocker = () => ({ ...exited(undefined), error: LONG });
  scheduler.set('web', checkSpecFrom({ intervalNs: 10e9, outputMaxSize: 101, ...fields }), INITIAL);
  await clock.advance(5_000);
  const [output = ''] = reports.map((report) => report.replace(/^5000 web critical /, ''));
  expect(output).toMatch(/é$/);
  expect(Buffer.byteLength(output)).toBeGreaterThan(FRAME_BYTES + 99);
  expect(Buffer.byteLength(output)).toBeLessThanOrEqual(FRAME_BYTES + 101);
});

test('what a target may say is not cut for the words around it', async () => {
  prober.onHttp = () => httpAnswer(200, 'OK', 'x'.repeat(100));
  scheduler.set('web', http({ outputMaxSize: 100 }), INITIAL);
  await clock.advance(5_000);
  expect(reports).toEqual([`5000 ${OK}${'x'.repeat(100)}`]);
});

test('a reason phrase has no end of its own, but that of the output', async () => {
  prober.onHttp = () => httpAnswer(200, LONG, '');
  scheduler.set('web', http({ outputMaxSize: 100 }), INITIAL);
  await clock.advance(5_000);
  expect(Buffer.byteLength(reports[0] ?? '')).toBeLessThan(1_200);
});

test('a check that throws is critical, and is tried again', async () => {
  prober.onHttp = () => {
    throw new Error('broken prober');
  };
  scheduler.set('web', http(), INITIAL);
  await clock.advance(15_000);
  expect(reports).toEqual(['5000 web critical broken prober', '15000 web critical broken prober']);
});

test('slow scripts are bounded in number and hold up nobody else', async () => {
  const ends: (() => void)[] = [];
  prober.onExec = () => new Promise((resolve) => ends.push(() => resolve(exited(0))));
  for (let i = 0; i < 100; i += 1) scheduler.set(`script-${i}`, checkSpecFrom({ scriptArgs: ['slow'], intervalNs: 10e9 }), INITIAL);
  scheduler.set('web', http(), INITIAL);
  await clock.advance(5_000);
  expect(prober.running).toBe(16);
  expect(reports).toEqual([`5000 ${OK}`]);
  for (const end of ends.splice(0)) end();
  await clock.settle();
  expect(prober.running).toBe(16);
  expect(prober.calls.filter(({ kind }) => kind === 'exec')).toHaveLength(32);
});

test('a TTL check turns critical when its time is up, once', async () => {
  scheduler.set('job', ttl(10), INITIAL);
  await clock.advance(9_999);
  expect(reports).toEqual([]);
  await clock.advance(60_000);
  expect(reports).toEqual(['10000 job critical TTL expired']);
});

test('a beat starts the time anew, also after it was up', async () => {
  scheduler.set('job', ttl(10), { status: 'passing', output: 'restored' });
  await clock.advance(8_000);
  expect(scheduler.beat('job')).toBe(true);
  await clock.advance(10_000);
  scheduler.beat('job', 'fine');
  await clock.advance(5_000);
  scheduler.beat('job');
  await clock.advance(10_000);
  scheduler.beat('job', '');
  await clock.advance(10_000);
  const prefix = 'TTL expired (last output before timeout follows):';
  expect(reports).toEqual([`18000 job critical ${prefix} restored`, `33000 job critical ${prefix} fine`, '43000 job critical TTL expired']);
});

test('only TTL checks can be beaten', () => {
  scheduler.set('web', http(), INITIAL);
  expect([scheduler.beat('web'), scheduler.beat('none')]).toEqual([false, false]);
});

test('maintenance is known, and never runs', async () => {
  const { intervalMs, timeoutMs, ...options } = http() as CheckSpec & { intervalMs: number; timeoutMs: number };
  scheduler.set('_node_maintenance', { ...options, type: 'maintenance' }, INITIAL);
  await clock.advance(60_000);
  expect([scheduler.size, clock.pendingTimers, reports]).toEqual([1, 0, []]);
});

test('ten thousand checks start spread over the interval and leave nothing behind', async () => {
  scheduler = make(new SeededRandom(1));
  for (let i = 0; i < 10_000; i += 1) scheduler.set(`c${i}`, http({ http: `http://h${i}/` }), INITIAL);
  await clock.advance(1_000);
  expect(prober.calls.length).toBeGreaterThan(900);
  expect(prober.calls.length).toBeLessThan(1_100);
  await clock.advance(9_000);
  expect(prober.calls).toHaveLength(10_000);
});

test('a stop is final: what is set after it does not run', async () => {
  await scheduler.stop();
  scheduler.set('web', http(), INITIAL);
  scheduler.set('beat', ttl(1), INITIAL);
  await clock.advance(60_000);
  expect([scheduler.size, prober.calls, reports]).toEqual([0, [], []]);
});
