import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { CHECK_STATUSES, type CheckStatus } from '../model/check.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { FlapDamper, type FlapSettings, NO_DAMPING } from './flap-damper.ts';

const ON: FlapSettings = { ...NO_DAMPING, isEnabled: true };
const MINUTE = 60_000;

let clock: FakeClock;
/** What was held and let go, in words. */
let told: string[];
let damper: FlapDamper;

const make = (settings: FlapSettings): FlapDamper =>
  new FlapDamper({
    clock,
    settings,
    held: (id) => void told.push(`${id} held`),
    released: (id, { status, output }) => void told.push(`${id} ${status} ${output}`),
  });
/** The statuses that are shown for a series of real ones, without time in between. */
const shownFor = (statuses: readonly CheckStatus[]): CheckStatus[] =>
  statuses.map((status) => damper.observe('c', { status, output: '' }).status);

beforeEach(() => {
  clock = new FakeClock();
  told = [];
  damper = make(ON);
});

test('switched off, every result is shown as it is', () => {
  damper = make(NO_DAMPING);
  const statuses = Array.from({ length: 50 }, (_, n): CheckStatus => (n % 2 === 0 ? 'passing' : 'critical'));
  expect(shownFor(statuses)).toEqual(statuses);
  expect([damper.heldCount, clock.pendingTimers]).toEqual([0, 0]);
});

test('the fifth change in a row is one too many: the check is held at its worst status', () => {
  expect(shownFor(['critical', 'passing', 'critical', 'passing', 'critical', 'passing'])).toEqual([
    'critical',
    'passing',
    'critical',
    'passing',
    'critical',
    'critical',
  ]);
  expect([told, damper.heldCount, damper.actualStatus('c')]).toEqual([['c held'], 1, 'passing']);
});

test('a check that is never critical is held at warning', () => {
  expect(shownFor(['warning', 'passing', 'warning', 'passing', 'warning', 'passing']).at(-1)).toBe('warning');
});

test('the output says for about how long, and does not change with every attempt', async () => {
  shownFor(['passing', 'critical', 'passing', 'critical', 'passing']);
  const held = damper.observe('c', { status: 'critical', output: 'HTTP 500' });
  expect(held).toEqual({ status: 'critical', output: '[flapping: held for about 5m0s] HTTP 500' });
  await clock.advance(MINUTE);
  expect(damper.observe('c', { status: 'critical', output: 'HTTP 500' })).toEqual(held);
});

test('it is let go, as it really is, when its penalty has halved', async () => {
  shownFor(['critical', 'passing', 'critical', 'passing', 'critical', 'passing']);
  damper.observe('c', { status: 'passing', output: 'fine' });
  await clock.advance(5 * MINUTE - 1);
  expect(told).toEqual(['c held']);
  await clock.advance(1);
  expect(told).toEqual(['c held', 'c passing fine']);
  expect([damper.heldCount, damper.actualStatus('c'), clock.pendingTimers]).toEqual([0, undefined, 0]);
  expect(damper.observe('c', { status: 'passing', output: 'fine' })).toEqual({ status: 'passing', output: 'fine' });
});

test('changes while it is held make it longer, up to twice the bound: ten minutes after the last one', async () => {
  for (let n = 0; n < 100; n += 1) shownFor(['passing', 'critical']);
  shownFor(['passing']);
  await clock.advance(10 * MINUTE - 1);
  expect(damper.heldCount).toBe(1);
  await clock.advance(1);
  expect(damper.heldCount).toBe(0);
});

test('rare changes never add up', async () => {
  for (let n = 0; n < 50; n += 1) {
    shownFor([n % 2 === 0 ? 'passing' : 'critical']);
    await clock.advance(2 * MINUTE);
  }
  expect(told).toEqual([]);
});

test('changes every minute and a half do add up', async () => {
  for (let n = 0; n < 50 && damper.heldCount === 0; n += 1) {
    shownFor([n % 2 === 0 ? 'passing' : 'critical']);
    await clock.advance(90_000);
  }
  expect(told[0]).toBe('c held');
});

test('the worst of a flapping long past does not count', async () => {
  shownFor(['passing', 'critical', 'passing']);
  await clock.advance(60 * MINUTE);
  expect(shownFor(['warning', 'passing', 'warning', 'passing', 'warning']).at(-1)).toBe('warning');
});

test('the first result costs nothing, also after the check was removed', () => {
  for (let n = 0; n < 50; n += 1) {
    shownFor([n % 2 === 0 ? 'passing' : 'critical']);
    damper.forget('c');
  }
  expect(told).toEqual([]);
});

test('each check is judged on its own', () => {
  shownFor(['critical', 'passing', 'critical', 'passing', 'critical', 'passing']);
  expect(damper.observe('other', { status: 'passing', output: '' })).toEqual({ status: 'passing', output: '' });
});

test('switching it off lets everything go at once, and a stop nothing', () => {
  shownFor(['critical', 'passing', 'critical', 'passing', 'critical', 'passing']);
  damper.configure({ ...ON, isEnabled: false });
  expect(told).toEqual(['c held', 'c passing ']);
  damper.configure(ON);
  shownFor(['critical', 'passing', 'critical', 'passing', 'critical', 'passing']);
  damper.stop();
  expect([told.length, damper.heldCount, clock.pendingTimers]).toEqual([3, 0, 0]);
});

test('a `reuse` above `suppress` counts as that', async () => {
  damper = make({ ...ON, reuse: 9_999 });
  shownFor(['critical', 'passing', 'critical', 'passing', 'critical', 'passing']);
  expect(damper.heldCount).toBe(1);
  await clock.advance(1);
  expect(damper.heldCount).toBe(0);
});

test('whatever happens, what is shown is no better than what is, and in the end is what is', async () => {
  const results = fc.array(fc.tuple(fc.constantFrom(...CHECK_STATUSES), fc.nat(120_000)), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(results, async (series) => {
      clock = new FakeClock();
      damper = make(ON);
      told = [];
      let last: CheckStatus = 'passing';
      for (const [status, pauseMs] of series) {
        const seen = damper.observe('c', { status, output: '' }).status;
        expect(CHECK_STATUSES.indexOf(seen)).toBeGreaterThanOrEqual(CHECK_STATUSES.indexOf(status));
        last = status;
        await clock.advance(pauseMs);
      }
      await clock.advance(11 * MINUTE);
      expect([damper.observe('c', { status: last, output: '' }).status, clock.pendingTimers]).toEqual([last, 0]);
    }),
    { numRuns: 50 },
  );
});
