/**
 * A real Consul 1.8.7 under the same cases. It shows that the cases describe Consul and not Konsul, and finds what no case asks for: the
 * structure of both servers' answers is compared. Every difference is listed with its reason, and every listed one must occur.
 */
import { afterAll, beforeAll, expect, type TestContext, test } from 'vitest';
import { type KonsulProcess, startKonsul } from '../integration/konsul-process.ts';
import { realPart, requireRealPart } from '../real-parts.ts';
import { explain } from './differences.ts';
import { olderConsul } from './older-consul.ts';
import { foundIn, runAll, showFound } from './run-all.ts';
import type { CaseRun } from './runner.ts';
import { structuralDifferences } from './structure.ts';
import { structureDifferences } from './structure-differences.ts';

const started: KonsulProcess[] = [];
let consulRuns: readonly CaseRun[];

async function runOn(peer: 'consul' | 'konsul'): Promise<readonly CaseRun[]> {
  const server = await startKonsul({ dev: true, peer });
  started.push(server);
  return runAll(server.url);
}

beforeAll(async () => {
  if (realPart('consul') !== undefined) consulRuns = await runOn('consul');
});

afterAll(async () => {
  await Promise.all(started.map((server) => server.stop()));
  for (const server of started) server.remove();
});

const needsConsul = (context: TestContext): unknown => requireRealPart('consul', context);

test('Consul 1.8.7 fits every golden case but for the listed differences', (context) => {
  needsConsul(context);
  const { unexplained } = explain(foundIn(consulRuns), olderConsul);
  expect(unexplained.map((found) => `${found.in}: ${showFound(found)}`)).toEqual([]);
});

test('every listed difference of Consul 1.8.7 occurs', (context) => {
  needsConsul(context);
  expect(explain(foundIn(consulRuns), olderConsul).unneeded).toEqual([]);
});

test('Konsul and Consul answer with the same headers and members but for the listed differences', async (context) => {
  needsConsul(context);
  const found = structuralDifferences(await runOn('konsul'), consulRuns);
  const { unexplained, unneeded } = explain(explain(found, olderConsul).unexplained, structureDifferences);
  expect(unexplained.map((one) => `${one.in}: ${showFound(one)}`)).toEqual([]);
  expect(unneeded).toEqual([]);
});
