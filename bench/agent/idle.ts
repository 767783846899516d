/** An agent with nothing to do: what its link carries, what its process costs; beside an idle client agent of a real Consul. */
import { setTimeout as pause } from 'node:timers/promises';
import type { KonsulProcess } from '../../test/integration/konsul-process.ts';
import { TcpProxy } from '../../test/integration/tcp-proxy.ts';
import { realPart } from '../../test/real-parts.ts';
import type { BenchContext, BenchGroup } from '../benches.ts';
import { below } from '../row.ts';
import { type ThreadWork, threadWork } from '../server/process-stats.ts';
import { type AgentSite, CONSUL, withAgent, withAgents } from './agents.ts';
import { besides } from './turns.ts';

const GOAL_BYTES_PER_S = 100;
const GOAL_CPU_PERCENT = 0.5;
const GOAL_WAKES_PER_S = 5;

interface IdleCost {
  readonly cpuPercent: number;
  readonly wakesPerS: number;
}

export const idle: BenchGroup = {
  name: 'idle',
  run: (context) =>
    withAgents({ count: 0 }, async ({ server }) => {
      const proxy = await TcpProxy.open(server.joinPort);
      try {
        await withAgent({ peer: 'konsul', nodeName: 'a1', joinPort: proxy.port }, (agent) => {
          if (realPart('consul') === undefined) return measure(context, { agent, proxy, peer: undefined });
          return withAgents({ peer: 'consul', count: 1 }, ({ agents: [peer] }: AgentSite) => measure(context, { agent, proxy, peer }));
        });
      } finally {
        await proxy.close();
      }
    }),
};

interface Idlers {
  readonly agent: KonsulProcess;
  /** Between the agent and its server. */
  readonly proxy: TcpProxy;
  readonly peer: KonsulProcess | undefined;
}

async function measure({ report, isQuick }: BenchContext, { agent, proxy, peer }: Idlers): Promise<void> {
  // Starts are over by then, and what V8 does about them too.
  await pause(isQuick ? 1_000 : 20_000);
  const processes = peer === undefined ? [agent] : [agent, peer];
  const before = { atMs: performance.now(), bytes: bytesOf(proxy), work: processes.map(({ pid }) => threadWork(pid)) };
  await pause(isQuick ? 2_000 : 60_000);
  const seconds = (performance.now() - before.atMs) / 1_000;
  const bytesPerS = (bytesOf(proxy) - before.bytes) / seconds;
  const costs = processes.map(({ pid }, n) => costOf(before.work[n] as ThreadWork, threadWork(pid), seconds));
  const [ours, ...peers] = costs as [IdleCost, ...IdleCost[]];

  report.row(below({ name: 'idle link: bytes both ways, heartbeats', value: bytesPerS, unit: 'B/s' }, GOAL_BYTES_PER_S));
  const cpu = below({ name: 'idle agent: share of a core', value: ours.cpuPercent, unit: '%' }, GOAL_CPU_PERCENT);
  const cpus = peers.map(({ cpuPercent }) => cpuPercent);
  report.row(besides(cpu, cpus, { peer: `${CONSUL}, %`, better: 'less' }));
  const wakes = below({ name: 'idle agent: wake-ups of all its threads', value: ours.wakesPerS, unit: '1/s' }, GOAL_WAKES_PER_S);
  const peerWakes = peers.map(({ wakesPerS }) => wakesPerS);
  report.row(besides(wakes, peerWakes, { peer: `${CONSUL}, 1/s`, better: 'less' }));
}

const bytesOf = ({ up, down }: TcpProxy): number => up.bytes + down.bytes;

const costOf = (before: ThreadWork, after: ThreadWork, seconds: number): IdleCost => ({
  cpuPercent: (after.cpuMs - before.cpuMs) / (seconds * 10),
  wakesPerS: (after.sleeps - before.sleeps) / seconds,
});
