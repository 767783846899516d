/** What stopping and leaving are configured with. */
import type { ConfigValues } from '../config-values.ts';
import { leaveDrainTime, leaveOnTerminate, skipLeaveOnInterrupt } from '../options/leave.ts';

export interface LeaveConfig {
  readonly onTerminate: boolean;
  readonly onInterrupt: boolean;
  readonly drainMs: number;
}

/** A signal stops a server and makes another agent leave, unless the configuration says otherwise. */
export function leaveConfig(values: ConfigValues, isServer: boolean): LeaveConfig {
  return {
    onTerminate: values.isSet(leaveOnTerminate) ? values.get(leaveOnTerminate) : !isServer,
    onInterrupt: values.isSet(skipLeaveOnInterrupt) ? !values.get(skipLeaveOnInterrupt) : !isServer,
    drainMs: values.get(leaveDrainTime),
  };
}
