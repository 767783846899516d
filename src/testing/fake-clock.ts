/**
 * A clock whose time moves only when the test says so. Tasks run in the order of their times, and everything they set off
 * (promises, immediate callbacks) settles before the next one runs.
 */
import { type Clock, SystemClock, type Timer } from '../runtime/clock.ts';

export interface FakeClockOptions {
  /** Wall time at the start, in milliseconds since 1970. Default 2024-09-23T10:00:00Z. */
  readonly wallMs?: number;
}

interface Task {
  readonly dueMs: number;
  /** Keeps tasks due at the same time in the order in which they were made. */
  readonly order: number;
  readonly run: () => void;
}

const DEFAULT_WALL_MS = 1_727_085_600_000;
/** Work that pauses more often than this in a row is taken for an endless loop, and time goes on without it. */
const MAX_SETTLE_ROUNDS = 10_000;

export class FakeClock implements Clock {
  /** Latest first, so that the next task is the last element. */
  readonly #tasks: Task[] = [];
  readonly #real = new SystemClock();
  #nowMs = 0;
  #wallOffsetMs: number;
  #made = 0;
  #pauses = 0;

  constructor(options: FakeClockOptions = {}) {
    this.#wallOffsetMs = options.wallMs ?? DEFAULT_WALL_MS;
  }

  /** Tasks waiting for their time: 0 when nothing has leaked. */
  get pendingTimers(): number {
    return this.#tasks.length;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return Math.floor(this.#wallOffsetMs + this.#nowMs);
  }

  after(delayMs: number, run: () => void): Timer {
    const task: Task = { dueMs: this.#nowMs + Math.max(delayMs, 0), order: this.#made, run };
    this.#made += 1;
    this.#tasks.splice(this.#placeOf(task), 0, task);
    return { cancel: () => this.#cancel(task) };
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

  /** Takes no time on this clock. */
  async pause(): Promise<void> {
    this.#pauses += 1;
    await this.#real.pause();
    this.#pauses -= 1;
  }

  /** Moves time on by `ms`, running what becomes due on the way, each at its own time. 0 runs what is due now. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await this.settle();
    for (let next = this.#tasks.at(-1); next !== undefined && next.dueMs <= endMs; next = this.#tasks.at(-1)) {
      this.#tasks.pop();
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.run();
      await this.settle();
    }
    this.#nowMs = Math.max(this.#nowMs, endMs);
  }

  /** Lets everything that waits for nothing but promises and pauses run to its end, without moving time. */
  async settle(): Promise<void> {
    let rounds = 0;
    do {
      await this.#real.pause();
      rounds += 1;
    } while (this.#pauses > 0 && rounds < MAX_SETTLE_ROUNDS);
  }

  /** Sets the wall clock forward or (negative) back, as an operator or NTP would. Monotonic time and timers do not notice. */
  jumpWall(ms: number): void {
    this.#wallOffsetMs += ms;
  }

  #cancel(task: Task): void {
    const place = this.#placeOf(task);
    if (this.#tasks[place] === task) this.#tasks.splice(place, 1);
  }

  /** Where the task is, or belongs. */
  #placeOf(task: Task): number {
    let low = 0;
    let high = this.#tasks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#tasks[middle];
      if (other !== undefined && isLater(other, task)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const isLater = (a: Task, b: Task): boolean => a.dueMs > b.dueMs || (a.dueMs === b.dueMs && a.order > b.order);
