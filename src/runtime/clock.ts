/**
 * Time as a dependency. Everything that waits or measures takes a `Clock`, so that the simulator can own time.
 * Monotonic time decides; wall time is for people and certificates only.
 */

/** A scheduled task; `cancel` may be called any number of times. */
export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Monotonic milliseconds since an arbitrary start; never jumps. Use it for every TTL and deadline. */
  nowMs(): number;
  /** Milliseconds since 1970. For display and certificates only: it may jump in either direction. */
  wallMs(): number;
  /** Runs `task` once after `delayMs` (0 or more). The timer does not keep the process alive. */
  after(delayMs: number, task: () => void): Timer;
  /** Resolves after `delayMs`, or at once when `signal` aborts. Never rejects. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
  /** Lets all other pending work run once, then goes on. */
  pause(): Promise<void>;
}

/** The clock of this machine. */
export class SystemClock implements Clock {
  nowMs(): number {
    return performance.now();
  }

  wallMs(): number {
    return Date.now();
  }

  after(delayMs: number, task: () => void): Timer {
    const handle = setTimeout(task, Math.min(Math.max(delayMs, 0), MAX_TIMEOUT_MS));
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = (): void => {
        timer.cancel();
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = this.after(delayMs, done);
      signal?.addEventListener('abort', done);
    });
  }

  pause(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }
}

/** `setTimeout` turns longer delays into 1 ms. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;
