/** How long attempts of checks take, by type. One for all checks of a process. */
import type { Clock } from '../runtime/clock.ts';
import type { Metrics } from '../runtime/metrics.ts';
import { Sample } from '../runtime/metrics-instruments.ts';
import { checkTypes } from './check-types.ts';
import type { CheckResult, CheckTypeName } from './define-check.ts';

export class CheckMeters {
  readonly #clock: Clock;
  readonly #attempts: ReadonlyMap<CheckTypeName, Sample>;

  constructor(clock: Clock) {
    this.#clock = clock;
    const run = Object.values(checkTypes).filter((type) => type.run !== undefined);
    this.#attempts = new Map(run.map(({ type }) => [type, new Sample()]));
  }

  /** Runs an attempt, and records how long it took, however it ends. */
  async timed(type: CheckTypeName, attempt: () => Promise<CheckResult>): Promise<CheckResult> {
    const startMs = this.#clock.nowMs();
    try {
      return await attempt();
    } finally {
      this.#attempts.get(type)?.record((this.#clock.nowMs() - startMs) / 1_000);
    }
  }

  addTo(metrics: Metrics): void {
    for (const [type, sample] of this.#attempts) metrics.add('konsul.checks.attempt_seconds', sample, { type });
  }
}
