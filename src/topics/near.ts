/** Distances between nodes, for every door: where they stand is a view of its own (`coordinates`), read beside that of the answer. */
import { type Coordinate, distanceSeconds } from '../model/coordinate.ts';
import type { Node } from '../model/node.ts';
import type { Backend } from './backend.ts';
import { nodesTopic } from './nodes.ts';
import type { View } from './view.ts';

/** Who asks, as far as places go. */
export interface Asker {
  /** The node of the agent that was asked: `_agent`. */
  readonly agentNode: string;
  /** The client's address: `_ip`. '' if it is not known. */
  readonly sourceAddress: string;
}

/** The name of the node that `near` means: `_agent`, `_ip`, or itself a name. '' if there is none. */
export async function nodeNear(near: string, { agentNode, sourceAddress }: Asker, backend: Backend): Promise<string> {
  if (near === '_agent') return agentNode;
  if (near !== '_ip') return near;
  return sourceAddress === '' ? '' : nodeNameAt(sourceAddress, await backend.read(nodesTopic, ''));
}

/** The seconds to a node, by name in any case; infinite to one without coordinates. */
export type DistanceTo = (nodeName: string) => number;

/** `undefined` if it is not known where the node itself stands: then nothing can be sorted. */
export function distancesFrom(nodeName: string, view: View<Coordinate>): DistanceTo | undefined {
  const coordinates = coordinatesByNode(view);
  const here = coordinates.get(nodeName.toLowerCase());
  if (here === undefined) return undefined;
  return (name) => {
    const there = coordinates.get(name.toLowerCase());
    return there === undefined ? Number.POSITIVE_INFINITY : distanceSeconds(here, there);
  };
}

/** A new list, the least distance first; equals stay in their order. */
export function sortedBy<T>(items: readonly T[], distanceOf: (item: T) => number): T[] {
  const measured = items.map((item) => ({ item, distance: distanceOf(item) }));
  return measured.sort((a, b) => compare(a.distance, b.distance)).map(({ item }) => item);
}

/** A difference would not do: that of two infinities is no number. */
const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

/** Look-ups are made once for the items of a view, and forgotten with them. */
const coordinateTables = new WeakMap<readonly Coordinate[], ReadonlyMap<string, Coordinate>>();
const addressTables = new WeakMap<readonly Node[], ReadonlyMap<string, string>>();

/** The coordinates of a view by the lower-case names of their nodes. */
export function coordinatesByNode({ items }: View<Coordinate>): ReadonlyMap<string, Coordinate> {
  const known = coordinateTables.get(items);
  if (known !== undefined) return known;
  const made = new Map(items.map((coordinate) => [coordinate.node.toLowerCase(), coordinate]));
  coordinateTables.set(items, made);
  return made;
}

/** The name of the first node with an address; '' if there is none. */
function nodeNameAt(address: string, { items }: View<Node>): string {
  const known = addressTables.get(items);
  const names = known ?? new Map(items.toReversed().map((node) => [node.address, node.name]));
  if (known === undefined) addressTables.set(items, names);
  return names.get(address) ?? '';
}
