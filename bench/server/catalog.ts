/** A catalog of global scale on one server: loading it, the memory it takes, a restart, reads, and what a large answer does to others. */
import type { KonsulProcess } from '../../test/integration/konsul-process.ts';
import { waitUntil } from '../../test/integration/wait-until.ts';
import type { BenchContext, BenchGroup } from '../benches.ts';
import { type CatalogShape, GLOBAL_SCALE, HUNDRED, SMALL_SCALE } from '../load/catalog-shape.ts';
import { median } from '../load/percentiles.ts';
import { runLoad } from '../load/run-load.ts';
import { below, significant } from '../row.ts';
import { withServer } from './bench-server.ts';
import { rssMb } from './process-stats.ts';
import { wakeCost } from './wake-cost.ts';

const LOADERS = 8;
const CLIENTS = 64;
const GOAL_RSS_MB = 900;
const GOAL_RESTART_MS = 15_000;
const GOAL_P99_MS = 3;
const GOAL_STALL_MS = 20;
const GOAL_GROWTH = 1.5;
const HUNDRED_PATH = `/v1/health/service/${HUNDRED}?passing`;

export const catalog: BenchGroup = {
  name: 'catalog',
  async run(context) {
    const small = await withServer({}, (server) => smallCost(context, server));
    await withServer({}, (server) => measure(context, server, small));
  },
};

async function measure(context: BenchContext, server: KonsulProcess, smallCostMs: number): Promise<void> {
  const shape = context.isQuick ? SMALL_SCALE : GLOBAL_SCALE;
  await fill(context, server, shape);
  await reads(context, server);
  await wakeGrowth(context, server, smallCostMs);
  await stalls(context, server, shape);
  const rss = rssMb(server.pid);
  await restart(context, server);
  const value = Math.max(rss, rssMb(server.pid));
  context.report.row(below({ name: `${nameOf(shape)}: RSS, the larger of after use and after a restart`, value, unit: 'MB' }, GOAL_RSS_MB));
}

const nameOf = (shape: CatalogShape): string => `${shape.instances} instances, ${shape.services} services, ${shape.nodes} nodes`;

async function fill({ report }: BenchContext, server: KonsulProcess, shape: CatalogShape): Promise<void> {
  report.progress(`loading ${nameOf(shape)}`);
  const { elapsedMs } = await runLoad({
    port: server.httpPort,
    connections: LOADERS,
    count: shape.nodes,
    recipe: { kind: 'catalog-node', shape },
  });
  report.row({
    name: `${nameOf(shape)}, a check each: loaded, one transaction a node`,
    value: significant(elapsedMs / 1_000),
    unit: 's',
    ok: true,
  });
  const entries = (await server.call(HUNDRED_PATH)).json<unknown[]>().length;
  if (entries !== 100) throw new Error(`the service of 100 instances has ${entries}`);
}

async function reads({ report, isQuick }: BenchContext, server: KonsulProcess): Promise<void> {
  const job = { port: server.httpPort, connections: CLIENTS, recipe: { kind: 'get', path: HUNDRED_PATH } } as const;
  await runLoad({ ...job, durationMs: isQuick ? 200 : 2_000 });
  const most = await runLoad({ ...job, durationMs: isQuick ? 300 : 4_000 });
  const mostPerS = (most.requests * 1_000) / most.elapsedMs;
  report.row({ name: 'health/service of 100 instances: at most, closed loop', value: significant(mostPerS), unit: '1/s', ok: true });
  const p99: number[] = [];
  for (let round = 0; round < (isQuick ? 1 : 3); round++) {
    const open = await runLoad({ ...job, durationMs: isQuick ? 300 : 4_000, ratePerS: mostPerS / 2 });
    p99.push(open.latencyMs.p99);
  }
  const name = `health/service of 100 instances, ${CLIENTS} clients, open loop at half of that: p99`;
  report.row(below({ name, value: median(p99), unit: 'ms' }, GOAL_P99_MS));
}

async function smallCost(context: BenchContext, server: KonsulProcess): Promise<number> {
  await runLoad({
    port: server.httpPort,
    connections: LOADERS,
    count: SMALL_SCALE.nodes,
    recipe: { kind: 'catalog-node', shape: SMALL_SCALE },
  });
  return wakeCost(server, context.isQuick ? 100 : 1_500);
}

async function wakeGrowth({ report, isQuick }: BenchContext, server: KonsulProcess, smallCostMs: number): Promise<void> {
  const largeCostMs = await wakeCost(server, isQuick ? 100 : 1_500);
  report.progress(`CPU of one change and its wake: ${largeCostMs.toFixed(3)} ms, in the small catalog ${smallCostMs.toFixed(3)} ms`);
  const name = `CPU of one change and the query it wakes, beside a catalog of ${SMALL_SCALE.services} services`;
  report.row(below({ name, value: largeCostMs / smallCostMs, unit: 'x' }, GOAL_GROWTH));
}

/** Small requests every millisecond while every check of the catalog is read by one who gives way; the slowest of them shows the longest stall. */
async function stalls({ report, isQuick }: BenchContext, server: KonsulProcess, shape: CatalogShape): Promise<void> {
  const probe = (durationMs: number) =>
    runLoad({
      port: server.httpPort,
      connections: 32,
      durationMs,
      ratePerS: 1_000,
      pace: 'timer',
      recipe: { kind: 'get', path: '/v1/status/leader' },
    });
  const quietMs = (await probe(isQuick ? 500 : 3_000)).latencyMs.max;
  const longestMs: number[] = [];
  for (let round = 0; round < (isQuick ? 1 : 5); round++) {
    const read = { port: server.httpPort, connections: 1, count: 1, recipe: { kind: 'get', path: '/v1/health/state/any' } } as const;
    const [probed, answer] = await Promise.all([probe(isQuick ? 1_000 : 6_000), runLoad(read, { inBackground: true })]);
    longestMs.push(probed.latencyMs.max);
    report.progress(
      `state/any: ${(answer.bodyBytes / 1e6).toFixed(0)} MB in ${Math.round(answer.elapsedMs)} ms, slowest probe ${probed.latencyMs.max.toFixed(1)} ms`,
    );
  }
  report.progress(`slowest probe without it: ${quietMs.toFixed(1)} ms`);
  const name = `health/state/any of ${shape.instances} checks: longest stall that others see, GC included`;
  report.row(below({ name, value: median(longestMs), unit: 'ms' }, GOAL_STALL_MS));
}

async function restart({ report }: BenchContext, server: KonsulProcess): Promise<void> {
  await server.stop();
  const startedMs = performance.now();
  await server.restart();
  await waitUntil(async () => (await server.call(HUNDRED_PATH)).json<unknown[]>().length === 100, {
    what: 'the service after the restart',
  });
  report.row(
    below(
      { name: 'restart: process start to serving the whole catalog', value: performance.now() - startedMs, unit: 'ms' },
      GOAL_RESTART_MS,
    ),
  );
}
