/**
 * Prints `N passed, N failed, N skipped` as the very last line, for people and for CI. What kept tests from being counted counts as
 * failed: a file that does not load, an error outside any test, a run that never ended. It must not fail itself.
 */
import type { Reporter, TestModule } from 'vitest/node';

/** What a run came to, in tests. */
export interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Adds the modules up; `strayErrors` are errors outside any module. A test that never got a result counts as failed. */
export function summarize(modules: readonly TestModule[], strayErrors: number): Summary {
  const counts = { passed: 0, failed: strayErrors, skipped: 0, pending: 0 };
  for (const module of modules) {
    let failedHere = 0;
    for (const { result } of each(module)) {
      counts[result] += 1;
      if (result === 'failed') failedHere += 1;
    }
    if (failedHere === 0 && !module.ok()) counts.failed += 1;
  }
  return { passed: counts.passed, failed: counts.failed + counts.pending, skipped: counts.skipped };
}

function* each(module: TestModule): Iterable<{ readonly result: 'passed' | 'failed' | 'skipped' | 'pending' }> {
  for (const test of module.children.allTests()) yield { result: test.result().state };
}

/** The line itself, without a line end. */
export const summaryLine = ({ passed, failed, skipped }: Summary): string => `${passed} passed, ${failed} failed, ${skipped} skipped`;

/** A run that dies before its end has failed, whatever it had counted. */
const NEVER_ENDED: Summary = { passed: 0, failed: 1, skipped: 0 };

/** Loaded by Vitest, which wants a default export. */
export default class SummaryReporter implements Reporter {
  #summary: Summary = NEVER_ENDED;

  onInit(): void {
    process.once('exit', () => process.stdout.write(`${summaryLine(this.#summary)}\n`));
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    this.#summary = summarize(modules, errors.length);
  }
}
