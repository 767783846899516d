/** What the end of a program says of a check, wherever it ran: on this machine or in a container. Texts are Consul's. */
import type { CheckStatus } from '../model/check.ts';
import { formatDurationNs } from '../model/duration.ts';
import type { ExecProbeResult } from '../runtime/prober.ts';
import type { CheckResult } from './define-check.ts';

export const DEFAULT_PROGRAM_TIMEOUT_MS = 30_000;

export interface ProgramLimits {
  readonly timeoutMs: number;
  readonly outputMaxBytes: number;
}

/** Exit code 0 is passing, 1 a warning; every other end is critical. */
export function programResult(result: ExecProbeResult, { timeoutMs, outputMaxBytes }: ProgramLimits): CheckResult {
  if (result.error !== undefined) return { status: 'critical', output: result.error };
  const output = capturedOutput(result, outputMaxBytes);
  if (result.timedOut) return { status: 'critical', output: timeoutText(timeoutMs, output) };
  return { status: statusOf(result.exitCode), output };
}

/** What is said of a program that did not end in time. */
export const timeoutText = (timeoutMs: number, output: string): string =>
  `Timed out (${formatDurationNs(timeoutMs * 1e6)}) running check${output === '' ? '' : `\n\n${output}`}`;

/** The last bytes of the output, with a note if there was more. */
function capturedOutput({ output, outputBytes }: ExecProbeResult, maxBytes: number): string {
  if (outputBytes <= maxBytes) return output;
  return `Captured ${maxBytes} of ${outputBytes} bytes\n...\n${output}`;
}

function statusOf(exitCode: number | undefined): CheckStatus {
  if (exitCode === 0) return 'passing';
  return exitCode === 1 ? 'warning' : 'critical';
}
