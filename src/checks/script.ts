/** The script check: a program whose exit code is the status (0 passing, 1 warning, else critical). Whether one may run is not decided here. */
import { periodicOf } from './check-fields.ts';
import { type CheckType, defineCheck } from './define-check.ts';
import { PROGRAM_LANES } from './lanes.ts';
import { DEFAULT_PROGRAM_TIMEOUT_MS, programResult } from './program.ts';

export const scriptCheck: CheckType = defineCheck<'script'>({
  type: 'script',
  lanes: PROGRAM_LANES,

  kindFrom(fields) {
    if (!fields.scriptArgs?.length || fields.dockerContainerId) return undefined;
    return { type: 'script', ...periodicOf(fields), args: fields.scriptArgs };
  },

  async run(spec, { prober, outputMaxBytes }, signal) {
    const timeoutMs = spec.timeoutMs || DEFAULT_PROGRAM_TIMEOUT_MS;
    const result = await prober.exec({ args: spec.args, timeoutMs, keepBytes: outputMaxBytes }, signal);
    return programResult(result, { timeoutMs, outputMaxBytes });
  },
});
