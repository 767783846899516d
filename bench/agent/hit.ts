/** Answers from memory: over HTTP beside Consul's own agent cache, and in process beside a bare Map. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { KonsulProcess } from '../../test/integration/konsul-process.ts';
import type { BenchContext, BenchGroup } from '../benches.ts';
import { median } from '../load/percentiles.ts';
import { runLoad } from '../load/run-load.ts';
import { against, below, type Row, significant } from '../row.ts';
import { register } from '../server/bench-server.ts';
import { type AgentSite, CONSUL, withBoth } from './agents.ts';
import type { HitCost, HitJob } from './hit-child.ts';
import type { Subject } from './hit-subjects.ts';
import { besides, takeTurns } from './turns.ts';

const SERVICE = 'web';
const INSTANCES = 10;
const CLIENTS = 64;
const PATH = `/v1/health/service/${SERVICE}?cached`;
/** A tenth of what the Go original says of itself. */
const GOAL_HIT_NS = 47;
/** What the clock and the collector leave of nothing. */
const GOAL_BYTES = 0.1;
/** Differences of loops below this say nothing. */
const LEAST_NS = 0.5;
const HIT_CHILD = fileURLToPath(new URL('./hit-child.ts', import.meta.url));

export const hit: BenchGroup = {
  name: 'hit',
  run: (context) =>
    withBoth({ count: 1 }, async (ours, peer) => {
      for (const site of peer === undefined ? [ours] : [ours, peer]) await fill(site);
      await overHttp(context, ours, peer);
      await inProcess(context, ours.server);
    }),
};

async function fill({ server, agents }: AgentSite): Promise<void> {
  for (let n = 0; n < INSTANCES; n += 1) await register(server, SERVICE, { node: `web-${n}`, port: 80 });
  for (const agent of agents) {
    const entries = (await agent.call(PATH)).json<unknown[]>();
    if (entries.length !== INSTANCES) throw new Error(`the agent knows ${entries.length} instances`);
  }
}

async function overHttp({ report, isQuick }: BenchContext, ours: AgentSite, peer: AgentSite | undefined): Promise<void> {
  const load = async ({ agents: [agent] }: AgentSite, connections: number) =>
    runLoad({
      ...{ port: (agent as KonsulProcess).httpPort, connections, recipe: { kind: 'get', path: PATH } },
      durationMs: isQuick ? 300 : 4_000,
    });
  const rounds = isQuick ? 1 : 4;
  const name = `cached look-up over HTTP, ${INSTANCES} instances`;
  const perS = async (site: AgentSite): Promise<number> => {
    const { requests, elapsedMs } = await load(site, CLIENTS);
    return (requests * 1_000) / elapsedMs;
  };
  const rates = await takeTurns({ ours, peer, rounds, measure: perS });
  const rate = { name: `${name}, ${CLIENTS} clients: at most`, value: significant(median(rates.ours)), unit: '1/s' };
  report.row(besides(withoutGoal(rate), rates.peer, { peer: `${CONSUL} ?cached, 1/s`, better: 'more' }));

  const p50 = async (site: AgentSite): Promise<number> => (await load(site, 1)).latencyMs.p50 * 1_000;
  const times = await takeTurns({ ours, peer, rounds, measure: p50 });
  const time = { name: `${name}, one client: p50`, value: significant(median(times.ours)), unit: 'us' };
  report.row(besides(withoutGoal(time), times.peer, { peer: `${CONSUL} ?cached, us`, better: 'less' }));
}

async function inProcess({ report, isQuick }: BenchContext, server: KonsulProcess): Promise<void> {
  const measure = (subject: Subject): Promise<HitCost> =>
    inChild({ subject, rounds: isQuick ? 100_000 : 5_000_000, linkPort: server.joinPort, service: SERVICE });
  const nothing = await measure('nothing');
  const map = await measure('map');
  const mapNs = map.nsPerHit - nothing.nsPerHit;
  for (const [subject, title] of [['reader', 'cache reader.get'] as const, ['handle', "instances of the SDK's handle"] as const]) {
    const cost = await measure(subject);
    const value = Math.max(cost.nsPerHit - nothing.nsPerHit, LEAST_NS);
    const row = below({ name: `${title}, in process`, value, unit: 'ns' }, GOAL_HIT_NS);
    report.row(against(row, { peer: 'Map.get, ns', peerValue: mapNs, better: 'less' }));
    const bytes = Math.max(cost.bytesPerHit - nothing.bytesPerHit, 0);
    report.row(below({ name: `${title}, in process: allocated`, value: bytes, unit: 'B' }, GOAL_BYTES));
  }
}

const withoutGoal = (row: Row): Row => ({ ...row, ok: true });

function inChild(job: HitJob): Promise<HitCost> {
  return new Promise((resolve, reject) => {
    const child = fork(HIT_CHILD, { execArgv: [...process.execArgv, '--expose-gc'] });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the process that looks up ended with ${code}`)));
    child.once('message', (cost) => resolve(cost as HitCost));
    child.send(job);
  });
}
