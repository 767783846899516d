/**
 * What a recorded workload costs the server, with agents and without: all messages, by its own metrics, and all bytes, by a proxy that they
 * pass. With agents that is every frame both ways, heartbeats and pushes too; without, a request and an answer for each read and change.
 */
import type { KonsulProcess } from '../../test/integration/konsul-process.ts';
import { TcpProxy } from '../../test/integration/tcp-proxy.ts';
import type { BenchContext, BenchGroup } from '../benches.ts';
import { against, significant } from '../row.ts';
import { withAgents } from './agents.ts';
import { metricSamples } from './metrics.ts';
import { openDirect, type PlayersOptions, startAgents } from './players.ts';
import { type Players, play, READS_PER_S, Workload, type WorkloadShape } from './workload.ts';

const QUICK: WorkloadShape = { agents: 5, names: 20, seconds: 4 };
const SHORT: WorkloadShape = { agents: 20, names: 100, seconds: 60 };
const LONG: WorkloadShape = { agents: 100, names: 1_000, seconds: 600 };
const GOAL_PERCENT = 1;

export const serverWork: BenchGroup = {
  name: 'server-work',
  async run(context) {
    const shape = context.isQuick ? QUICK : context.isLong ? LONG : SHORT;
    const direct = await withAgents({ count: 0 }, ({ server }) => measure(shape, server, WITHOUT));
    const agents = await withAgents({ count: 0 }, ({ server }) => measure(shape, server, WITH));
    const title = `${shape.agents} agents, ${READS_PER_S} reads/s each of ${shape.names} names, ${shape.seconds} s`;
    compare(context, title, agents.all, direct.all);
    compare(context, `${title}, the second half`, agents.secondHalf, direct.secondHalf);
  },
};

interface Traffic {
  /** By kind, the largest first. */
  readonly kinds: ReadonlyMap<string, number>;
  readonly messages: number;
  readonly bytes: number;
}

/** One way to play the workload, and to count what it costs the server. */
interface Way {
  readonly portOf: (server: KonsulProcess) => number;
  readonly open: (options: PlayersOptions) => Promise<Players>;
  readonly isPaced: boolean;
  readonly messages: (server: KonsulProcess) => Promise<Map<string, number>>;
}

const WITH: Way = { portOf: ({ joinPort }) => joinPort, open: startAgents, isPaced: true, messages: framesOf };
const WITHOUT: Way = { portOf: ({ httpPort }) => httpPort, open: openDirect, isPaced: false, messages: requestsAndAnswersOf };

async function measure(
  shape: WorkloadShape,
  server: KonsulProcess,
  way: Way,
): Promise<{ readonly all: Traffic; readonly secondHalf: Traffic }> {
  const { agents, names } = shape;
  const proxy = await TcpProxy.open(way.portOf(server));
  const players = await way.open({ port: proxy.port, agents, names });
  const now = async (): Promise<Traffic> => trafficOf(await way.messages(server), proxy.up.bytes + proxy.down.bytes);
  try {
    const before = await now();
    let half = before;
    const onHalf = async (): Promise<void> => {
      half = await now();
    };
    await play(new Workload(shape), players, { agents, isPaced: way.isPaced, onHalf });
    const after = await now();
    return { all: since(before, after), secondHalf: since(half, after) };
  } finally {
    await players.close();
    await proxy.close();
  }
}

/** Kind of frame to how many there were, both ways. */
async function framesOf(server: KonsulProcess): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const way of ['received', 'sent']) {
    for (const { labels, value } of await metricSamples(server, `konsul_links_${way}_frames_total`)) counts.set(`${way} ${labels}`, value);
  }
  return counts;
}

/** Two for each request; those for metrics are the bench's own. */
async function requestsAndAnswersOf(server: KonsulProcess): Promise<Map<string, number>> {
  const samples = await metricSamples(server, 'consul_api_http_count');
  return new Map(samples.filter(({ labels }) => !labels.includes('metrics')).map(({ labels, value }) => [labels, value * 2]));
}

function trafficOf(kinds: ReadonlyMap<string, number>, bytes: number): Traffic {
  return { kinds, bytes, messages: [...kinds.values()].reduce((sum, count) => sum + count, 0) };
}

function since(before: Traffic, after: Traffic): Traffic {
  const grown = [...after.kinds].map(([kind, count]): [string, number] => [kind, count - (before.kinds.get(kind) ?? 0)]);
  const kinds = new Map(grown.filter(([, count]) => count > 0).sort(([, one], [, other]) => other - one));
  return trafficOf(kinds, after.bytes - before.bytes);
}

function compare({ report }: BenchContext, title: string, agents: Traffic, direct: Traffic): void {
  const savedPercent = 100 * (1 - agents.messages / direct.messages);
  const kinds = [...agents.kinds].map(([kind, count]) => `${count} ${kind}`).join(', ');
  report.progress(`${title}: ${agents.messages} messages (${kinds}) instead of ${direct.messages}: ${savedPercent.toFixed(2)} % fewer`);
  const messages = {
    ...{ name: `${title}: messages at the server`, value: agents.messages, unit: 'count' },
    ...{ goal: `<= ${GOAL_PERCENT} % of peer`, ok: agents.messages * 100 <= direct.messages * GOAL_PERCENT },
  };
  report.row(against(messages, { peer: 'without agents', peerValue: direct.messages, better: 'less' }));
  const bytes = { name: `${title}: bytes at the server`, value: significant(agents.bytes), unit: 'B' };
  report.row(against(bytes, { peer: 'without agents, B', peerValue: direct.bytes, better: 'less' }));
}
