import { expect, test } from 'vitest';
import type { CheckStatus } from '../model/check.ts';
import type { CheckOptions } from '../model/check-spec.ts';
import { Thresholds } from './thresholds.ts';

const LETTERS: Readonly<Record<string, CheckStatus>> = { P: 'passing', W: 'warning', C: 'critical' };

const optionsOf = (toPass: number, toWarn: number, toFail: number): CheckOptions => ({
  successBeforePassing: toPass,
  failuresBeforeWarning: toWarn,
  failuresBeforeCritical: toFail,
  outputMaxBytes: 0,
  deregisterAfterMs: 0,
});

/** Results as letters in, reports as letters out; `.`: nothing reported. */
function reports(options: CheckOptions, results: string): string {
  const thresholds = new Thresholds(options);
  return [...results]
    .map(
      (letter) =>
        thresholds
          .apply({ status: LETTERS[letter] ?? 'critical', output: '' })
          ?.status.charAt(0)
          .toUpperCase() ?? '.',
    )
    .join('');
}

test.each([
  ['none: every result counts', [0, 0, 0], 'PCWCP', 'PCWCP'],
  ['one is the same as none', [1, 1, 1], 'PCWCP', 'PCWCP'],
  ['the first result counts: good', [3, 0, 3], 'P', 'P'],
  ['the first result counts: bad', [3, 0, 3], 'C', 'C'],
  ['three bad in a row', [0, 0, 3], 'PCCCC', 'P..CC'],
  ['a good one between starts anew', [0, 0, 3], 'PCCPCCC', 'P..P..C'],
  ['three good in a row', [3, 0, 0], 'CPPPP', 'C..PP'],
  ['a warning is a good result', [2, 0, 2], 'CWW', 'C.W'],
  ['a warning on the way to critical', [0, 2, 4], 'PCCCCC', 'P.WWCC'],
  ['a warning at once', [0, 1, 3], 'PCCC', 'PWWC'],
])('%s', (_name, [toPass = 0, toWarn = 0, toFail = 0], results, expected) => {
  expect(reports(optionsOf(toPass, toWarn, toFail), results)).toBe(expected);
});
