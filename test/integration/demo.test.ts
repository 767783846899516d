/** The demo as a visitor runs it: ends by itself with 0, and its story holds. */
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { test } from './konsul-test.ts';
import { within } from './wait-until.ts';

const DEMO_BOUND_MS = 30_000;

test('the demo tells its story and ends by itself', async ({ run }) => {
  const [tsx, demo] = ['../../node_modules/tsx/dist/cli.mjs', '../../examples/demo/demo.ts'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const child = await run(process.execPath, [tsx as string, demo as string]);
  expect((await within(DEMO_BOUND_MS, 'the demo', child.exited)).code).toBe(0);
  const lines = child.log();
  for (const id of ['shop-1', 'shop-2', 'shop-3']) expect(lines).toContain(`${id} says Hello from ${id}`);
  expect(lines).toContain('the answer is now shop-1, shop-3');
  expect(lines).toMatch(/woken: Sale today! at index \d+/);
  expect(lines).toMatch(/from the write to the waiting client {2,}[\d.]+ ms/);
  expect(lines.match(/\d ms$/gm)?.length).toBeGreaterThanOrEqual(10);
});
