import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distanceSeconds, ORIGIN, type Position, positionProblem } from './coordinate.ts';

const at = (x: number, change: Partial<Position> = {}): Position => ({ ...ORIGIN, vec: [x, 0, 0, 0, 0, 0, 0, 0], height: 0, ...change });

test.each<[string, Position, Position, number]>([
  ['nothing but the vectors', at(1), at(4), 3],
  ['all dimensions', at(0, { vec: [0, 0, 0, 0, 0, 0, 3, 4] }), at(0), 5],
  ['the heights', at(0, { height: 0.5 }), at(1, { height: 0.25 }), 1.75],
  ['the adjustments', at(0, { adjustment: 0.5 }), at(1, { adjustment: -0.25 }), 1.25],
  ['adjustments that would make it negative, which do not count', at(0, { adjustment: -2 }), at(1), 1],
  ['adjustments that would make it nothing, which do not count', at(0, { adjustment: -1 }), at(1), 1],
  ['two new nodes', ORIGIN, ORIGIN, 2e-5],
])('The distance counts %s', (_what, a, b, seconds) => {
  expect(distanceSeconds(a, b)).toBeCloseTo(seconds, 12);
});

const coordinate = fc.double({ min: -1e3, max: 1e3, noNaN: true });
const position: fc.Arbitrary<Position> = fc.record({
  vec: fc.array(coordinate, { minLength: 8, maxLength: 8 }),
  error: coordinate,
  adjustment: coordinate,
  height: fc.double({ min: 0, max: 10, noNaN: true }),
});

test('The distance is the same in both directions, and never negative', () => {
  fc.assert(
    fc.property(position, position, (a, b) => {
      expect(distanceSeconds(a, b)).toBe(distanceSeconds(b, a));
      expect(distanceSeconds(a, b)).toBeGreaterThanOrEqual(0);
    }),
  );
});

test.each<[string, Partial<Position>, string | undefined]>([
  ['the origin', {}, undefined],
  ['three dimensions', { vec: [0, 0, 0] }, 'incompatible coordinate'],
  ['nine dimensions', { vec: [0, 0, 0, 0, 0, 0, 0, 0, 0] }, 'incompatible coordinate'],
  ['no dimensions', { vec: [] }, 'incompatible coordinate'],
  ['a dimension that is no number', { vec: [Number.NaN, 0, 0, 0, 0, 0, 0, 0] }, 'invalid coordinate'],
  ['an infinite height', { height: Number.POSITIVE_INFINITY }, 'invalid coordinate'],
  ['an infinite error', { error: Number.NEGATIVE_INFINITY }, 'invalid coordinate'],
  ['an adjustment that is no number', { adjustment: Number.NaN }, 'invalid coordinate'],
])('A position with %s: %#', (_what, change, problem) => {
  expect(positionProblem({ ...ORIGIN, ...change })).toBe(problem);
});
