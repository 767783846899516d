/**
 * What is left of a service or check of an agent that was deregistered through another door than that agent's: the agent lets it go as
 * well, and does not register it again by itself. It ends when the agent has let go, or the program registers anew (DESIGN section 5).
 */
import type { Indexed } from './record.ts';

export interface Tombstone extends Indexed {
  readonly node: string;
  readonly kind: 'service' | 'check';
  /** Of the service or check. */
  readonly id: string;
  /** The node id of the agent that owned it. */
  readonly owner: string;
}
