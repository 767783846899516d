/** Waiting for the servers, but not for ever; and which of their failures pass by themselves. */
import type { Clock } from '../runtime/clock.ts';
import { KonsulError } from '../runtime/errors.ts';

/** Resolves when `work` has settled, either way, or after `timeoutMs`; true if it settled. Never rejects, and does not stop `work`. */
export async function settledWithin(clock: Clock, timeoutMs: number, work: Promise<unknown>): Promise<boolean> {
  const done = new AbortController();
  const isSettled = work.then(
    () => true,
    () => true,
  );
  const late = clock.sleep(timeoutMs, done.signal).then(() => false);
  const outcome = await Promise.race([isSettled, late]);
  done.abort();
  return outcome;
}

/** What `work` gives, or NO_LEADER if it takes longer than `timeoutMs`. */
export async function withinOrThrow<T>(clock: Clock, timeoutMs: number, work: Promise<T>): Promise<T> {
  if (await settledWithin(clock, timeoutMs, work)) return work;
  throw new KonsulError('NO_LEADER', 'The servers did not answer in time');
}

/** False for an answer that the same request would get again. */
export const isTransient = (error: unknown): boolean => !(error instanceof KonsulError) || error.retryable;
