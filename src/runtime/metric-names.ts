/**
 * Every metric by its full name: what it is, in which unit, with which labels. Names under `consul.` are Consul's, with its units
 * (milliseconds); names under `konsul.` are ours, in seconds and bytes. The reference (docs/reference/metrics.md) is made from this list.
 */
import { AGENT_METRICS } from './agent-metric-names.ts';
import { SERVER_METRICS } from './server-metric-names.ts';

/** `gauge`: a state now. `counter`: what happened. `sample`: values with their distribution; a summary for Prometheus. */
export type MetricType = 'gauge' | 'counter' | 'sample';

/** What a process is. */
export type Role = 'server' | 'agent';

export interface MetricDefinition {
  readonly type: MetricType;
  /** What one is: `ms`, `seconds`, `bytes`, or a noun in the plural. */
  readonly unit: string;
  /** Names of the labels, in the order in which they are shown. Their values come from Konsul itself, never from a request. */
  readonly labels: readonly string[];
  /** One sentence. */
  readonly help: string;
  /** Only servers, or only client agents, have it. Absent: both. */
  readonly on?: Role;
}

/** Of every process. */
const COMMON_METRICS = {
  'consul.api.http': {
    type: 'sample',
    unit: 'ms',
    labels: ['method', 'path'],
    help: 'Time from a request of the HTTP API to the end of its answer, waits included; path is that of the endpoint.',
  },
  'consul.runtime.alloc_bytes': { type: 'gauge', unit: 'bytes', labels: [], help: 'Used part of the JavaScript heap.' },
  'consul.runtime.gc_pause_ns': { type: 'sample', unit: 'ns', labels: [], help: 'Length of a garbage collection.' },
  'consul.runtime.num_goroutines': {
    type: 'gauge',
    unit: 'resources',
    labels: [],
    help: 'Timers, sockets and requests to the system that keep the process busy: what comes nearest to goroutines.',
  },
  'consul.runtime.sys_bytes': { type: 'gauge', unit: 'bytes', labels: [], help: 'Resident memory of the process.' },
  'consul.runtime.total_gc_pause_ns': { type: 'gauge', unit: 'ns', labels: [], help: 'Time spent in garbage collections since the start.' },
  'consul.runtime.total_gc_runs': { type: 'gauge', unit: 'collections', labels: [], help: 'Garbage collections since the start.' },
  'consul.version': {
    type: 'gauge',
    unit: 'boolean',
    labels: ['version', 'pre_release'],
    help: 'Always 1; the label tells the level of the API.',
  },
  'konsul.checks.attempt_seconds': {
    type: 'sample',
    unit: 'seconds',
    labels: ['type'],
    help: 'Length of an attempt of a check of this node.',
  },
  'konsul.checks.flapping': {
    type: 'gauge',
    unit: 'checks',
    labels: [],
    help: 'Checks of this agent that change all the time, and are held at their worst status (flap.enabled).',
  },
  'konsul.checks.registered': { type: 'gauge', unit: 'checks', labels: ['status'], help: 'Checks of this node.' },
  'konsul.http.answer_bytes': { type: 'sample', unit: 'bytes', labels: [], help: 'Size of an answer; streams are left out.' },
  'konsul.http.connections': { type: 'gauge', unit: 'connections', labels: [], help: 'Open connections of the HTTP API.' },
  'konsul.http.errors_total': { type: 'counter', unit: 'answers', labels: ['class'], help: 'Answers with a status of 400 or more.' },
  'konsul.http.refused_connections_total': {
    type: 'counter',
    unit: 'connections',
    labels: [],
    help: 'Connections over the limit per client (http_max_conns_per_client).',
  },
  'konsul.http.requests': { type: 'gauge', unit: 'requests', labels: [], help: 'Requests under way, waiting ones included.' },
  'konsul.local.pending_uploads': {
    type: 'gauge',
    unit: 'records',
    labels: [],
    help: 'Services and checks of this node that the servers do not have yet.',
  },
  'konsul.local.services': { type: 'gauge', unit: 'services', labels: [], help: 'Services registered on this node.' },
  'konsul.runtime.cpu_seconds': { type: 'gauge', unit: 'seconds', labels: [], help: 'Processor time of the process since its start.' },
  'konsul.runtime.event_loop_lag_seconds': {
    type: 'sample',
    unit: 'seconds',
    labels: [],
    help: 'How late a timer ran; looked at once a second while anything happens, else every ten seconds.',
  },
  'konsul.version': { type: 'gauge', unit: 'boolean', labels: ['version'], help: 'Always 1; the label tells the version of Konsul.' },
} as const;

export type MetricName = keyof typeof COMMON_METRICS | keyof typeof SERVER_METRICS | keyof typeof AGENT_METRICS;

type Definitions = Readonly<Record<string, MetricDefinition>>;

const only = (on: Role, definitions: Definitions): [string, MetricDefinition][] =>
  Object.entries(definitions).map(([name, definition]) => [name, { ...definition, on }]);

/** All metrics, by name in order. */
export const metricDefinitions: Readonly<Record<MetricName, MetricDefinition>> = Object.fromEntries(
  [...Object.entries<MetricDefinition>(COMMON_METRICS), ...only('server', SERVER_METRICS), ...only('agent', AGENT_METRICS)].sort(
    ([a], [b]) => (a < b ? -1 : 1),
  ),
) as Readonly<Record<MetricName, MetricDefinition>>;

/** The names of all metrics of a server, or of a client agent, in order. */
export const metricNamesOn = (role: Role): readonly string[] =>
  Object.entries(metricDefinitions)
    .filter(([, { on = role }]) => on === role)
    .map(([name]) => name);
