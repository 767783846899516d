/** What metrics are configured with: `MetricsOptions` of the runtime, and where they are sent. */
import type { ConfigValues } from '../config-values.ts';
import {
  dogstatsdAddr,
  dogstatsdTags,
  filterDefault,
  metricsPrefix,
  prefixFilter,
  prometheusRetentionTime,
  statsdAddress,
} from '../options/telemetry.ts';

export interface TelemetryConfig {
  /** The first word of the names that Consul has too. */
  readonly prefix: string;
  /** 0: Prometheus' format is not offered. */
  readonly prometheusRetentionMs: number;
  /** `+prefix` shows, `-prefix` hides, the longest match wins. Reloadable. */
  readonly rules: readonly string[];
  /** Whether what no filter names is shown. Reloadable. */
  readonly isShownByDefault: boolean;
  /** `host:port`, '' for none. */
  readonly statsdAddress: string;
  /** `host:port`, '' for none. */
  readonly dogstatsdAddress: string;
  readonly dogstatsdTags: readonly string[];
}

export const telemetryConfig = (values: ConfigValues): TelemetryConfig => ({
  prefix: values.get(metricsPrefix),
  prometheusRetentionMs: values.get(prometheusRetentionTime),
  rules: values.get(prefixFilter),
  isShownByDefault: values.get(filterDefault),
  statsdAddress: values.get(statsdAddress),
  dogstatsdAddress: values.get(dogstatsdAddr),
  dogstatsdTags: values.get(dogstatsdTags),
});
