/** The script check: a program whose exit code is the status (0 passing, 1 warning, else critical). Whether one may run is not decided here. */
import type { CheckStatus } from '../model/check.ts';
import { formatDurationNs } from '../model/duration.ts';
import type { ExecProbeResult } from '../runtime/prober.ts';
import { periodicOf } from './check-fields.ts';
import { type CheckType, defineCheck } from './define-check.ts';

const DEFAULT_TIMEOUT_MS = 30_000;

export const scriptCheck: CheckType = defineCheck<'script'>({
  type: 'script',
  // Processes are dear: so many at once are enough to keep a small machine busy.
  maxConcurrent: 16,

  kindFrom(fields) {
    if (!fields.scriptArgs || fields.scriptArgs.length === 0) return undefined;
    return { type: 'script', ...periodicOf(fields), args: fields.scriptArgs };
  },

  async run(spec, tools, signal) {
    const timeoutMs = spec.timeoutMs || DEFAULT_TIMEOUT_MS;
    const result = await tools.prober.exec({ args: spec.args, timeoutMs, keepBytes: tools.outputMaxBytes }, signal);
    if (result.error !== undefined) return { status: 'critical', output: result.error };
    const output = outputOf(result, tools.outputMaxBytes);
    if (result.timedOut) return { status: 'critical', output: timeoutText(timeoutMs, output) };
    return { status: statusOf(result.exitCode), output };
  },
});

const timeoutText = (timeoutMs: number, output: string): string =>
  `Timed out (${formatDurationNs(timeoutMs * 1e6)}) running check${output === '' ? '' : `\n\n${output}`}`;

function outputOf(result: ExecProbeResult, maxBytes: number): string {
  if (result.outputBytes <= maxBytes) return result.output;
  return `Captured ${maxBytes} of ${result.outputBytes} bytes\n...\n${result.output}`;
}

function statusOf(exitCode: number | undefined): CheckStatus {
  if (exitCode === 0) return 'passing';
  return exitCode === 1 ? 'warning' : 'critical';
}
