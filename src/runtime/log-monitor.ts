/** The log as it comes, for one reader (`/v1/agent/monitor`): gathered for a moment, and lossy for a reader who is too slow. */
import type { Clock } from './clock.ts';
import type { LogHub } from './log-hub.ts';
import type { LogLevel } from './log-line.ts';

const FLUSH_MS = 200;
/** Lines held for a reader; as in Consul. */
const MAX_LINES = 512;

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
  let lines: string[] = [];
  let lost = 0;
  const tap = hub.add({
    level,
    isJson,
    write: (line) => {
      if (lines.length < MAX_LINES) lines.push(line);
      else lost += 1;
    },
  });
  try {
    for (;;) {
      const isLast = signal.aborted;
      if (lost > 0) lines.push(lossLine(lost, isJson));
      if (lines.length > 0) yield Buffer.from(lines.splice(0).join(''));
      lost = 0;
      if (isLast) return;
      await clock.sleep(FLUSH_MS, signal);
    }
  } finally {
    tap.remove();
    lines = [];
  }
}

function lossLine(count: number, isJson: boolean): string {
  const message = `[WARN] monitor: ${count} lines were dropped: the reader is too slow`;
  return isJson ? `${JSON.stringify({ '@level': 'warn', '@message': message })}\n` : `${message}\n`;
}
