/** What this process counts and measures, as Consul's JSON or for Prometheus (spec 5.1). */
import { refuse } from '../../acl/rule.ts';
import { type Answer, jsonAnswer, textAnswer } from '../../http/answer.ts';
import type { RouteRequest } from '../../http/route.ts';
import type { Metrics } from '../../runtime/metrics.ts';
import { PROMETHEUS_CONTENT_TYPE, prometheusText } from '../../runtime/metrics-prometheus.ts';
import { metricsJson } from '../../wire/metrics.ts';
import { type ApiRoute, defineRoute } from '../context.ts';

const NOT_ENABLED = 'Prometheus is not enabled since its retention time is not positive';

export const agentMetrics: ApiRoute = defineRoute({
  method: 'GET',
  path: '/v1/agent/metrics',
  summary: 'Metrics of the last complete interval of ten seconds; or, for Prometheus, since the start.',
  acl: refuse('agent', 'read'),
  query: { format: '`prometheus` for the text format of Prometheus; needs `telemetry.prometheus_retention_time`' },
  handle: (request, { metrics }) => (wantsPrometheus(request) ? prometheusAnswer(metrics) : jsonAnswer(metricsJson(metrics.summary()))),
});

function prometheusAnswer(metrics: Metrics): Answer {
  if (!metrics.isPrometheusEnabled) return textAnswer(415, NOT_ENABLED, { 'X-Consul-Reason': NOT_ENABLED });
  return textAnswer(200, prometheusText(metrics.families()), { 'Content-Type': PROMETHEUS_CONTENT_TYPE });
}

const wantsPrometheus = ({ query, headers }: RouteRequest): boolean =>
  query.get('format') === 'prometheus' ||
  String(headers.accept ?? '')
    .split(',')
    .some(isPrometheusType);

/** Consul's rule, to the letter: OpenMetrics, or plain text with this version as its first parameter. */
function isPrometheusType(mediaType: string): boolean {
  const [type = '', parameter = ''] = mediaType.split(';').map((part) => part.trim());
  const name = type.toLowerCase();
  return name === 'application/openmetrics-text' || (name === 'text/plain' && parameter === 'version=0.4.0');
}
