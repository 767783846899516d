/**
 * Deregisters services whose check asks for it (`DeregisterCriticalServiceAfter`) as soon as it has been critical for so long: each such
 * check has a timer of its own, and nothing wakes while none is critical.
 */
import type { Check } from '../model/check.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Registry } from './registry.ts';

export interface ReaperOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly deregister: (serviceId: string) => Promise<unknown>;
  /** Shorter times are raised to this. Default 1 min, as in Consul. */
  readonly minDeregisterAfterMs?: number;
}

const DEFAULT_MIN_MS = 60_000;
/** Until a deregistration that the disk refused is tried again. */
const RETRY_MS = 30_000;

/** A check that is critical. */
interface Doomed {
  /** On the monotonic clock. After a restart: since the start. */
  readonly sinceMs: number;
  readonly afterMs: number;
  timer: Timer;
}

export class Reaper {
  readonly #options: ReaperOptions;
  readonly #doomed = new Map<string, Doomed>();
  #isStopped = false;

  constructor(options: ReaperOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#isStopped = true;
    for (const { timer } of this.#doomed.values()) timer.cancel();
    this.#doomed.clear();
  }

  /** To be told of every check that was put or got a result. */
  observe({ id, status, serviceId }: Check): void {
    const afterMs = this.#afterMs(id);
    if (this.#isStopped || status !== 'critical' || serviceId === '' || afterMs === 0) this.forget(id);
    else if (this.#doomed.get(id)?.afterMs !== afterMs) this.#doom(id, afterMs);
  }

  forget(checkId: string): void {
    this.#doomed.get(checkId)?.timer.cancel();
    this.#doomed.delete(checkId);
  }

  /** 0: never. */
  #afterMs(checkId: string): number {
    const { registry, minDeregisterAfterMs = DEFAULT_MIN_MS } = this.#options;
    const askedMs = registry.stored(checkId)?.registration.spec.deregisterAfterMs ?? 0;
    return askedMs === 0 ? 0 : Math.max(askedMs, minDeregisterAfterMs);
  }

  /** A check that is registered anew with another time has been critical for as long as before. */
  #doom(checkId: string, afterMs: number): void {
    const nowMs = this.#options.clock.nowMs();
    const sinceMs = this.#doomed.get(checkId)?.sinceMs ?? nowMs;
    this.forget(checkId);
    this.#doomed.set(checkId, { sinceMs, afterMs, timer: this.#reapAfter(checkId, sinceMs + afterMs - nowMs) });
  }

  #reapAfter(checkId: string, delayMs: number): Timer {
    return this.#options.clock.after(delayMs, () => this.#reap(checkId));
  }

  #reap(checkId: string): void {
    const { registry, logger, deregister } = this.#options;
    const serviceId = registry.checks.get(checkId)?.serviceId;
    const doomed = this.#doomed.get(checkId);
    if (serviceId === undefined || doomed === undefined) return;
    logger.info({ serviceId, checkId }, 'deregistering a service whose check has been critical for too long');
    doomed.timer = this.#reapAfter(checkId, RETRY_MS);
    deregister(serviceId).catch(() => {});
  }
}
