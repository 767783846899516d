/** The check of a service of this machine: systemd is asked for the state of a unit. Consul knows Windows only; its texts where it has them. */
import type { ExecProbeResult } from '../runtime/prober.ts';
import { periodicOf } from './check-fields.ts';
import { type CheckResult, type CheckType, defineCheck } from './define-check.ts';
import { PROGRAM_LANES } from './lanes.ts';
import { DEFAULT_PROGRAM_TIMEOUT_MS, timeoutText } from './program.ts';

/** What a unit's name may consist of (systemd.unit(5)); a pattern, say, is none. */
const UNIT_NAME = /^[A-Za-z0-9:_.\\@-]{1,255}$/;
const ENDED = ['inactive', 'failed'];

export const osServiceCheck: CheckType = defineCheck<'os_service'>({
  type: 'os_service',
  lanes: PROGRAM_LANES,

  kindFrom(fields) {
    return fields.osService ? { type: 'os_service', ...periodicOf(fields), service: fields.osService } : undefined;
  },

  async run({ service, ...spec }, { prober, outputMaxBytes }, signal) {
    if (!UNIT_NAME.test(service)) return { status: 'critical', output: `"${service}" is not the name of a systemd unit` };
    const timeoutMs = spec.timeoutMs || DEFAULT_PROGRAM_TIMEOUT_MS;
    const args = ['systemctl', 'show', '--property=LoadState', '--property=ActiveState', '--', service];
    const result = await prober.exec({ args, timeoutMs, keepBytes: outputMaxBytes }, signal);
    if (result.timedOut) return { status: 'critical', output: timeoutText(timeoutMs, '') };
    return resultOf(service, result);
  },
});

function resultOf(service: string, { error, exitCode, output }: ExecProbeResult): CheckResult {
  if (error !== undefined || exitCode !== 0) {
    const reason = error ?? (output.trim() || `systemctl ended with exit code ${exitCode ?? 'unknown'}`);
    return { status: 'critical', output: `error querying systemd: ${reason}` };
  }
  const state = propertyOf(output, 'ActiveState');
  if (propertyOf(output, 'LoadState') === 'not-found') return { status: 'critical', output: `there is no service "${service}"` };
  if (state === 'active') return { status: 'passing', output: `Service "${service}" is healthy` };
  if (state === '') return { status: 'critical', output: 'error querying systemd: there is no state in its answer' };
  if (ENDED.includes(state)) return { status: 'critical', output: `service status: ${state} - OS Service unhealthy` };
  return { status: 'warning', output: `service status: ${state}` };
}

/** The value on the line `Name=value`; '' if there is none. */
const propertyOf = (output: string, name: string): string =>
  output
    .split('\n')
    .find((line) => line.startsWith(`${name}=`))
    ?.slice(name.length + 1)
    .trim() ?? '';
