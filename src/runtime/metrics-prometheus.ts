/** The exposition of all metrics in Prometheus's text format 0.0.4. Names as Consul writes them: underscores, and no `_total` added. */
import type { Family, MetricLabels, Series } from './metrics.ts';
import { Sample } from './metrics-instruments.ts';

export const PROMETHEUS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const TYPES = { gauge: 'gauge', counter: 'counter', sample: 'summary' } as const;
const QUANTILES: readonly number[] = [0.5, 0.9, 0.99];

/** Series with labels are left out until they have recorded something: most endpoints are never asked. */
export function prometheusText(families: readonly Family[]): string {
  return families.map(familyText).join('');
}

function familyText({ name, definition, series }: Family): string {
  const metric = metricName(name);
  const lines = series.flatMap((each) => seriesLines(metric, each));
  if (lines.length === 0) return '';
  return `# HELP ${metric} ${escapeHelp(definition.help)}\n# TYPE ${metric} ${TYPES[definition.type]}\n${lines.join('\n')}\n`;
}

function seriesLines(metric: string, { labels, source }: Series): string[] {
  const text = labelPairs(labels);
  if (typeof source === 'function') return [`${metric}${braced(text)} ${numberText(source())}`];
  if (source.count === 0 && text.length > 0) return [];
  if (!(source instanceof Sample)) return [`${metric}${braced(text)} ${numberText(source.sum)}`];
  const values = source.quantiles(QUANTILES);
  return [
    ...QUANTILES.map((quantile, i) => `${metric}${braced([...text, `quantile="${quantile}"`])} ${numberText(values[i] ?? Number.NaN)}`),
    `${metric}_sum${braced(text)} ${numberText(source.sum)}`,
    `${metric}_count${braced(text)} ${source.count}`,
  ];
}

/** What Prometheus allows in a name; a prefix of the configuration may begin with a digit. */
const metricName = (name: string): string => name.replaceAll(/[^a-zA-Z0-9_:]/g, '_').replace(/^(?=\d)/, '_');

const labelPairs = (labels: MetricLabels): string[] => Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);

const braced = (pairs: readonly string[]): string => (pairs.length === 0 ? '' : `{${pairs.join(',')}}`);

const escapeHelp = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

const escapeLabel = (text: string): string => escapeHelp(text).replaceAll('"', '\\"');

function numberText(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}
