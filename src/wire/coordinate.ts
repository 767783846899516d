/** Consul's JSON of network coordinates (spec section 11). */
import type { Coordinate, Position } from '../model/coordinate.ts';
import { quote } from './json.ts';
import { float, list, object, type Schema, text } from './schema.ts';

export interface CoordinateBody {
  readonly Node?: string;
  readonly Segment?: string;
  readonly Coord?: {
    readonly Vec?: readonly number[];
    readonly Error?: number;
    readonly Adjustment?: number;
    readonly Height?: number;
  };
  readonly Datacenter?: string;
}

/** The body of an update. */
export const coordinateBody: Schema<CoordinateBody> = object({
  Node: text({ description: 'The node that stands there; one that the catalog does not have is passed over' }),
  Segment: text({ description: 'Without effect: there are no network segments' }),
  Coord: object({
    Vec: list(float(), { description: 'Seconds in each of eight dimensions' }),
    Error: float(),
    Adjustment: float(),
    Height: float(),
  }),
  Datacenter: text(),
});

/** What the body says. Not judged. */
export function positionFrom({ Coord = {} }: CoordinateBody): Position {
  return { vec: Coord.Vec ?? [], error: Coord.Error ?? 0, adjustment: Coord.Adjustment ?? 0, height: Coord.Height ?? 0 };
}

/** A node with where it stands. */
export function coordinateJson({ node, ...position }: Pick<Coordinate, 'node'> & Position): string {
  return `{"Node":${quote(node)},"Segment":"","Coord":${positionJson(position)}}`;
}

const positionJson = ({ vec, error, adjustment, height }: Position): string =>
  `{"Vec":[${vec.join(',')}],"Error":${error},"Adjustment":${adjustment},"Height":${height}}`;
