/** The metrics of a server process: the registry, the meters that several parts share, and what is read from parts when somebody looks. */
import type { Authority } from '../authority/authority.ts';
import type { SessionTimers } from '../authority/session-timers.ts';
import { CheckMeters } from '../checks/check-meters.ts';
import type { AgentConfig } from '../config/agent-config.ts';
import type { TelemetryConfig } from '../config/parts/telemetry.ts';
import { HttpMeters } from '../http/http-meters.ts';
import type { Route } from '../http/route.ts';
import type { LocalState } from '../local/local-state.ts';
import { API_LEVEL } from '../model/api-level.ts';
import { KONSUL_VERSION } from '../model/version.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Part } from '../runtime/lifecycle.ts';
import type { Logger } from '../runtime/logger.ts';
import { Metrics } from '../runtime/metrics.ts';
import { ProcessMetrics } from '../runtime/metrics-process.ts';
import { type StatsdFlavour, StatsdSink } from '../runtime/metrics-statsd.ts';
import type { UdpSender } from '../runtime/udp-sender.ts';
import type { State } from '../state/state.ts';
import type { Engine } from '../store/engine.ts';
import type { ServerBackend } from './server-backend.ts';
import type { ServerOperations } from './server-operations.ts';

export interface ServerMetricsOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly routes: readonly Route<never>[];
  readonly telemetry: TelemetryConfig;
  /** To `host:port`. Asked only where metrics are sent somewhere. */
  readonly openUdp: (address: string) => UdpSender;
}

/** What is observed. */
export interface ObservedParts {
  readonly config: Pick<AgentConfig, 'datacenter'>;
  readonly engine: Engine;
  readonly state: State;
  readonly authority: Authority;
  readonly timers: SessionTimers;
  readonly backend: ServerBackend;
  readonly local: LocalState;
  readonly operations: ServerOperations;
}

export class ServerMetrics implements Part {
  readonly name = 'metrics';
  readonly metrics: Metrics;
  readonly http: HttpMeters;
  readonly checks: CheckMeters;
  readonly #process: ProcessMetrics;
  readonly #options: ServerMetricsOptions;
  #sinks: readonly StatsdSink[] = [];

  constructor(options: ServerMetricsOptions) {
    const { clock, routes, telemetry } = options;
    this.#options = options;
    this.metrics = new Metrics(clock, telemetry);
    this.http = new HttpMeters(routes);
    this.checks = new CheckMeters(clock);
    this.#process = new ProcessMetrics(this.metrics);
    this.http.addTo(this.metrics);
    this.checks.addTo(this.metrics);
  }

  /** Shows what the parts measure. Once. */
  observe(parts: ObservedParts): void {
    parts.authority.meters.addTo(this.metrics);
    parts.backend.meters.addTo(this.metrics);
    observeLead(this.metrics, parts);
    observeState(this.metrics, parts);
    observeLocal(this.metrics, parts);
    const { snapshots } = parts.operations;
    this.metrics.add('konsul.snapshot.saved_total', snapshots.saved);
    this.metrics.add('konsul.snapshot.restored_total', snapshots.restored);
    this.metrics.add('consul.version', () => 1, { version: API_LEVEL, pre_release: '' });
    this.metrics.add('konsul.version', () => 1, { version: KONSUL_VERSION });
  }

  async start(): Promise<void> {
    await this.#process.start();
    await this.metrics.start();
    this.#sinks = this.#openSinks();
    for (const sink of this.#sinks) sink.start();
  }

  async stop(): Promise<void> {
    for (const sink of this.#sinks) sink.stop();
    await this.metrics.stop();
    await this.#process.stop();
  }

  #openSinks(): readonly StatsdSink[] {
    const { telemetry, openUdp, logger } = this.#options;
    const sink = (flavour: StatsdFlavour, address: string, tags: readonly string[]): StatsdSink[] =>
      address === '' ? [] : [new StatsdSink({ metrics: this.metrics, sender: openUdp(address), logger, flavour, tags })];
    return [...sink('statsd', telemetry.statsdAddress, []), ...sink('dogstatsd', telemetry.dogstatsdAddress, telemetry.dogstatsdTags)];
  }
}

/** This version runs one server: none may fail. */
function observeLead(metrics: Metrics, { config, engine, authority, timers, operations }: ObservedParts): void {
  const { datacenter } = config;
  const membersWith = (role: string): number => operations.members().filter(({ tags }) => tags.role === role).length;
  metrics.add('consul.autopilot.failure_tolerance', () => 0);
  metrics.add('consul.autopilot.healthy', () => Number(engine.leader() !== undefined));
  metrics.add('consul.members.clients', () => membersWith('node'), { datacenter });
  metrics.add('consul.members.servers', () => membersWith('consul'), { datacenter });
  metrics.add('consul.server.isLeader', () => Number(authority.leadership !== undefined));
  metrics.add('consul.session_ttl.active', () => timers.activeSessions);
  metrics.add('konsul.session_ttl.expired_total', timers.expired);
  metrics.add('konsul.authority.waiting_commands', () => authority.waiting);
}

function observeState(metrics: Metrics, { config, state }: ObservedParts): void {
  const { datacenter } = config;
  metrics.add('consul.raft.applied_index', () => state.index);
  metrics.add('consul.raft.last_index', () => state.index);
  metrics.add('consul.state.kv_entries', () => state.kv.size, { datacenter });
  metrics.add('consul.state.nodes', () => state.catalog.nodeCount, { datacenter });
  metrics.add('consul.state.service_instances', () => state.catalog.services.instanceCount, { datacenter });
  metrics.add('consul.state.services', () => state.catalog.services.nameCount, { datacenter });
  metrics.add('konsul.state.sessions', () => state.sessions.size);
  metrics.add('konsul.state.view_bytes', () => state.heldViews.bytes);
  metrics.add('konsul.state.views', () => state.heldViews.views);
}

function observeLocal(metrics: Metrics, { local }: ObservedParts): void {
  for (const status of ['passing', 'warning', 'critical'] as const) {
    const count = (): number => [...local.checks().values()].filter((check) => check.status === status).length;
    metrics.add('konsul.checks.registered', count, { status });
  }
  metrics.add('konsul.local.pending_uploads', () => local.pendingUploads);
  metrics.add('konsul.local.services', () => local.services().size);
}
