import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Counter, Sample, Tally } from './metrics-instruments.ts';

const tallyOf = (values: readonly number[]): Tally => {
  const tally = new Tally();
  for (const value of values) tally.record(value);
  return tally;
};

const sampleOf = (values: readonly number[]): Sample => {
  const sample = new Sample();
  for (const value of values) sample.record(value);
  return sample;
};

test('A tally knows count, sum, extremes, mean and deviation of what was recorded', () => {
  expect(tallyOf([2, 4, 4, 4, 5, 5, 7, 9])).toMatchObject({ count: 8, sum: 40, min: 2, max: 9, mean: 5 });
  expect(tallyOf([2, 4, 4, 4, 5, 5, 7, 9]).standardDeviation).toBeCloseTo(Math.sqrt(32 / 7), 12);
});

test.each<[string, readonly number[], number, number]>([
  ['nothing', [], 0, 0],
  ['one value', [3], 3, 0],
  ['equal values, whose squares round', [0.1, 0.1, 0.1], 0.1, 0],
])('A tally of %s has a mean and a deviation all the same', (_name, values, mean, deviation) => {
  const tally = tallyOf(values);
  expect(tally.mean).toBeCloseTo(mean, 12);
  expect(tally.standardDeviation).toBeCloseTo(deviation, 6);
});

test('A counter has the running interval, the complete one, and all since the start', () => {
  const counter = new Counter();
  counter.increment();
  counter.record(10);
  expect([counter.count, counter.sum, counter.running.count, counter.complete.count]).toEqual([2, 11, 2, 0]);
  counter.endInterval();
  counter.increment();
  expect([counter.count, counter.sum]).toEqual([3, 12]);
  expect(counter.complete).toMatchObject({ count: 2, sum: 11, min: 1, max: 10 });
  expect(counter.running).toMatchObject({ count: 1, sum: 1 });
  counter.endInterval();
  counter.endInterval();
  expect([counter.count, counter.sum, counter.complete.count]).toEqual([3, 12, 0]);
});

test('Quantiles are by nearest rank, and NaN of nothing', () => {
  expect(new Sample().quantiles([0.5, 0.99])).toEqual([Number.NaN, Number.NaN]);
  expect(sampleOf([7]).quantiles([0, 0.5, 1])).toEqual([7, 7, 7]);
  expect(sampleOf(Array.from({ length: 100 }, (_, i) => 100 - i)).quantiles([0.5, 0.9, 0.99, 1])).toEqual([50, 90, 99, 100]);
});

test('Quantiles are of the newest 256 values only', () => {
  const sample = sampleOf([...Array<number>(500).fill(1_000), ...Array<number>(256).fill(1)]);
  expect(sample.quantiles([1])).toEqual([1]);
  expect(sample.count).toBe(756);
});

test('Values are forgotten after an interval without any, and not before', () => {
  const sample = sampleOf([5]);
  sample.endInterval();
  expect(sample.quantiles([0.5])).toEqual([5]);
  sample.endInterval();
  expect(sample.quantiles([0.5])).toEqual([Number.NaN]);
  sample.record(6);
  expect([sample.newest(), sample.count, sample.sum]).toEqual([[6], 2, 11]);
});

test('The newest values are given oldest first, however often the ring went round', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { maxLength: 700 }), fc.integer({ min: 0, max: 256 }), (values, limit) => {
      const wanted = limit === 0 ? [] : values.slice(-limit);
      expect(sampleOf(values).newest(limit)).toEqual(wanted);
    }),
  );
});
