/** A machine in the catalog. */
import type { Indexed } from './record.ts';
import type { Locality, StringMap } from './values.ts';

export interface Node extends Indexed {
  /** UUID in lower case, or '' for a node that no agent owns. */
  readonly id: string;
  /** Unique without regard to case. */
  readonly name: string;
  readonly address: string;
  /** `undefined` if never given: shown as null. */
  readonly taggedAddresses: StringMap | undefined;
  readonly meta: StringMap | undefined;
  readonly locality: Locality | undefined;
}

/** The check that says whether an agent's node is alive; clients know it by this id. */
export const SERF_HEALTH = 'serfHealth';
