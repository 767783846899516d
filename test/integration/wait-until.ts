/** Waiting for what another process does: asks again until the answer is there, never longer than its bound. */
import { setTimeout as pause } from 'node:timers/promises';

export interface WaitOptions {
  /** Default 10 s. */
  readonly timeoutMs?: number;
  /** Default 25 ms. */
  readonly everyMs?: number;
  /** What is waited for, for the error's text. */
  readonly what: string;
}

/** The first value of `probe` that is not `undefined` or `false`. A probe that throws is asked again; the last error is the cause when time is up. */
export async function waitUntil<T>(probe: () => T | Promise<T>, options: WaitOptions): Promise<Exclude<T, undefined | false>> {
  const deadlineMs = performance.now() + (options.timeoutMs ?? 10_000);
  let cause: unknown;
  for (;;) {
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value as Exclude<T, undefined | false>;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadlineMs) throw new Error(`waited in vain for ${options.what}`, { cause });
    await pause(options.everyMs ?? 25);
  }
}

/** The promise's value, or an error that names `what` after `timeoutMs`. */
export async function within<T>(timeoutMs: number, what: string, promise: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = pause(timeoutMs, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`${what} took longer than ${timeoutMs} ms`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
  }
}
