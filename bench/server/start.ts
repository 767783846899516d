/** How long an empty server takes from the start of its process to its first answer. */
import { startKonsul } from '../../test/integration/konsul-process.ts';
import type { BenchGroup } from '../benches.ts';
import { median } from '../load/percentiles.ts';
import { below } from '../row.ts';

const GOAL_MS = 800;

export const start: BenchGroup = {
  name: 'start',
  async run({ report, isQuick }) {
    const tookMs: number[] = [];
    for (let round = 0; round < (isQuick ? 1 : 7); round++) tookMs.push(await startOnce());
    report.row(below({ name: 'empty server: process start to first answer', value: median(tookMs), unit: 'ms' }, GOAL_MS));
  },
};

async function startOnce(): Promise<number> {
  const startedMs = performance.now();
  const server = await startKonsul();
  const tookMs = performance.now() - startedMs;
  await server.kill();
  server.remove();
  return tookMs;
}
