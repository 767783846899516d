/** Registrations through an agent while its server is up: how long the slowest wait for the durable acknowledgement, and how many fit in a second. */
import type { KonsulProcess } from '../../test/integration/konsul-process.ts';
import type { BenchContext, BenchGroup } from '../benches.ts';
import { median } from '../load/percentiles.ts';
import { runLoad } from '../load/run-load.ts';
import { atLeast, below } from '../row.ts';
import { type AgentSite, CONSUL, withBoth } from './agents.ts';
import { besides, takeTurns } from './turns.ts';

const GOAL_P99_MS = 10;
const GOAL_PER_S = 5_000;
const RATE_PER_S = 200;
const CLIENTS = 256;
const SERVICES = 1_000;
/** Each round registers with other ports than the one before, so that every registration is a change. */
const PORTS_A_ROUND = 500;

export const registering: BenchGroup = {
  name: 'register',
  run: (context) =>
    withBoth({ count: 1 }, async (ours, peer) => {
      await measureLatency(context, ours, peer);
      await measureMost(context, ours, peer);
    }),
};

async function measureLatency({ report, isQuick }: BenchContext, ours: AgentSite, peer: AgentSite | undefined): Promise<void> {
  const measure = async (site: AgentSite, round: number): Promise<number> => {
    const load = { port: agentOf(site).httpPort, connections: 64, ratePerS: RATE_PER_S, durationMs: isQuick ? 500 : 5_000 };
    return (await runLoad({ ...load, recipe: recipe(round) })).latencyMs.p99;
  };
  const turns = await takeTurns({ ours, peer, rounds: isQuick ? 1 : 5, measure });
  report.progress(`p99 of each round: ${figures(turns.ours)}; ${CONSUL}: ${figures(turns.peer)} ms`);
  const name = `registration through an agent, durable, open loop of ${RATE_PER_S}/s: p99`;
  const row = below({ name, value: median(turns.ours), unit: 'ms' }, GOAL_P99_MS);
  report.row(besides(row, turns.peer, { peer: `${CONSUL}, ms`, better: 'less' }));
}

async function measureMost({ report, isQuick }: BenchContext, ours: AgentSite, peer: AgentSite | undefined): Promise<void> {
  const measure = async (site: AgentSite, round: number): Promise<number> => {
    const load = { port: agentOf(site).httpPort, connections: CLIENTS, durationMs: isQuick ? 500 : 4_000 };
    const { requests, elapsedMs } = await runLoad({ ...load, recipe: recipe(100 + round) });
    return (requests * 1_000) / elapsedMs;
  };
  const all = await takeTurns({ ours, peer, rounds: isQuick ? 1 : 4, measure });
  report.progress(`registrations a second of each round: ${figures(all.ours)}; ${CONSUL}: ${figures(all.peer)}`);
  const [rates, peerRates] = isQuick ? [all.ours, all.peer] : [all.ours.slice(1), all.peer.slice(1)];
  const name = `registrations through an agent, durable, ${CLIENTS} in flight`;
  const row = atLeast({ name, value: median(rates), unit: '1/s' }, GOAL_PER_S);
  report.row(besides(row, peerRates, { peer: `${CONSUL}, 1/s`, better: 'more' }));
}

const recipe = (round: number) =>
  ({ kind: 'register', services: SERVICES, firstPort: 1_024 + ((round * PORTS_A_ROUND) % 60_000) }) as const;

const figures = (values: readonly number[]): string => values.map((value) => value.toFixed(value < 100 ? 1 : 0)).join(', ');

function agentOf({ agents: [agent] }: AgentSite): KonsulProcess {
  if (agent === undefined) throw new Error('an agent is needed');
  return agent;
}
