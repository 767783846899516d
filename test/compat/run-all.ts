/** All golden cases against one server, one after the other, and what was found. */
import { randomBytes } from 'node:crypto';
import type { Found } from './differences.ts';
import { goldenCases } from './golden-cases.ts';
import { type CaseRun, runCase, targetAt } from './runner.ts';

/** In the order of `goldenCases`. The names that cases make up differ from run to run. */
export async function runAll(url: string): Promise<readonly CaseRun[]> {
  const target = await targetAt(url, `g${randomBytes(4).toString('hex')}`);
  const runs: CaseRun[] = [];
  for (const [number, golden] of goldenCases.entries()) runs.push(await runCase(golden, target, number));
  return runs;
}

/** All mismatches of the runs, with where they were. */
export function foundIn(runs: readonly CaseRun[]): readonly Found[] {
  return runs.flatMap(({ golden, performed }) =>
    performed.flatMap(({ what, mismatches }, index) =>
      mismatches.map((mismatch) => ({ ...mismatch, in: golden.name, step: index + 1, what })),
    ),
  );
}

/** One line for a failing test. */
export function showFound({ step, what, at, problem, detail }: Found): string {
  return `step ${step}, ${what}: ${at} ${problem}: ${detail.slice(0, 500)}`;
}
