/**
 * Vitest's `test` with processes: `start` gives servers and `run` gives other programs that end with the test, whose logs are printed if it fails.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, type TestAPI } from 'vitest';
import { Child, type ChildOptions } from './child.ts';
import { type KonsulOptions, type KonsulProcess, startKonsul } from './konsul-process.ts';

export interface ProcessFixtures {
  readonly start: (options?: KonsulOptions) => Promise<KonsulProcess>;
  readonly run: (command: string, args: readonly string[], options?: ChildOptions) => Promise<Child>;
  /** An empty folder that is gone after the test. */
  readonly folder: string;
}

export const test: TestAPI<ProcessFixtures> = base.extend<ProcessFixtures>({
  start: async ({ task }, use) => {
    const servers: KonsulProcess[] = [];
    await use(async (options) => {
      const server = await startKonsul(options);
      servers.push(server);
      return server;
    });
    for (const server of servers) {
      await server.kill();
      if (hasFailed(task)) console.error(`log of ${server.peer}:\n${server.log()}`);
      server.remove();
    }
  },
  run: async ({ task }, use) => {
    const children: [string, Child][] = [];
    await use(async (command, args, options) => {
      const child = await Child.start(command, args, options);
      children.push([command, child]);
      return child;
    });
    for (const [command, child] of children) {
      if (child.exit() === undefined) await child.stop('SIGKILL');
      if (hasFailed(task)) console.error(`log of ${command}:\n${child.log()}`);
    }
  },
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixture's needs from this pattern.
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'konsul-test-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
});

function hasFailed(task: { readonly result?: { readonly state: string } | undefined }): boolean {
  return task.result?.state === 'fail';
}
