/** Konsul answers as the golden cases say, header by header. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type KonsulProcess, startKonsul } from '../integration/konsul-process.ts';
import { explain } from './differences.ts';
import { goldenCases } from './golden-cases.ts';
import { konsulDifferences } from './konsul-differences.ts';
import { foundIn, runAll, showFound } from './run-all.ts';
import type { CaseRun } from './runner.ts';

let konsul: KonsulProcess;
let runs: readonly CaseRun[];

beforeAll(async () => {
  konsul = await startKonsul({ dev: true, peer: 'konsul' });
  runs = await runAll(konsul.url);
});

afterAll(async () => {
  await konsul?.stop();
  konsul?.remove();
});

test.for(goldenCases.map((golden, number) => ({ name: golden.name, number })))('$name', ({ number }) => {
  const run = runs[number] as CaseRun;
  const { unexplained } = explain(foundIn([run]), konsulDifferences);
  expect(unexplained.map(showFound)).toEqual([]);
});

test('every difference that Konsul keeps on purpose occurs', () => {
  expect(explain(foundIn(runs), konsulDifferences).unneeded).toEqual([]);
});
