import { expect, test } from 'vitest';
import { LatestRun } from './latest-run.ts';

/** Runs that end when the test says so. */
function steps(join?: (waiting: string, next: string) => string) {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const runs = new LatestRun<string>((value) => {
    begun.push(value);
    return new Promise((resolve) => ends.push(resolve));
  }, join);
  const endNext = async (): Promise<void> => {
    ends.shift()?.();
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return { runs, begun, endNext };
}

test('a value is run at once', () => {
  const { runs, begun } = steps();
  runs.offer('a');
  expect(begun).toEqual(['a']);
});

test('of what comes during a run only the latest is run, after it', async () => {
  const { runs, begun, endNext } = steps();
  for (const value of ['a', 'b', 'c']) runs.offer(value);
  expect(begun).toEqual(['a']);
  await endNext();
  expect(begun).toEqual(['a', 'c']);
  await endNext();
  runs.offer('d');
  expect(begun).toEqual(['a', 'c', 'd']);
});

test('settling waits for the run and forgets what waits', async () => {
  const { runs, begun, endNext } = steps();
  runs.offer('a');
  runs.offer('b');
  const settled = runs.settle();
  await endNext();
  await settled;
  expect(begun).toEqual(['a']);
});

test('what comes during a run is joined, where it is said how; what was run is not run again', async () => {
  const { runs, begun, endNext } = steps((waiting, next) => waiting + next);
  for (const value of ['a', 'b', 'c', 'd']) runs.offer(value);
  await endNext();
  runs.offer('e');
  await endNext();
  expect(begun).toEqual(['a', 'bcd', 'e']);
});
