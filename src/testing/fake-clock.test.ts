import { expect, test } from 'vitest';
import { FakeClock } from './fake-clock.ts';

test('time stands until it is moved', async () => {
  const clock = new FakeClock();
  await clock.pause();
  expect(clock.nowMs()).toBe(0);
  await clock.advance(250);
  expect(clock.nowMs()).toBe(250);
});

test('tasks run in the order of their times, each at its own time, and not early', async () => {
  const clock = new FakeClock();
  const seen: string[] = [];
  for (const [name, delayMs] of [
    ['c', 30],
    ['a', 10],
    ['b1', 20],
    ['b2', 20],
    ['late', 31],
  ] as const) {
    clock.after(delayMs, () => seen.push(`${name}@${clock.nowMs()}`));
  }
  await clock.advance(30);
  expect(seen).toEqual(['a@10', 'b1@20', 'b2@20', 'c@30']);
  expect(clock.pendingTimers).toBe(1);
});

test('a task made on the way runs in the same move if it is due', async () => {
  const clock = new FakeClock();
  const seen: number[] = [];
  const tick = (): void => {
    seen.push(clock.nowMs());
    clock.after(10, tick);
  };
  clock.after(10, tick);
  await clock.advance(35);
  expect(seen).toEqual([10, 20, 30]);
});

test('promises and pauses settle between two tasks', async () => {
  const clock = new FakeClock();
  const seen: string[] = [];
  clock.after(1, async () => {
    for (let i = 0; i < 200; i += 1) await null;
    for (let i = 0; i < 20; i += 1) await clock.pause();
    seen.push('first');
  });
  clock.after(2, () => seen.push('second'));
  await clock.advance(2);
  expect(seen).toEqual(['first', 'second']);
});

test('a loop of sleeps goes its whole way in one move', async () => {
  const clock = new FakeClock();
  let rounds = 0;
  const loop = async (): Promise<void> => {
    for (; rounds < 5; rounds += 1) await clock.sleep(1_000);
  };
  const done = loop();
  await clock.advance(5_000);
  await done;
  expect(rounds).toBe(5);
});

test('a cancelled task does not run, and cancelling again harms no other', async () => {
  const clock = new FakeClock();
  let ran = 0;
  const timer = clock.after(5, () => (ran += 1));
  clock.after(5, () => (ran += 10));
  timer.cancel();
  timer.cancel();
  expect(clock.pendingTimers).toBe(1);
  await clock.advance(5);
  timer.cancel();
  expect(ran).toBe(10);
});

test('an abort ends a sleep at once and leaves no timer', async () => {
  const clock = new FakeClock();
  const abort = new AbortController();
  const sleeping = clock.sleep(60_000, abort.signal);
  abort.abort();
  await sleeping;
  await clock.sleep(60_000, abort.signal);
  expect(clock.pendingTimers).toBe(0);
});

test('the wall clock moves along, and may jump without the timers noticing', async () => {
  const clock = new FakeClock({ wallMs: 1_000_000 });
  let ran = false;
  clock.after(100, () => (ran = true));
  clock.jumpWall(-900_000);
  expect(clock.wallMs()).toBe(100_000);
  await clock.advance(99);
  expect([clock.wallMs(), ran]).toEqual([100_099, false]);
});

test('ten thousand timers are no burden', async () => {
  const clock = new FakeClock();
  let ran = 0;
  const timers = Array.from({ length: 10_000 }, (_, i) => clock.after((i * 7_919) % 10_007, () => (ran += 1)));
  for (const timer of timers.slice(0, 5_000)) timer.cancel();
  await clock.advance(10_007);
  expect([ran, clock.pendingTimers]).toEqual([5_000, 0]);
});
