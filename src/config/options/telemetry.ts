/** Options of metrics. */
import { type BooleanOption, bool, duration, type NumberOption, type StringsOption, strings, type TextOption, text } from '../option.ts';

export const metricsPrefix: TextOption = text('telemetry.metrics_prefix', {
  default: 'consul',
  help: 'The first word of the names of metrics that Consul has too.',
  example: 'consul',
  shownAs: 'Telemetry.MetricsPrefix',
});

export const disableHostname: BooleanOption = bool('telemetry.disable_hostname', {
  default: true,
  help: 'Leave the host name out of the names of gauges.',
  example: true,
  noEffect: 'the names of metrics never hold the host name',
  shownAs: 'Telemetry.DisableHostname',
});

export const prometheusRetentionTime: NumberOption = duration('telemetry.prometheus_retention_time', {
  default: 0,
  help: 'How long a value that no longer changes is shown to Prometheus; 0 does not offer its format.',
  example: '24h',
  shownAs: 'Telemetry.PrometheusRetentionTime',
});

export const prefixFilter: StringsOption = strings('telemetry.prefix_filter', {
  default: [],
  help: 'Which metrics are shown, by how their names begin: `+consul.kvs` shows, `-consul.raft` hides, the longest match wins.',
  example: ['+consul.kvs', '-consul.raft'],
  isReloadable: true,
  shownAs: 'Telemetry.AllowedPrefixes',
  problem: (rules) => {
    const bad = rules.find((rule) => !/^[+-]./.test(rule));
    return bad === undefined ? undefined : `must be texts that begin with + or -, not ${JSON.stringify(bad)}`;
  },
});

export const filterDefault: BooleanOption = bool('telemetry.filter_default', {
  default: true,
  help: 'Whether metrics that no filter names are shown.',
  example: true,
  isReloadable: true,
  shownAs: 'Telemetry.FilterDefault',
});

export const statsdAddress: TextOption = text('telemetry.statsd_address', {
  default: '',
  help: 'Where metrics are sent in statsd’s format, as host:port, over UDP.',
  example: '127.0.0.1:8125',
  shownAs: 'Telemetry.StatsdAddr',
});

export const dogstatsdAddr: TextOption = text('telemetry.dogstatsd_addr', {
  default: '',
  help: 'Where metrics are sent in DogStatsD’s format, as host:port, over UDP.',
  example: '127.0.0.1:8125',
  shownAs: 'Telemetry.DogstatsdAddr',
});

export const dogstatsdTags: StringsOption = strings('telemetry.dogstatsd_tags', {
  default: [],
  help: 'Tags of all metrics that are sent in DogStatsD’s format.',
  example: ['env:prod'],
  shownAs: 'Telemetry.DogstatsdTags',
});
