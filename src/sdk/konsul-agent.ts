/** What an embedded agent offers beside the common interface. */
import type { Thread, ThreadPort } from '../runtime/port-pair.ts';
import type { AgentLinkStatus } from '../sync/agent-link-options.ts';
import type { Konsul } from './konsul.ts';

export interface KonsulAgent extends Konsul {
  readonly nodeName: string;
  readonly nodeId: string;
  /** `host:port` of each HTTP listener. */
  readonly httpAddresses: readonly string[];
  /** Whether there is a link to a server, to which one, and why not. */
  readonly link: AgentLinkStatus;
  /** Links to a server at this address at once; resolves when it has let this agent in, else throws with its reason. */
  join(address: string): Promise<void>;
  /** A port for one worker thread, to be transferred to it: there, `connect({ port })` has a cache of its own, fed by this agent. */
  port(): ThreadPort;
  /** Sends such a port to a worker, as the message `{ konsulPort }`. */
  attach(worker: Thread): void;
  /** Leaves the cluster, with everything that is registered here, and closes. */
  leave(): Promise<void>;
}
