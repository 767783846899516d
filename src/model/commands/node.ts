/** What becomes of the nodes of agents: they link, are silent or heard again, and leave. Submitted by servers only. */
import type { NodeDefinition } from './catalog.ts';

/** Who the agent is: what tells a reconnect from a restart, a copied disk, and another machine of the same name. */
export interface LinkIdentity {
  readonly nodeId: string;
  readonly boot: number;
  readonly runId: string;
  readonly isFresh: boolean;
}

/** An agent with a proven hello. REJECTED for a copied disk, and for the name or the id of a server. */
export interface NodeLink {
  readonly kind: 'node.link';
  /** Its `id` is that of the identity. */
  readonly node: NodeDefinition;
  readonly identity: LinkIdentity;
  /** Runs of agents that stood in the way, were asked and did not answer ('': no agent to ask). They may be replaced, and nobody else. */
  readonly replaces: readonly string[];
}

/** `held`: another agent has the name, or this node id. Ask it whether it lives; if not, link again and replace it. */
export type LinkResult =
  | {
      readonly kind: 'linked';
      /** The node id of the agent that was replaced, and whose registrations are now this agent's. */
      readonly adoptedFrom?: string;
    }
  | {
      readonly kind: 'held';
      /** The node that it is held for. */
      readonly node: string;
      readonly nodeId: string;
      /** '' if the name was given to that id through the catalog. */
      readonly runId: string;
    };

/** Sets `serfHealth`. False: the node is not that agent's any more, and nothing is written. */
export interface NodeHealth {
  readonly kind: 'node.health';
  readonly node: string;
  readonly nodeId: string;
  readonly isAlive: boolean;
}

/** Deregisters the node of an agent with all that is on it. False: the node is not that agent's any more. */
export interface NodeLeave {
  readonly kind: 'node.leave';
  readonly node: string;
  readonly nodeId: string;
}
