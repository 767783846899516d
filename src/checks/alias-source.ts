/** Where alias checks find what they stand for. Owned by `checks/`; `local/` implements it for this node, the assemblies for all others. */
import type { Check } from '../model/check.ts';

/** What an alias check stands for. */
export interface AliasTarget {
  readonly node: string;
  /** A service's id; '' stands for the node's own checks. */
  readonly service: string;
}

/** What is known of a target. */
export interface AliasedNode {
  /** False: there is no such service on that node, or no such node if no service was asked for. */
  readonly exists: boolean;
  /** The node's own checks and those of the service; others may be among them. */
  readonly checks: Iterable<Check>;
}

/** This node. */
export interface AliasSource {
  readonly nodeName: string;
  hasService(serviceId: string): boolean;
  /** The checks that are registered here for a service; '' for the node's own. */
  checksOf(serviceId: string): Iterable<Check>;
  /**
   * Calls `listener` after each change of the node's own checks, of the checks of the service, and when the service comes or goes.
   * Returns how to stop. `AliasListeners` does the book-keeping.
   */
  watchAliased(serviceId: string, listener: () => void): () => void;
}

/** Other nodes, as the catalog has them. */
export interface RemoteAliasSource {
  /** Calls `listener` as soon as something is known, and again after each change; with an Error while nothing can be. Returns how to stop. */
  watchAliased(target: AliasTarget, listener: (known: AliasedNode | Error) => void): () => void;
}
