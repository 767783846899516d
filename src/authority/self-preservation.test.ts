import { expect, test } from 'vitest';
import { silentLogger } from '../runtime/logger.ts';
import { SelfPreservation } from './self-preservation.ts';

const made = (percent: number = 15): SelfPreservation => new SelfPreservation({ percent, maxMs: 1_000, logger: silentLogger });

test.each([
  [2, 2, 15, true],
  [3, 20, 15, true],
  [4, 20, 15, false],
  [3, 3, 15, false],
  [15, 100, 15, true],
  [16, 100, 15, false],
  [0, 0, 15, true],
  [3, 1_000, 0, false],
  [1_000, 1_000, 100, true],
])('%i silent of %i, at %i %%: may expire is %s', (silent, total, percent, may) => {
  const preservation = made(percent);
  expect(preservation.mayExpire({ silent, total }, 0)).toBe(may);
  expect(preservation.isActive).toBe(!may);
});

test('It lasts until enough are back', () => {
  const preservation = made();
  preservation.mayExpire({ silent: 10, total: 20 }, 0);
  expect(preservation.mayExpire({ silent: 4, total: 20 }, 500)).toBe(false);
  expect(preservation.mayExpire({ silent: 3, total: 20 }, 600)).toBe(true);
  expect([preservation.isActive, preservation.isUndecided]).toEqual([false, false]);
});

test('It lasts for its longest time, then never again for the same silence, and again for the next', () => {
  const preservation = made();
  const silence = { silent: 10, total: 20 };
  expect([0, 999, 1_000, 5_000].map((nowMs) => preservation.mayExpire(silence, nowMs))).toEqual([false, false, true, true]);
  expect([preservation.isActive, preservation.isUndecided]).toEqual([false, true]);
  preservation.mayExpire({ silent: 0, total: 10 }, 6_000);
  expect(preservation.mayExpire(silence, 7_000)).toBe(false);
});

test('Another leadership judges anew', () => {
  const preservation = made();
  preservation.mayExpire({ silent: 10, total: 20 }, 0);
  preservation.reset();
  expect([preservation.isActive, preservation.mayExpire({ silent: 10, total: 20 }, 5_000)]).toEqual([false, false]);
});
