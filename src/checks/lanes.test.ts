import { beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { CUT_SHORT, type LaneLimits, Lanes, type Ran } from './lanes.ts';

const never = new AbortController().signal;

let clock: FakeClock;

/** Attempts that end when the test says so, or when they are aborted. */
class Attempts {
  readonly running = new Set<string>();
  readonly ended = new Map<string, Ran<string>>();
  readonly #ends = new Map<string, () => void>();
  readonly #lanes: Lanes;

  constructor(limits: LaneLimits) {
    this.#lanes = new Lanes(clock, limits);
  }

  begin(name: string, { isSlow = false, signal = never } = {}): void {
    const attempt = (aborted: AbortSignal): Promise<string> => {
      this.running.add(name);
      return new Promise((resolve) => {
        const end = (): void => {
          this.running.delete(name);
          resolve('ok');
        };
        this.#ends.set(name, end);
        aborted.addEventListener('abort', end);
      });
    };
    void this.#lanes.run(isSlow, signal, attempt).then((ran) => this.ended.set(name, ran));
  }

  async end(name: string): Promise<void> {
    this.#ends.get(name)?.();
    await clock.settle();
  }
}

beforeEach(() => {
  clock = new FakeClock();
});

test('a quick attempt stays quick', async () => {
  const attempts = new Attempts({ quick: 1, slow: 1, canCutShort: true });
  attempts.begin('a');
  await clock.advance(249);
  await attempts.end('a');
  expect(attempts.ended.get('a')).toEqual({ end: 'ok', isSlow: false });
  expect(clock.pendingTimers).toBe(0);
});

test('an attempt that takes long makes room for the next quick one, and goes on', async () => {
  const attempts = new Attempts({ quick: 1, slow: 1, canCutShort: true });
  attempts.begin('hangs');
  attempts.begin('next');
  await clock.advance(249);
  expect([...attempts.running]).toEqual(['hangs']);
  await clock.advance(1);
  expect([...attempts.running]).toEqual(['hangs', 'next']);
  await attempts.end('hangs');
  expect(attempts.ended.get('hangs')).toEqual({ end: 'ok', isSlow: true });
});

test('with the slow lane full, it is cut short, and finds its place there later', async () => {
  const attempts = new Attempts({ quick: 1, slow: 1, canCutShort: true });
  attempts.begin('first', { isSlow: true });
  attempts.begin('second');
  await clock.advance(250);
  expect(attempts.ended.get('second')).toEqual({ end: CUT_SHORT, isSlow: true });
  attempts.begin('second', { isSlow: true });
  await clock.advance(1_000);
  expect([...attempts.running]).toEqual(['first']);
  await attempts.end('first');
  expect([...attempts.running]).toEqual(['second']);
});

test('what may not be cut short keeps its quick place', async () => {
  const attempts = new Attempts({ quick: 1, slow: 1, canCutShort: false });
  attempts.begin('slow', { isSlow: true });
  attempts.begin('program');
  attempts.begin('next');
  await clock.advance(60_000);
  expect([...attempts.running]).toEqual(['slow', 'program']);
  await attempts.end('program');
  expect([...attempts.running]).toEqual(['slow', 'next']);
  expect(attempts.ended.get('program')).toEqual({ end: 'ok', isSlow: true });
});

test('a slow check whose target is quick again goes back to the quick lane', async () => {
  const attempts = new Attempts({ quick: 1, slow: 1, canCutShort: true });
  attempts.begin('a', { isSlow: true });
  await clock.advance(250);
  await attempts.end('a');
  expect(attempts.ended.get('a')).toEqual({ end: 'ok', isSlow: false });
});

test.each([true, false])('who gives up while waiting (slow: %s) makes no attempt; under way, its attempt ends', async (isSlow) => {
  const attempts = new Attempts({ quick: 1, slow: 1, canCutShort: true });
  const stopping = new AbortController();
  attempts.begin('under way', { isSlow, signal: stopping.signal });
  attempts.begin('waiting', { isSlow, signal: stopping.signal });
  await clock.settle();
  stopping.abort();
  await clock.settle();
  expect(attempts.ended.get('waiting')).toEqual({ end: undefined, isSlow });
  expect([attempts.ended.size, attempts.running.size, clock.pendingTimers]).toEqual([2, 0, 0]);
});

test('places are never lost, whatever the order of ends and moves', async () => {
  const attempts = new Attempts({ quick: 2, slow: 2, canCutShort: true });
  for (let n = 0; n < 50; n += 1) attempts.begin(`${n}`, { isSlow: n % 3 === 0 });
  for (let round = 0; round < 200 && attempts.ended.size < 50; round += 1) {
    await clock.advance(round % 2 === 0 ? 100 : 400);
    expect(attempts.running.size).toBeLessThanOrEqual(4);
    const [first] = attempts.running;
    if (first !== undefined) await attempts.end(first);
  }
  expect(attempts.ended.size).toBe(50);
  for (const name of ['x', 'y']) attempts.begin(name);
  for (const name of ['u', 'v']) attempts.begin(name, { isSlow: true });
  await clock.settle();
  expect([...attempts.running].sort()).toEqual(['u', 'v', 'x', 'y']);
});
