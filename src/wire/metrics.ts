/** Consul's JSON of one interval of metrics: of agent/metrics and agent/metrics/stream (spec 5.1). */
import { type IntervalValue, METRICS_INTERVAL_MS, type MetricsSummary } from '../runtime/metrics.ts';
import { stringifyJson } from './json.ts';

/** Compact. `Points` is a kind of metric that neither Consul nor Konsul uses. */
export function metricsJson({ start, gauges, counters, samples }: MetricsSummary): string {
  return stringifyJson({
    Timestamp: start,
    Gauges: gauges.map(({ name, value, labels }) => ({ Name: name, Value: value, Labels: labels })),
    Points: [],
    Counters: counters.map(intervalValue),
    Samples: samples.map(intervalValue),
  });
}

/** `Rate` is the sum per second, of the whole interval even while it runs. */
const intervalValue = ({ name, labels, tally }: IntervalValue): Readonly<Record<string, unknown>> => ({
  Name: name,
  Count: tally.count,
  Rate: (tally.sum * 1_000) / METRICS_INTERVAL_MS,
  Sum: tally.sum,
  Min: tally.min,
  Max: tally.max,
  Mean: tally.mean,
  Stddev: tally.standardDeviation,
  Labels: labels,
});
