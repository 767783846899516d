/** Says how busy the machine is: two spinning processes, each compared with one alone. Below 0.8 the other rows mean little. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BenchGroup } from './benches.ts';
import { median } from './load/percentiles.ts';
import { atLeast } from './row.ts';

const SPINNER = fileURLToPath(new URL('./load/spinner.ts', import.meta.url));

export const calibration: BenchGroup = {
  name: 'calibration',
  async run({ report, isQuick }) {
    const spinMs = isQuick ? 100 : 500;
    const ratios: number[] = [];
    for (let round = 0; round < 3; round++) {
      const alone = await spin(spinMs);
      const together = await Promise.all([spin(spinMs), spin(spinMs)]);
      ratios.push(Math.min(...together) / alone);
    }
    report.row(atLeast({ name: 'calibration: speed of each of two processes against one alone', value: median(ratios), unit: 'x' }, 0.8));
  },
};

/** Rounds of work that a process of its own does in `spinMs`. */
function spin(spinMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = fork(SPINNER, [`${spinMs}`]);
    child.once('message', (rounds) => resolve(rounds as number));
    child.once('error', reject);
  });
}
