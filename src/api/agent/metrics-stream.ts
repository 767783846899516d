/**
 * The metrics of each interval, as it ends (spec 5.1), rendered once for all who read. Nothing is kept for a reader who is slow: it misses
 * intervals.
 */
import { refuse } from '../../acl/rule.ts';
import type { Metrics, MetricsSummary } from '../../runtime/metrics.ts';
import { indentJson } from '../../wire/json.ts';
import { metricsJson } from '../../wire/metrics.ts';
import { type ApiRoute, defineRoute } from '../context.ts';

export const agentMetricsStream: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/agent/metrics/stream',
  summary: 'Metrics of each interval of ten seconds, as it ends, until the client goes.',
  acl: refuse('agent', 'read'),
  query: {},
  handle: ({ signal }, { metrics }) => ({
    status: 200,
    headers: { 'Content-Type': 'application/json' },
    body: { kind: 'stream', chunks: summaries(metrics, signal) },
  }),
});

async function* summaries(metrics: Metrics, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  while (true) {
    const summary = await metrics.nextInterval(signal);
    if (summary === undefined) return;
    yield rendered(summary);
  }
}

/** The texts of summaries, gone with them. */
const texts = new WeakMap<MetricsSummary, Uint8Array>();

function rendered(summary: MetricsSummary): Uint8Array {
  const text = texts.get(summary) ?? Buffer.from(`${indentJson(metricsJson(summary))}\n`);
  texts.set(summary, text);
  return text;
}
