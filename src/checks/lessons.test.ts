/** Defects of a program before this one, each as the test that it would have failed. */
import { beforeEach, expect, test } from 'vitest';
import type { CheckSpec } from '../model/check-spec.ts';
import { SeededRandom } from '../runtime/random.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { FakeProber, httpAnswer } from '../testing/fake-prober.ts';
import type { CheckFields } from './check-fields.ts';
import { CheckMeters } from './check-meters.ts';
import { CheckScheduler } from './scheduler.ts';
import { checkSpecFrom } from './validate.ts';

const INITIAL = { status: 'critical', output: '' } as const;
const INTERVAL_MS = 10_000;

let clock: FakeClock;
let prober: FakeProber;
/** When each check reported. */
let reports: Map<string, number[]>;
let scheduler: CheckScheduler;

const http = (url: string, fields: CheckFields = {}): CheckSpec => checkSpecFrom({ http: url, intervalNs: INTERVAL_MS * 1e6, ...fields });

beforeEach(() => {
  clock = new FakeClock();
  prober = new FakeProber();
  reports = new Map();
  scheduler = new CheckScheduler({
    clock,
    random: new SeededRandom(1),
    prober,
    sink: { report: (id) => void reports.set(id, [...(reports.get(id) ?? []), clock.nowMs()]) },
    settings: { outputMaxBytes: 4_096, followRedirects: true },
    meters: new CheckMeters(clock),
  });
});

/** Ends with the time-out of the probe, as a target that says nothing. */
const hang = async (timeoutMs: number) => {
  await clock.sleep(timeoutMs);
  return { ok: false as const, error: 'timeout' };
};

test('14: ten thousand checks of which five thousand hang: the other five thousand run on time', async () => {
  prober.onHttp = ({ url, timeoutMs }) => (url.includes('hangs') ? hang(timeoutMs) : httpAnswer(200, 'OK'));
  for (let n = 0; n < 5_000; n += 1) {
    scheduler.set(`hangs-${n}`, http(`http://hangs-${n}/`), INITIAL);
    scheduler.set(`good-${n}`, http(`http://good-${n}/`), INITIAL);
  }
  for (let second = 0; second < 40; second += 1) await clock.advance(1_000);
  const good = [...reports].filter(([id]) => id.startsWith('good'));
  expect(good).toHaveLength(5_000);
  const late = good.filter(
    ([, times]) => times.length < 4 || times.some((time, n) => n > 0 && time - (times[n - 1] ?? 0) > INTERVAL_MS + 10),
  );
  expect(late).toEqual([]);
  const hanging = [...reports].filter(([id]) => id.startsWith('hangs'));
  expect(hanging).toHaveLength(5_000);
  expect(prober.running).toBeLessThanOrEqual(2_048 + 256);
}, 60_000);

test('14: a check that is registered or listed while another one hangs does not wait for it', async () => {
  prober.onHttp = ({ url, timeoutMs }) => (url.includes('hangs') ? hang(timeoutMs) : httpAnswer(200, 'OK'));
  scheduler.set('hangs', http('http://hangs/'), INITIAL);
  await clock.advance(INTERVAL_MS);
  expect(prober.running).toBe(1);
  scheduler.set('new', http('http://new/'), INITIAL);
  expect(scheduler.size).toBe(2);
  await clock.advance(INTERVAL_MS);
  expect(reports.has('new')).toBe(true);
});

test('15: what one check asks for (certificates not verified, a time-out) is not asked of the next', async () => {
  scheduler.set('lax', http('https://lax/', { tlsSkipVerify: true, timeoutNs: 1e9 }), INITIAL);
  scheduler.set('strict', http('https://strict/'), INITIAL);
  await clock.advance(3 * INTERVAL_MS);
  const asked = prober.calls.flatMap(({ kind, probe }) => (kind === 'http' && 'url' in probe ? [probe] : []));
  const seen = new Set(asked.map(({ url, tlsSkipVerify, timeoutMs }) => `${url} ${tlsSkipVerify} ${timeoutMs}`));
  expect([...seen].sort()).toEqual(['https://lax/ true 1000', 'https://strict/ false 10000']);
});

test('16: a removed check leaves nothing that ticks, and one that is added again runs once', async () => {
  for (let n = 0; n < 20; n += 1) {
    scheduler.set('web', http('http://web/'), INITIAL);
    await clock.advance(n * 100);
    scheduler.remove('web');
  }
  expect([scheduler.size, clock.pendingTimers]).toEqual([0, 0]);
  prober.calls.length = 0;
  scheduler.set('web', http('http://web/'), INITIAL);
  await clock.advance(5 * INTERVAL_MS);
  expect(prober.calls).toHaveLength(5);
});
