import { expect, test } from 'vitest';
import { Backoff } from './backoff.ts';
import { type Random, SeededRandom } from './random.ts';

const always = (value: number): Random => ({ float: () => value, uuid: () => '' });

test('the ceiling doubles with each try and stops at the cap', () => {
  const backoff = new Backoff({ random: always(0.5), baseMs: 100, capMs: 500 });
  expect([1, 2, 3, 4, 5].map(() => backoff.nextMs())).toEqual([50, 100, 200, 250, 250]);
});

test('jitter is full: a delay may be anything from 0 up', () => {
  expect(new Backoff({ random: always(0), baseMs: 100, capMs: 500 }).nextMs()).toBe(0);
});

test('a reset starts over', () => {
  const backoff = new Backoff({ random: always(1), baseMs: 100, capMs: 1_000 });
  backoff.nextMs();
  backoff.nextMs();
  backoff.reset();
  expect(backoff.nextMs()).toBe(100);
});

test('a base above the cap is cut to the cap', () => {
  expect(new Backoff({ random: always(1), baseMs: 9_000, capMs: 500 }).nextMs()).toBe(500);
});

test('no delay of a long run is outside its bounds', () => {
  const backoff = new Backoff({ random: new SeededRandom(7), baseMs: 10, capMs: 30_000 });
  const delays = Array.from({ length: 5_000 }, () => backoff.nextMs());
  expect(delays.every((delay) => delay >= 0 && delay <= 30_000)).toBe(true);
});
