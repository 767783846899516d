/** The docker check: a script check whose program runs inside a container. Whether one may run is not decided here. */
import { periodicOf } from './check-fields.ts';
import { type CheckType, defineCheck } from './define-check.ts';
import { PROGRAM_LANES } from './lanes.ts';
import { DEFAULT_PROGRAM_TIMEOUT_MS, programResult } from './program.ts';

export const dockerCheck: CheckType = defineCheck<'docker'>({
  type: 'docker',
  lanes: PROGRAM_LANES,

  kindFrom(fields) {
    if (!fields.dockerContainerId || !fields.scriptArgs?.length) return undefined;
    return { type: 'docker', ...periodicOf(fields), container: fields.dockerContainerId, args: fields.scriptArgs };
  },

  async run({ container, args, ...spec }, { prober, outputMaxBytes }, signal) {
    const timeoutMs = spec.timeoutMs || DEFAULT_PROGRAM_TIMEOUT_MS;
    const result = await prober.docker({ container, args, timeoutMs, keepBytes: outputMaxBytes }, signal);
    return programResult(result, { timeoutMs, outputMaxBytes });
  },
});
