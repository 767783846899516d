/** What an agent takes that holds much: resident memory after it was asked for everything once and was left alone, beside the floor and a real Consul. */
import { setTimeout as pause } from 'node:timers/promises';
import type { KonsulProcess } from '../../test/integration/konsul-process.ts';
import type { BenchContext, BenchGroup } from '../benches.ts';
import type { LoadJob } from '../load/load-job.ts';
import { runLoad } from '../load/run-load.ts';
import { against, below, significant } from '../row.ts';
import { rssMb } from '../server/process-stats.ts';
import { type AgentSite, CONSUL, withBoth } from './agents.ts';
import { floorRssMb } from './floor.ts';
import { metricSum } from './metrics.ts';
import { besides } from './turns.ts';

const GOAL_SERVICES_MB = 80;
const GOAL_KV_MB = 110;
const VALUE_BYTES = 1_024;
const CLIENTS = 8;
/** The default of 32 MiB holds some 7,000 entries of 1 KB together with their rendered answers. */
const ROOMY = { cache: { max_bytes: 64 * 1024 * 1024 } };

/** Which of the agents holds what. */
const AGENT_OF = { services: 0, keys: 1 } as const;
type Kind = keyof typeof AGENT_OF;

interface Amount {
  readonly services: number;
  readonly keys: number;
  readonly settleMs: number;
}

export const memory: BenchGroup = {
  name: 'memory',
  async run(context) {
    const amount = context.isQuick ? { services: 50, keys: 100, settleMs: 500 } : { services: 1_000, keys: 10_000, settleMs: 10_000 };
    const floorMb = await floorRssMb(amount.settleMs);
    context.report.row({ name: 'bare Node with node:http and ws, one connection: RSS', value: significant(floorMb), unit: 'MB', ok: true });
    // An agent each for services and keys.
    await withBoth({ count: 2, config: ROOMY }, async (ours, peer) => {
      await services(context, { ours, peer, floorMb, amount });
      await keys(context, { ours, peer, floorMb, amount });
    });
  },
};

interface Measured {
  readonly ours: AgentSite;
  readonly peer: AgentSite | undefined;
  readonly floorMb: number;
  readonly amount: Amount;
}

async function services({ report }: BenchContext, { ours, peer, floorMb, amount }: Measured): Promise<void> {
  const count = amount.services;
  const fill = async (site: AgentSite): Promise<number> => {
    // One of the services of a catalog has a hundred instances; the others have one each here.
    const shape = { nodes: 100, services: count + 1, instances: count + 100 };
    await load(site.server, { count: shape.nodes, recipe: { kind: 'catalog-node', shape } });
    return settledRss(agentOf(site, 'services'), { count, prefix: '/v1/health/service/service-', query: '?cached' }, amount);
  };
  const peers = peer === undefined ? [] : [await fill(peer)];
  const value = await fill(ours);
  await holds(agentOf(ours, 'services'), count);
  const name = `agent that holds ${count} services: RSS`;
  const row = below({ name, value, unit: 'MB' }, GOAL_SERVICES_MB);
  report.row(besides(row, peers, { peer: `${CONSUL} with ?cached, MB`, better: 'less' }));
  const beyond = { name: `${name}, beside the floor`, value: significant(value), unit: 'MB' };
  report.row(against(beyond, { peer: 'bare Node, MB', peerValue: floorMb, better: 'less' }));
}

/** Consul caches no KV: beside it is its agent after it has passed on the same reads. */
async function keys({ report }: BenchContext, { ours, peer, floorMb, amount }: Measured): Promise<void> {
  const count = amount.keys;
  const fill = async (site: AgentSite): Promise<number> => {
    await load(site.server, { count, recipe: { kind: 'kv-put', prefix: 'bench', keys: count, valueBytes: VALUE_BYTES } });
    return settledRss(agentOf(site, 'keys'), { count, prefix: '/v1/kv/bench/', query: '' }, amount);
  };
  const peers = peer === undefined ? [] : [await fill(peer)];
  const value = await fill(ours);
  await holds(agentOf(ours, 'keys'), count);
  const name = `agent that holds ${count} KV entries of 1 KB (cache.max_bytes 64 MiB): RSS`;
  const row = below({ name, value, unit: 'MB' }, GOAL_KV_MB);
  report.row(besides(row, peers, { peer: `${CONSUL}, which holds none, MB`, better: 'less' }));
  const beyond = { name: `${name}, beside the floor`, value: significant(value), unit: 'MB' };
  report.row(against(beyond, { peer: 'bare Node, MB', peerValue: floorMb, better: 'less' }));
}

interface Reads {
  readonly count: number;
  readonly prefix: string;
  readonly query: string;
}

/** Asks the agent for everything once, waits, and gives its memory. */
async function settledRss(agent: KonsulProcess, reads: Reads, { settleMs }: Amount): Promise<number> {
  await load(agent, { count: reads.count, recipe: { kind: 'get-each', ...reads } });
  await pause(settleMs);
  return rssMb(agent.pid);
}

function load({ httpPort }: KonsulProcess, job: Pick<LoadJob, 'count' | 'recipe'>): Promise<unknown> {
  return runLoad({ port: httpPort, connections: CLIENTS, ...job });
}

/** Memory that holds less than it should would be no achievement. */
async function holds(agent: KonsulProcess, count: number): Promise<void> {
  const entries = await metricSum(agent, 'konsul_cache_entries');
  if (entries < count) throw new Error(`the agent holds ${entries} of ${count}`);
}

const agentOf = ({ agents }: AgentSite, kind: Kind): KonsulProcess => agents[AGENT_OF[kind]] as KonsulProcess;
