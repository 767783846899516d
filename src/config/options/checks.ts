/** Options of health checks. */
import { type BooleanOption, bool, duration, integer, type NumberOption } from '../option.ts';
import { atLeast } from '../option-rules.ts';

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
