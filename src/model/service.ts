/** One instance of a service on a node. Its name groups instances, without regard to case. */
import type { Indexed } from './record.ts';
import type { Json, Locality, ServiceAddress, StringMap } from './values.ts';

export interface Weights {
  readonly passing: number;
  readonly warning: number;
}

/** What a registration says of a service, wherever it was registered. */
export interface ServiceDefinition {
  /** Unique on its node. */
  readonly id: string;
  readonly name: string;
  /** '' for an ordinary service; `connect-proxy`, `mesh-gateway`, … */
  readonly kind: string;
  readonly tags: readonly string[];
  /** '' means the node's address. */
  readonly address: string;
  /** 0 means none. */
  readonly port: number;
  readonly socketPath: string;
  readonly taggedAddresses: Readonly<Record<string, ServiceAddress>> | undefined;
  readonly meta: StringMap | undefined;
  readonly weights: Weights;
  readonly enableTagOverride: boolean;
  /** Consul's `Proxy` object as given; kept and shown, not understood. `undefined` for ordinary services. */
  readonly proxy: Json | undefined;
  readonly connectNative: boolean;
  readonly locality: Locality | undefined;
}

export interface Service extends ServiceDefinition, Indexed {
  /** The name of its node, as the node spells it. */
  readonly node: string;
  /** The node id of the agent that registered it, or '' for a record written through the catalog. An agent removes only its own. */
  readonly owner: string;
}

export const DEFAULT_WEIGHTS: Weights = Object.freeze({ passing: 1, warning: 1 });
