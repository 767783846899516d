/**
 * Every metric by its full name: what it is, in which unit, with which labels. Names under `consul.` are Consul's, with its units
 * (milliseconds); names under `konsul.` are ours, in seconds and bytes. The reference (docs/reference/metrics.md) is made from this list.
 */

/** `gauge`: a state now. `counter`: what happened. `sample`: values with their distribution; a summary for Prometheus. */
export type MetricType = 'gauge' | 'counter' | 'sample';

export interface MetricDefinition {
  readonly type: MetricType;
  /** What one is: `ms`, `seconds`, `bytes`, or a noun in the plural. */
  readonly unit: string;
  /** Names of the labels, in the order in which they are shown. Their values come from Konsul itself, never from a request. */
  readonly labels: readonly string[];
  /** One sentence. */
  readonly help: string;
}

const DEFINITIONS = {
  'consul.api.http': {
    type: 'sample',
    unit: 'ms',
    labels: ['method', 'path'],
    help: 'Time from a request of the HTTP API to the end of its answer, waits included; path is that of the endpoint.',
  },
  'consul.autopilot.failure_tolerance': {
    type: 'gauge',
    unit: 'servers',
    labels: [],
    help: 'Servers that may fail without loss of service.',
  },
  'consul.autopilot.healthy': { type: 'gauge', unit: 'boolean', labels: [], help: '1 if this server leads or knows who does.' },
  'consul.catalog.deregister': { type: 'sample', unit: 'ms', labels: [], help: 'Time to make a deregistration durable.' },
  'consul.catalog.register': { type: 'sample', unit: 'ms', labels: [], help: 'Time to make a registration durable.' },
  'consul.config_entry.apply': { type: 'sample', unit: 'ms', labels: [], help: 'Time to make a configuration entry durable.' },
  'consul.config_entry.delete': {
    type: 'sample',
    unit: 'ms',
    labels: [],
    help: 'Time to make the removal of a configuration entry durable.',
  },
  'consul.kvs.apply': { type: 'sample', unit: 'ms', labels: [], help: 'Time to make a write of the KV store durable.' },
  'consul.members.clients': { type: 'gauge', unit: 'agents', labels: ['datacenter'], help: 'Client agents of the datacenter.' },
  'consul.members.servers': { type: 'gauge', unit: 'servers', labels: ['datacenter'], help: 'Servers of the datacenter.' },
  'consul.prepared-query.apply': {
    type: 'sample',
    unit: 'ms',
    labels: [],
    help: 'Time to make a prepared query, its change or its end durable.',
  },
  'consul.raft.applied_index': { type: 'gauge', unit: 'index', labels: [], help: 'Index of the newest commit that is in the state.' },
  'consul.raft.apply': { type: 'counter', unit: 'commits', labels: [], help: 'Commits that this server made durable.' },
  'consul.raft.commitTime': { type: 'sample', unit: 'ms', labels: [], help: 'Time for the store to make a commit durable.' },
  'consul.raft.fsm.apply': {
    type: 'sample',
    unit: 'ms',
    labels: [],
    help: 'Time to take a commit into the state and wake who waits for it.',
  },
  'consul.raft.last_index': { type: 'gauge', unit: 'index', labels: [], help: 'Index of the newest commit that this server knows.' },
  'consul.raft.state.leader': { type: 'counter', unit: 'terms', labels: [], help: 'How often this server began to lead.' },
  'consul.raft.verify_leader': {
    type: 'counter',
    unit: 'requests',
    labels: [],
    help: 'How often the lead was confirmed for a consistent read.',
  },
  'consul.rpc.queries_blocking': { type: 'gauge', unit: 'queries', labels: [], help: 'Blocking queries that wait at the moment.' },
  'consul.rpc.query': { type: 'counter', unit: 'queries', labels: [], help: 'Reads of the state, whichever door they came through.' },
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
  'consul.server.isLeader': { type: 'gauge', unit: 'boolean', labels: [], help: '1 if this server leads, else 0.' },
  'consul.session.apply': { type: 'sample', unit: 'ms', labels: [], help: 'Time to make the creation or the end of a session durable.' },
  'consul.session.renew': { type: 'sample', unit: 'ms', labels: [], help: 'Time to renew a session.' },
  'consul.session_ttl.active': { type: 'gauge', unit: 'sessions', labels: [], help: 'Sessions with a running TTL.' },
  'consul.state.kv_entries': { type: 'gauge', unit: 'entries', labels: ['datacenter'], help: 'Entries of the KV store.' },
  'consul.state.nodes': { type: 'gauge', unit: 'nodes', labels: ['datacenter'], help: 'Nodes of the catalog.' },
  'consul.state.service_instances': { type: 'gauge', unit: 'instances', labels: ['datacenter'], help: 'Service instances of the catalog.' },
  'consul.state.services': { type: 'gauge', unit: 'services', labels: ['datacenter'], help: 'Services of the catalog, by name.' },
  'consul.txn.apply': { type: 'sample', unit: 'ms', labels: [], help: 'Time to decide a transaction and make it durable.' },
  'consul.version': {
    type: 'gauge',
    unit: 'boolean',
    labels: ['version', 'pre_release'],
    help: 'Always 1; the label tells the level of the API.',
  },
  'konsul.authority.commit_commands': { type: 'sample', unit: 'commands', labels: [], help: 'Commands that shared a commit.' },
  'konsul.authority.failed_commits_total': {
    type: 'counter',
    unit: 'commits',
    labels: [],
    help: 'Commits that could not be made durable.',
  },
  'konsul.authority.waiting_commands': { type: 'gauge', unit: 'commands', labels: [], help: 'Writes that wait to be decided.' },
  'konsul.checks.attempt_seconds': {
    type: 'sample',
    unit: 'seconds',
    labels: ['type'],
    help: 'Length of an attempt of a check of this node.',
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
  'konsul.session_ttl.expired_total': { type: 'counter', unit: 'sessions', labels: [], help: 'Sessions whose TTL ran out.' },
  'konsul.snapshot.restored_total': { type: 'counter', unit: 'snapshots', labels: [], help: 'Snapshots that were restored.' },
  'konsul.snapshot.saved_total': { type: 'counter', unit: 'snapshots', labels: [], help: 'Snapshots whose sending began.' },
  'konsul.state.sessions': { type: 'gauge', unit: 'sessions', labels: [], help: 'Sessions, with and without TTL.' },
  'konsul.state.view_bytes': { type: 'gauge', unit: 'bytes', labels: [], help: 'About what held views and their rendered answers take.' },
  'konsul.state.views': { type: 'gauge', unit: 'views', labels: [], help: 'Views that are held.' },
  'konsul.store.commit_records': { type: 'sample', unit: 'records', labels: [], help: 'Records that a commit changed.' },
  'konsul.version': { type: 'gauge', unit: 'boolean', labels: ['version'], help: 'Always 1; the label tells the version of Konsul.' },
} as const;

export type MetricName = keyof typeof DEFINITIONS;

/** All metrics, by name in order. */
export const metricDefinitions: Readonly<Record<MetricName, MetricDefinition>> = DEFINITIONS;
