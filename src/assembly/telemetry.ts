/** What every process measures: the registry, the meters of its doors and checks, the process itself, and where the numbers are sent. */
import { CheckMeters } from '../checks/check-meters.ts';
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

export interface TelemetryOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly routes: readonly Route<never>[];
  readonly telemetry: TelemetryConfig;
  /** To `host:port`. Asked only where metrics are sent somewhere. */
  readonly openUdp: (address: string) => UdpSender;
}

export class Telemetry implements Part {
  readonly name = 'metrics';
  readonly metrics: Metrics;
  readonly http: HttpMeters;
  readonly checks: CheckMeters;
  readonly #process: ProcessMetrics;
  readonly #options: TelemetryOptions;
  #sinks: readonly StatsdSink[] = [];

  constructor(options: TelemetryOptions) {
    const { clock, routes, telemetry } = options;
    this.#options = options;
    this.metrics = new Metrics(clock, telemetry);
    this.http = new HttpMeters(routes);
    this.checks = new CheckMeters(clock);
    this.#process = new ProcessMetrics(this.metrics);
    this.http.addTo(this.metrics);
    this.checks.addTo(this.metrics);
    this.metrics.add('consul.version', () => 1, { version: API_LEVEL, pre_release: '' });
    this.metrics.add('konsul.version', () => 1, { version: KONSUL_VERSION });
  }

  /** Shows what is registered here. Once. */
  observeLocal(local: LocalState): void {
    const { metrics } = this;
    for (const status of ['passing', 'warning', 'critical'] as const) {
      const count = (): number => [...local.checks().values()].filter((check) => check.status === status).length;
      metrics.add('konsul.checks.registered', count, { status });
    }
    metrics.add('konsul.checks.flapping', () => local.flappingChecks);
    metrics.add('konsul.local.pending_uploads', () => local.pendingUploads);
    metrics.add('konsul.local.services', () => local.services().size);
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
