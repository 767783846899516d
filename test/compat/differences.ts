/**
 * Where a real Consul 1.8.7 does not answer as the golden cases say, and why. Each entry must be needed: one that explains nothing
 * fails the comparison, so that the list cannot outlive its reasons.
 */
import type { Mismatch } from './pattern.ts';

export interface Difference {
  /**
   * `older version`: 1.8.7 predates it. `deliberate`: Konsul differs on purpose, and the golden cases with it.
   */
  readonly why: 'older version' | 'deliberate';
  readonly note: string;
  /** What it explains: all in the answer, if left out. */
  readonly at?: string | RegExp;
  readonly problem?: Mismatch['problem'];
  /** Where: everywhere, if left out; else the beginning of the case's name. */
  readonly in?: string;
  /** Which steps of that case, from 1: all, if left out. Each must be needed. */
  readonly steps?: readonly number[];
  /** It depends on how long the peer has run whether it occurs: then it need not. */
  readonly dependsOnTime?: true;
}

/** A mismatch, and where it was. */
export interface Found extends Mismatch {
  readonly in: string;
  readonly step: number;
  readonly what: string;
}

/** Holds the list against what was found: what nothing explains, and what explains nothing. */
export function explain(
  found: readonly Found[],
  list: readonly Difference[],
): { unexplained: readonly Found[]; unneeded: readonly string[] } {
  const single = list.flatMap(oneStepEach);
  const used = new Set<Difference>();
  const unexplained = found.filter((one) => {
    const reasons = single.filter((difference) => explains(difference, one));
    for (const reason of reasons) used.add(reason);
    return reasons.length === 0;
  });
  return {
    unexplained,
    unneeded: single.filter((difference) => !used.has(difference) && difference.dependsOnTime !== true).map(showDifference),
  };
}

function oneStepEach(difference: Difference): readonly Difference[] {
  return difference.steps === undefined ? [difference] : difference.steps.map((step) => ({ ...difference, steps: [step] }));
}

function explains(difference: Difference, found: Found): boolean {
  const { at, problem, steps } = difference;
  if (at !== undefined && (typeof at === 'string' ? at !== found.at : !at.test(found.at))) return false;
  if (problem !== undefined && problem !== found.problem) return false;
  return (steps === undefined || steps.includes(found.step)) && found.in.startsWith(difference.in ?? '');
}

function showDifference({ note, at, steps, in: where }: Difference): string {
  return [where, steps && `step ${steps.join()}`, at && String(at), note].filter(Boolean).join(', ');
}
