/** The benches in their small run: every row is there and well formed. The numbers are not judged here. */
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { testedPeer } from './konsul-process.ts';
import { test } from './konsul-test.ts';
import { within } from './wait-until.ts';

const BENCH_BOUND_MS = 110_000;

test.skipIf(testedPeer() === 'consul').for([
  ['server', 14],
  ['agent', 23],
] as const)('the small run of the %s bench gives every row as one JSON object', async ([name, rowsAtLeast], { run }) => {
  const [tsx, bench] = ['../../node_modules/tsx/dist/cli.mjs', '../../bench/bench.ts'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const child = await run(process.execPath, [tsx as string, bench as string, name, '--json', '--quick']);
  expect((await within(BENCH_BOUND_MS, 'the bench', child.exited)).code, child.log()).toBe(0);
  const rows = child
    .log()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(rows.length).toBeGreaterThanOrEqual(rowsAtLeast);
  for (const row of rows) {
    expect(row).toMatchObject({ name: expect.any(String), value: expect.any(Number), unit: expect.any(String) });
    expect('peer' in row ? row.ratio : row.ok, `${row.name}: a ratio to the peer, or a verdict`).toBeDefined();
  }
  expect(new Set(rows.map((row) => row.name)).size).toBe(rows.length);
});
