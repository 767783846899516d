/** A server with client agents for the benches, all of them processes on loopback, and the same of a real Consul where there is one. */
import type { KonsulProcess, Peer } from '../../test/integration/konsul-process.ts';
import { realPart } from '../../test/real-parts.ts';
import { withServer } from '../server/bench-server.ts';

export const CONSUL = 'Consul 1.8.7';

export interface AgentSite {
  readonly server: KonsulProcess;
  readonly agents: readonly KonsulProcess[];
}

/** Room for the connections of one client, and metrics in a format that adds up. */
export const SITE_CONFIG: Readonly<Record<string, unknown>> = {
  limits: { http_max_conns_per_client: 10_000 },
  telemetry: { prometheus_retention_time: '1h' },
};

/** Runs `use` with a server and `count` agents that have joined it; ends them afterwards, whatever happens. */
export function withAgents<T>(peer: Peer, count: number, use: (site: AgentSite) => Promise<T>): Promise<T> {
  return withServer({ peer, nodeName: 'n0', config: SITE_CONFIG }, async (server) => {
    const addAgents = (agents: readonly KonsulProcess[]): Promise<T> => {
      if (agents.length === count) return use({ server, agents });
      return withAgent({ peer, nodeName: `a${agents.length + 1}`, joinPort: server.joinPort }, (agent) => addAgents([...agents, agent]));
    };
    return addAgents([]);
  });
}

export interface AgentPlace {
  readonly peer: Peer;
  readonly nodeName: string;
  readonly joinPort: number;
}

/** Runs `use` with one agent that joins at a port. */
export function withAgent<T>({ peer, nodeName, joinPort }: AgentPlace, use: (agent: KonsulProcess) => Promise<T>): Promise<T> {
  return withServer({ peer, nodeName, joins: [joinPort], config: SITE_CONFIG }, use);
}

/** Runs `use` with a site of ours, and one of a real Consul if this machine has one. */
export function withBoth<T>(count: number, use: (ours: AgentSite, peer: AgentSite | undefined) => Promise<T>): Promise<T> {
  return withAgents('konsul', count, (ours) => {
    if (realPart('consul') === undefined) return use(ours, undefined);
    return withAgents('consul', count, (peer) => use(ours, peer));
  });
}
