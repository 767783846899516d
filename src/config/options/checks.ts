/** Options of health checks. */
import { type BooleanOption, bool, duration, integer, type NumberOption, number } from '../option.ts';
import { atLeast, notNegative } from '../option-rules.ts';

const MINUTE = 60_000;

export const enableScriptChecks: BooleanOption = bool('enable_script_checks', {
  flag: 'enable-script-checks',
  default: false,
  help: 'Allow checks that run programs, registered over the API too: whoever reaches the API can then run anything as this user.',
  example: true,
  isReloadable: true,
  shownAs: 'EnableRemoteScriptChecks',
});

export const enableLocalScriptChecks: BooleanOption = bool('enable_local_script_checks', {
  flag: 'enable-local-script-checks',
  default: false,
  help: 'Allow checks that run programs in definition files, and not over the API.',
  example: true,
  isReloadable: true,
  shownAs: 'EnableLocalScriptChecks',
});

export const checkUpdateInterval: NumberOption = duration('check_update_interval', {
  default: 5 * MINUTE,
  help: 'How long a change of only the output of a check may wait before it is sent to the servers; 0 sends at once.',
  example: '5m',
  isReloadable: true,
  shownAs: 'CheckUpdateInterval',
});

export const checkOutputMaxSize: NumberOption = integer('check_output_max_size', {
  flag: 'check_output_max_size',
  default: 4096,
  help: 'Bytes of output kept for a check, at least 1.',
  example: 4096,
  shownAs: 'CheckOutputMaxSize',
  problem: atLeast(1),
});

export const discardCheckOutput: BooleanOption = bool('discard_check_output', {
  default: false,
  help: 'Keep and send no output of checks.',
  example: true,
  isReloadable: true,
  shownAs: 'DiscardCheckOutput',
});

export const followRedirects: BooleanOption = bool('checks.follow_redirects', {
  default: true,
  help: 'HTTP checks follow redirects; false: for none of them, whatever their definition says.',
  example: false,
});

export const minDeregisterAfter: NumberOption = duration('checks.min_deregister_after', {
  default: MINUTE,
  help: 'A shorter DeregisterCriticalServiceAfter of a check is raised to this; 0 takes each as it is.',
  example: '10s',
  problem: notNegative(),
});

const aboveZero = (value: number): string | undefined => (value > 0 ? undefined : 'must be more than 0');

export const flapEnabled: BooleanOption = bool('flap.enabled', {
  default: false,
  help: 'Hold checks whose status changes all the time at their worst status of late, until they are steady.',
  example: true,
  isReloadable: true,
});

export const flapHalfLife: NumberOption = duration('flap.half_life', {
  default: 5 * MINUTE,
  help: 'In which the penalty of a check halves.',
  example: '5m',
  isReloadable: true,
  problem: aboveZero,
});

export const flapPenalty: NumberOption = number('flap.penalty', {
  default: 1_000,
  help: 'What each change of its status costs a check. The first result after a registration or a start costs nothing.',
  example: 1_000,
  isReloadable: true,
  problem: aboveZero,
});

export const flapSuppress: NumberOption = number('flap.suppress', {
  default: 5_000,
  help: 'A check with this penalty is held. No penalty grows above twice of it, so a check is not held for ever.',
  example: 5_000,
  isReloadable: true,
  problem: aboveZero,
});

export const flapReuse: NumberOption = number('flap.reuse', {
  default: 2_500,
  help: 'A held check is let go when its penalty has decayed to this. At most flap.suppress counts.',
  example: 2_500,
  isReloadable: true,
  problem: aboveZero,
});
