/** The log as it comes, for one reader (`/v1/agent/monitor`): gathered for a moment, and lossy for a reader who is too slow. */
import type { Clock } from './clock.ts';
import type { LogHub } from './log-hub.ts';
import { type LogLevel, lossLine } from './log-line.ts';

const FLUSH_MS = 200;
/** Lines held for a reader; as in Consul. */
const MAX_LINES = 512;
const MAX_CHARS = 1024 * 1024;

export interface MonitorOptions {
  readonly hub: LogHub;
  readonly level: LogLevel;
  readonly isJson: boolean;
  readonly clock: Clock;
  /** Ends it, after what is held has been given. */
  readonly signal: AbortSignal;
}

/** Begins to listen when the first piece is asked for. Says how many lines were lost, in the form of the log. */
export async function* monitorLog({ hub, level, isJson, clock, signal }: MonitorOptions): AsyncGenerator<Uint8Array, void, undefined> {
  const held = new HeldLines();
  const tap = hub.add({ level, isJson, write: (line) => held.add(line) });
  try {
    for (;;) {
      const isLast = signal.aborted;
      const text = held.take((count) => lossLine(count, { isJson, who: 'monitor', why: 'the reader is too slow' }));
      if (text !== '') yield Buffer.from(text);
      if (isLast) return;
      await clock.sleep(FLUSH_MS, signal);
    }
  } finally {
    tap.remove();
  }
}

/** What waits for a slow reader: so many lines, and so much text. */
class HeldLines {
  #lines: string[] = [];
  #chars = 0;
  #lost = 0;

  add(line: string): void {
    if (this.#lines.length >= MAX_LINES || this.#chars + line.length > MAX_CHARS) {
      this.#lost += 1;
      return;
    }
    this.#lines.push(line);
    this.#chars += line.length;
  }

  /** All of it, and how many were lost since the last time. */
  take(lossOf: (count: number) => string): string {
    const text = this.#lines.join('') + (this.#lost > 0 ? lossOf(this.#lost) : '');
    this.#lines = [];
    this.#chars = 0;
    this.#lost = 0;
    return text;
  }
}
