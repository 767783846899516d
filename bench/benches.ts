/** All benches: `npm run bench -- NAME`. One line each. */
import { agentBench } from './agent/agent-bench.ts';
import type { Report } from './report.ts';
import { serverBench } from './server/server-bench.ts';

export interface BenchOptions {
  /** A small run that shows that everything works; its numbers mean little and its goals are not judged by. */
  readonly isQuick: boolean;
  /** Where a group has a long form, the size that the design names; default: one that fits into a minute. */
  readonly isLong: boolean;
  /** Runs only the groups whose name contains this. */
  readonly only: string | undefined;
}

export interface BenchContext extends BenchOptions {
  readonly report: Report;
}

/** Rows that are measured together, in a process or two of their own. */
export interface BenchGroup {
  readonly name: string;
  run(context: BenchContext): Promise<void>;
}

export interface Bench {
  readonly name: string;
  readonly groups: readonly BenchGroup[];
}

export const benches: readonly Bench[] = [serverBench, agentBench];
