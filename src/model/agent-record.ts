/** Which agent a node belongs to. A node with such a record is watched: it is alive while its agent is heard (DESIGN section 8). */
import type { Indexed } from './record.ts';

export interface AgentRecord extends Indexed {
  /** The name of its node, as the node spells it. */
  readonly node: string;
  readonly nodeId: string;
  /** Grows with every start on one data folder. */
  readonly boot: number;
  /** New at every start. */
  readonly runId: string;
}
