/** What is counted of the nodes of agents. */
import type { Metrics } from '../runtime/metrics.ts';
import { Counter } from '../runtime/metrics-instruments.ts';

export interface LivenessGauges {
  readonly alive: () => number;
  readonly failed: () => number;
  readonly isPreserving: () => boolean;
}

export class LivenessMeters {
  /** Nodes whose `serfHealth` turned critical, and nodes that were deregistered, for silence. */
  readonly expired: Counter = new Counter();
  readonly reaped: Counter = new Counter();
  readonly gauges: LivenessGauges;

  constructor(gauges: LivenessGauges) {
    this.gauges = gauges;
  }

  addTo(metrics: Metrics): void {
    metrics.add('konsul.liveness.nodes', this.gauges.alive, { status: 'alive' });
    metrics.add('konsul.liveness.nodes', this.gauges.failed, { status: 'failed' });
    metrics.add('konsul.liveness.expired_total', this.expired);
    metrics.add('konsul.liveness.reaped_total', this.reaped);
    metrics.add('konsul.liveness.self_preservation', () => Number(this.gauges.isPreserving()));
  }
}
