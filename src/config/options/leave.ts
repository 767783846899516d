/** Options of leaving: which signals mean it, and how long it drains. */
import { type BooleanOption, bool, duration, type NumberOption } from '../option.ts';

const SECOND = 1_000;

export const leaveOnTerminate: BooleanOption = bool('leave_on_terminate', {
  default: false,
  help: 'Leave at SIGTERM instead of only stopping. Default: false on servers, true on other agents.',
  example: true,
  isReloadable: true,
  shownAs: 'LeaveOnTerm',
});

export const skipLeaveOnInterrupt: BooleanOption = bool('skip_leave_on_interrupt', {
  default: true,
  help: 'Only stop at SIGINT instead of leaving. Default: true on servers, false on other agents.',
  example: true,
  isReloadable: true,
  shownAs: 'SkipLeaveOnInt',
});

export const leaveDrainTime: NumberOption = duration('performance.leave_drain_time', {
  default: 5 * SECOND,
  help: 'How long a leaving agent goes on answering before it stops.',
  example: '5s',
  isReloadable: true,
  shownAs: 'LeaveDrainTime',
});
