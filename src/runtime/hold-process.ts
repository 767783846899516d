/** Keeps the process from ending for want of work: the timers of a `Clock` do not (runtime/clock.ts). */

/** As long as the function that it gives is not called, the process does not end by itself. */
export function holdProcess(): () => void {
  const handle = setInterval(() => {}, LONG_MS);
  return () => clearInterval(handle);
}

const LONG_MS = 2 ** 31 - 1;
