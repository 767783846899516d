/** The agent inside a program: its options, and what it gives. The agent itself is loaded when one is made: who only connects needs none. */
import type { Logger } from '../runtime/logger.ts';
import type { KonsulAgent } from './konsul-agent.ts';

export interface CreateAgentOptions {
  /** Where servers take links, `host:port` each; without a port 8300. None: it waits for `join`. */
  readonly servers: readonly string[];
  /** Unique in the cluster; default: the name of the machine. Programs that share a machine need names of their own. */
  readonly nodeName?: string;
  /** What other nodes reach this one at. Default: the first private address. */
  readonly address?: string;
  readonly nodeMeta?: Readonly<Record<string, string>>;
  /** Default `dc1`. */
  readonly datacenter?: string;
  /**
   * Where registrations, and the last good views for the next start, are kept. Without it they are in memory only, and the agent leaves
   * the cluster when it is closed, as nobody will come back for it.
   */
  readonly dataDir?: string;
  /** Serves the HTTP API too, for other programs on the node; port 0: a free one. Default: no. */
  readonly http?: { readonly port: number; readonly address?: string } | false;
  /** The key that servers and agents share, as `konsul keygen` makes it. */
  readonly encrypt?: string;
  /** How long `createAgent` waits for a link to a server; without one it goes on all the same. Default 1,000. */
  readonly linkWaitMs?: number;
  /** Further options, as a configuration file has them: `{ cache: { max_entries: 100 } }`. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Default: nothing is logged. */
  readonly logger?: Logger;
}

/**
 * Starts an agent in this process; needs no server to start. Resolves when it answers, with a link to a server if there is one. Throws CONFIG_INVALID with everything that is wrong
 * with the options, and STORE_UNREADABLE or STORE_FAILED for a folder that cannot be used.
 */
export async function createAgent(options: CreateAgentOptions): Promise<KonsulAgent> {
  const { EmbeddedAgent } = await import('./embedded-agent.ts');
  return EmbeddedAgent.start(options);
}
