/** Writes to network coordinates. */
import type { Coordinate } from '../coordinate.ts';
import type { Indexed } from '../record.ts';

/** Says where a node stands. For a node that is not in the catalog nothing is done. */
export interface CoordinateUpdate {
  readonly kind: 'coordinate.update';
  readonly coordinate: Omit<Coordinate, keyof Indexed>;
}
