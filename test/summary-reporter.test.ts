/** Tests of the last line that a test run prints. */
import { expect, test } from 'vitest';
import type { TestModule } from 'vitest/node';
import { summarize, summaryLine } from './summary-reporter.ts';

function moduleOf(states: readonly string[], ok: boolean): TestModule {
  const tests = states.map((state) => ({ result: () => ({ state }) }));
  return { ok: () => ok, children: { allTests: () => tests } } as unknown as TestModule;
}

test.each([
  ['nothing ran', [], 0, '0 passed, 0 failed, 0 skipped'],
  [
    'tests of several files are added up',
    [moduleOf(['passed', 'failed'], false), moduleOf(['passed', 'skipped'], true)],
    0,
    '2 passed, 1 failed, 1 skipped',
  ],
  ['a file that does not load is a failure', [moduleOf([], false), moduleOf(['passed'], true)], 0, '1 passed, 1 failed, 0 skipped'],
  ['a hook that fails after passed tests is a failure', [moduleOf(['passed'], false)], 0, '1 passed, 1 failed, 0 skipped'],
  ['a test without a result is a failure', [moduleOf(['pending'], true)], 0, '0 passed, 1 failed, 0 skipped'],
  ['an error outside all files is a failure', [moduleOf(['passed'], true)], 1, '1 passed, 1 failed, 0 skipped'],
])('%s', (_name, modules, strayErrors, line) => {
  expect(summaryLine(summarize(modules, strayErrors))).toBe(line);
});
