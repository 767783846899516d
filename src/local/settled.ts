/** Waiting for the servers, but not for ever; and which of their failures pass by themselves. */
import type { Clock } from '../runtime/clock.ts';
import { KonsulError } from '../runtime/errors.ts';

/** Resolves when `work` has settled, either way, or after `timeoutMs`; true if it settled. Never rejects, and does not stop `work`. */
export function settledWithin(clock: Clock, timeoutMs: number, work: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = clock.after(timeoutMs, () => resolve(false));
    const settled = (): void => {
      timer.cancel();
      resolve(true);
    };
    work.then(settled, settled);
  });
}

/** What `work` gives, or NO_LEADER if it takes longer than `timeoutMs`. */
export async function withinOrThrow<T>(clock: Clock, timeoutMs: number, work: Promise<T>): Promise<T> {
  if (await settledWithin(clock, timeoutMs, work)) return work;
  throw new KonsulError('NO_LEADER', 'The servers did not answer in time');
}

/** Whether it is an answer that the same request would get again. */
export const isRefusal = (error: unknown): error is KonsulError => error instanceof KonsulError && !error.retryable;
