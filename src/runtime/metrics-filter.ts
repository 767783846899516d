/** Which metrics are shown, by Consul's `telemetry.prefix_filter`: rules `+prefix` and `-prefix`, of which the longest that fits decides. */

export interface MetricsFilter {
  /** `+prefix` shows, `-prefix` hides; on full names with dots. */
  readonly rules: readonly string[];
  /** What no rule fits (`telemetry.filter_default`). */
  readonly isShownByDefault: boolean;
}

/** Whether a metric is shown. Of two rules for one prefix the hiding one wins, as in Consul. */
export function isShown(name: string, { rules, isShownByDefault }: MetricsFilter): boolean {
  let decider: string | undefined;
  for (const rule of rules) {
    if (!name.startsWith(rule.slice(1))) continue;
    const isLonger = decider === undefined || rule.length > decider.length;
    if (isLonger || (rule.length === decider?.length && rule.startsWith('-'))) decider = rule;
  }
  return decider === undefined ? isShownByDefault : decider.startsWith('+');
}
