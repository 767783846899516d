/**
 * Two projects. `unit` needs nothing but Node and takes seconds; `integration` starts real processes (the built `dist/`, nginx, redis,
 * a real Consul) and therefore runs after it, two files at a time.
 */
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const INTEGRATION = ['test/integration/**/*.test.ts', 'test/compat/**/*.test.ts'];

const config: ViteUserConfig = defineConfig({
  test: {
    reporters: ['default', './test/summary-reporter.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          // No test asserts how long it takes; this only ends one that hangs, also on a machine that has much else to do.
          testTimeout: 30_000,
          // Nothing here keeps state in modules; loading them anew for each file would take twice the time of the tests.
          isolate: false,
          include: [
            'src/**/*.test.ts',
            'test/*.test.ts',
            'test/architecture/**/*.test.ts',
            'test/conformance/**/*.test.ts',
            'test/simulation/**/*.test.ts',
            'test/compat/**/*.unit.test.ts',
            'scripts/**/*.test.ts',
            'bench/**/*.test.ts',
          ],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'integration',
          include: INTEGRATION,
          exclude: ['**/node_modules/**', '**/*.unit.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});

export default config;
