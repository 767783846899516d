/** Network coordinates: where a node stands by round-trip times (Vivaldi; spec section 11). They are reported, never measured here. */
import type { Indexed } from './record.ts';

export interface Coordinate extends Indexed {
  readonly node: string;
  /** Always '': network segments are Consul Enterprise's, and a node stands in one place. Here because stored records have it. */
  readonly segment: string;
  /** Seconds in each of eight dimensions. */
  readonly vec: readonly number[];
  readonly error: number;
  readonly adjustment: number;
  readonly height: number;
}

/** A place without its node. */
export type Position = Pick<Coordinate, 'vec' | 'error' | 'adjustment' | 'height'>;

const DIMENSIONS = 8;

/** Where everything stands before anything was measured. */
export const ORIGIN: Position = Object.freeze({
  vec: Object.freeze(Array<number>(DIMENSIONS).fill(0)),
  error: 1.5,
  adjustment: 0,
  height: 1e-5,
});

/** Consul's text for a position that cannot be compared with others, or `undefined`. */
export function positionProblem({ vec, error, adjustment, height }: Position): string | undefined {
  if (![...vec, error, adjustment, height].every(Number.isFinite)) return 'invalid coordinate';
  return vec.length === DIMENSIONS ? undefined : 'incompatible coordinate';
}

/** The estimated round-trip time in seconds; the same in both directions. Cheap. */
export function distanceSeconds(a: Position, b: Position): number {
  let sum = 0;
  for (let at = 0; at < DIMENSIONS; at++) sum += ((a.vec[at] ?? 0) - (b.vec[at] ?? 0)) ** 2;
  const plain = Math.sqrt(sum) + (a.height + b.height);
  const adjusted = plain + (a.adjustment + b.adjustment);
  return adjusted > 0 ? adjusted : plain;
}
