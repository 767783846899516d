/** A server with client agents for the benches, all of them processes on loopback, and the same of a real Consul where there is one. */
import type { KonsulProcess, Peer } from '../../test/integration/konsul-process.ts';
import { realPart } from '../../test/real-parts.ts';
import { withServer } from '../server/bench-server.ts';

export const CONSUL = 'Consul 1.8.7';

export interface AgentSite {
  readonly server: KonsulProcess;
  readonly agents: readonly KonsulProcess[];
}

export interface SiteOptions {
  /** Default: ours. */
  readonly peer?: Peer;
  readonly count: number;
  readonly config?: Readonly<Record<string, unknown>> | undefined;
}

/** Room for the connections of one client, and metrics in a format that adds up. */
export const SITE_CONFIG: Readonly<Record<string, unknown>> = {
  limits: { http_max_conns_per_client: 10_000 },
  telemetry: { prometheus_retention_time: '1h' },
};

/** Runs `use` with a server and `count` agents that have joined it, `config` added to theirs; ends them afterwards, whatever happens. */
export function withAgents<T>({ peer = 'konsul', count, config }: SiteOptions, use: (site: AgentSite) => Promise<T>): Promise<T> {
  return withServer({ peer, nodeName: 'n0', config: SITE_CONFIG }, async (server) => {
    const addAgents = (agents: readonly KonsulProcess[]): Promise<T> => {
      if (agents.length === count) return use({ server, agents });
      const place = { peer, nodeName: `a${agents.length + 1}`, joinPort: server.joinPort, config };
      return withAgent(place, (agent) => addAgents([...agents, agent]));
    };
    return addAgents([]);
  });
}

export interface AgentPlace {
  readonly peer: Peer;
  readonly nodeName: string;
  readonly joinPort: number;
  readonly config?: Readonly<Record<string, unknown>> | undefined;
}

/** Runs `use` with one agent that joins at a port. */
export function withAgent<T>({ joinPort, config, ...place }: AgentPlace, use: (agent: KonsulProcess) => Promise<T>): Promise<T> {
  return withServer({ ...place, joins: [joinPort], config: { ...SITE_CONFIG, ...config } }, use);
}

export interface BothOptions {
  /** Agents of each. */
  readonly count: number;
  /** For our agents alone. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** Runs `use` with a site of ours, and one of a real Consul if this machine has one. */
export function withBoth<T>({ count, config }: BothOptions, use: (ours: AgentSite, peer: AgentSite | undefined) => Promise<T>): Promise<T> {
  return withAgents({ count, config }, (ours) => {
    if (realPart('consul') === undefined) return use(ours, undefined);
    return withAgents({ peer: 'consul', count }, (peer) => use(ours, peer));
  });
}
