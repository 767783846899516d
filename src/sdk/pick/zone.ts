/** Which instances stand nearest to a place, by what services and nodes say of where they are. */
import type { Instance } from '../instance.ts';

/** Where the program runs, or what it wants to be near to. */
export interface Place {
  /** The zone of the instance's locality, else of its node's, else its node's metadata under `metaKey`. */
  readonly zone: string;
  /** Default: `zone`. */
  readonly metaKey?: string;
}

/** Those in the zone; if there are none, all. */
export function nearestOf(instances: readonly Instance[], { zone, metaKey = 'zone' }: Place): readonly Instance[] {
  const near = instances.filter((instance) => zoneOf(instance, metaKey) === zone);
  return near.length === 0 ? instances : near;
}

function zoneOf({ locality, node }: Instance, metaKey: string): string | undefined {
  return locality?.zone || node.locality?.zone || (Object.hasOwn(node.meta, metaKey) ? node.meta[metaKey] : undefined);
}
