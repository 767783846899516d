import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { TimerWheel } from './timer-wheel.ts';

function wheelWorld() {
  const clock = new FakeClock();
  const fired: (readonly [string, number])[] = [];
  const wheel = new TimerWheel<string>({ clock, stepMs: 100, due: (item) => fired.push([item, clock.nowMs()]) });
  return { clock, fired, wheel };
}

test('an item is due in its step, never early', async () => {
  const { clock, fired, wheel } = wheelWorld();
  await clock.advance(30);
  wheel.schedule('a', 250);
  await clock.advance(249);
  expect(fired).toEqual([]);
  await clock.advance(100);
  expect(fired).toEqual([['a', 300]]);
});

test('it sleeps when empty, and has one timer otherwise', async () => {
  const { clock, wheel } = wheelWorld();
  expect(clock.pendingTimers).toBe(0);
  wheel.schedule('a', 250);
  wheel.schedule('b', 50);
  expect(clock.pendingTimers).toBe(1);
  wheel.cancel('b');
  wheel.cancel('a');
  expect(clock.pendingTimers).toBe(0);
  wheel.schedule('c', 100);
  await clock.advance(200);
  expect({ timers: clock.pendingTimers, count: wheel.count }).toEqual({ timers: 0, count: 0 });
});

test('far beyond a round of its slots it is still not early', async () => {
  const { clock, fired, wheel } = wheelWorld();
  wheel.schedule('far', 100 * 256 * 3 + 500);
  await clock.advance(100 * 256 * 3);
  expect(fired).toEqual([]);
  await clock.advance(600);
  expect(fired).toHaveLength(1);
});

test('an item may be scheduled again from within', async () => {
  const clock = new FakeClock();
  let times = 0;
  const wheel: TimerWheel<string> = new TimerWheel<string>({
    clock,
    stepMs: 100,
    due(item) {
      times += 1;
      if (times < 3) wheel.schedule(item, 100);
    },
  });
  wheel.schedule('a', 100);
  await clock.advance(1_000);
  expect({ times, timers: clock.pendingTimers }).toEqual({ times: 3, timers: 0 });
});

test('every item comes once, within a step after its time', async () => {
  const step = fc.record({ item: fc.constantFrom('a', 'b', 'c'), delayMs: fc.nat(40_000), cancel: fc.boolean(), waitMs: fc.nat(5_000) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      const { clock, fired, wheel } = wheelWorld();
      const due = new Map<string, number>();
      for (const { item, delayMs, cancel, waitMs } of steps) {
        if (cancel) wheel.cancel(item);
        else wheel.schedule(item, delayMs);
        if (cancel) due.delete(item);
        else due.set(item, clock.nowMs() + delayMs);
        await clock.advance(waitMs);
        for (const [name, atMs] of fired.splice(0)) {
          const expectedMs = due.get(name) ?? Number.NaN;
          expect(atMs).toBeGreaterThanOrEqual(expectedMs);
          expect(atMs).toBeLessThanOrEqual(expectedMs + 200);
          due.delete(name);
        }
        for (const expectedMs of due.values()) expect(expectedMs + 200).toBeGreaterThan(clock.nowMs());
      }
    }),
    { numRuns: 30 },
  );
});
