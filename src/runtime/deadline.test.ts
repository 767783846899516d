import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { Deadline } from './deadline.ts';

let clock: FakeClock;
let outer: AbortController;
let deadline: Deadline;

beforeEach(() => {
  clock = new FakeClock();
  outer = new AbortController();
  deadline = new Deadline(clock, 100, outer.signal);
});

afterEach(() => {
  deadline.release();
  expect(clock.pendingTimers).toBe(0);
});

const endless = (): Promise<never> => new Promise(() => {});
const outcome = (work: Promise<unknown>): Promise<unknown> => work.then(String, (error: Error) => error.message);

test('work that ends in time is what it is', async () => {
  expect(await deadline.run(Promise.resolve('done'))).toBe('done');
  await expect(deadline.run(Promise.reject(new Error('broken')))).rejects.toThrow('broken');
});

test('work that never ends is given up when time is up', async () => {
  const ended = outcome(deadline.run(endless()));
  await clock.advance(99);
  expect(deadline.signal.aborted).toBe(false);
  await clock.advance(1);
  expect([await ended, deadline.signal.aborted, deadline.hasTimedOut]).toEqual(['aborted', true, true]);
});

test('the caller can end it sooner', async () => {
  const ended = outcome(deadline.run(endless()));
  outer.abort();
  expect([await ended, deadline.signal.aborted, deadline.hasTimedOut]).toEqual(['aborted', true, false]);
});

test('what begins after the end ends at once', async () => {
  const late = new Deadline(clock, 100, AbortSignal.abort());
  expect([await outcome(late.run(endless())), late.hasTimedOut]).toEqual(['aborted', false]);
  late.release();
});

test('released, it ends nothing any more', async () => {
  deadline.release();
  outer.abort();
  await clock.advance(1_000);
  expect([deadline.signal.aborted, deadline.hasTimedOut]).toEqual([false, false]);
});
