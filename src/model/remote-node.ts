/** What the servers hold for the node of an agent: what it compares its own registrations with. */
import type { Check } from './check.ts';
import type { Service } from './service.ts';
import type { Tombstone } from './tombstone.ts';

export interface RemoteNode {
  readonly services: readonly Service[];
  readonly checks: readonly Check[];
  /** What others deregistered of this node, and its agent has not yet let go. */
  readonly tombstones: readonly Tombstone[];
}
