/** Starts a load generator for one job and waits for its answer. */
import { fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Job, LoadJob, LoadResult, WakeJob, WakeResult } from './load-job.ts';

const GENERATOR = fileURLToPath(new URL('./generator.ts', import.meta.url));

export interface RunOptions {
  /** Gives way to everybody else: for load that is only there, not measured. */
  readonly inBackground?: boolean;
}

/** Rejects if a single answer was an error: a bench of errors measures nothing. */
export async function runLoad(job: Omit<LoadJob, 'kind'>, options: RunOptions = {}): Promise<LoadResult> {
  const result = (await generate({ kind: 'load', ...job }, options)) as LoadResult;
  if (result.errors > 0) throw new Error(`${result.errors} of ${result.requests} requests failed: ${result.firstError}`);
  return result;
}

export async function runWake(job: Omit<WakeJob, 'kind'>): Promise<WakeResult> {
  return (await generate({ kind: 'wake', ...job }, {})) as WakeResult;
}

function generate(job: Job, options: RunOptions): Promise<LoadResult | WakeResult> {
  return new Promise((resolve, reject) => {
    const child = fork(GENERATOR);
    if (options.inBackground === true && child.pid !== undefined) setPriority(child.pid, 10);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the load generator ended with ${code}`)));
    child.once('message', (answer: { result?: LoadResult | WakeResult; error?: string }) => {
      if (answer.result === undefined) reject(new Error(answer.error));
      else resolve(answer.result);
    });
    child.send(job);
  });
}
