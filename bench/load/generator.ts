/** The load generator's process: takes one job from its parent, does it, answers, ends. So it shares no event loop with what it measures. */
import { closedLoop } from './closed-loop.ts';
import type { Job, LoadResult, WakeResult } from './load-job.ts';
import { openLoop } from './open-loop.ts';
import { wake } from './wake.ts';

function run(job: Job): Promise<LoadResult | WakeResult> {
  if (job.kind === 'wake') return wake(job);
  return job.ratePerS === undefined ? closedLoop(job) : openLoop(job, job.ratePerS);
}

process.once('message', async (job: Job) => {
  const answer = await run(job).then(
    (result) => ({ result }),
    (error: unknown) => ({ error: String(error) }),
  );
  process.send?.(answer, () => process.exit(0));
});
