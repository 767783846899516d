/** Deregisters services whose check asks for it (`DeregisterCriticalServiceAfter`) once it has been critical for so long. */
import type { Check } from '../model/check.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Registry } from './registry.ts';

export interface ReaperOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly deregister: (serviceId: string) => Promise<unknown>;
}

const SWEEP_INTERVAL_MS = 30_000;
/** Shorter times are raised to this, as in Consul. */
const MIN_CRITICAL_MS = 60_000;

export class Reaper {
  readonly #options: ReaperOptions;
  /** Since when each critical check that may be reaped is so, on the monotonic clock. After a restart: since the start. */
  readonly #criticalSinceMs = new Map<string, number>();
  #timer: Timer | undefined;

  constructor(options: ReaperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = this.#options.clock.after(SWEEP_INTERVAL_MS, () => {
      this.start();
      this.#sweep();
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** To be told of every check that was put or got a result. */
  observe(check: Check): void {
    if (check.status !== 'critical' || check.serviceId === '') this.forget(check.id);
    else if (!this.#criticalSinceMs.has(check.id)) this.#criticalSinceMs.set(check.id, this.#options.clock.nowMs());
  }

  forget(checkId: string): void {
    this.#criticalSinceMs.delete(checkId);
  }

  /** A deregistration that the disk refuses is tried again by the next sweep. */
  #sweep(): void {
    const { clock, logger, registry, deregister } = this.#options;
    const doomed = new Set<string>();
    for (const [checkId, sinceMs] of this.#criticalSinceMs) {
      const registration = registry.stored(checkId)?.registration;
      const afterMs = registration?.spec.deregisterAfterMs ?? 0;
      if (registration === undefined || afterMs === 0 || doomed.has(registration.serviceId)) continue;
      if (clock.nowMs() - sinceMs <= Math.max(afterMs, MIN_CRITICAL_MS)) continue;
      doomed.add(registration.serviceId);
      logger.info({ serviceId: registration.serviceId, checkId }, 'deregistering a service whose check has been critical for too long');
    }
    for (const serviceId of doomed) deregister(serviceId).catch(() => {});
  }
}
