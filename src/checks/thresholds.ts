/**
 * How many results in a row it takes before a check's status is reported as changed. Counters start full, so that the first
 * result always counts. A warning is a good result, as in Consul.
 */
import type { CheckOptions } from '../model/check-spec.ts';
import type { CheckResult } from './define-check.ts';

export class Thresholds {
  readonly #toPass: number;
  readonly #toWarn: number;
  readonly #toFail: number;
  #successes: number;
  #failures: number;

  constructor(options: CheckOptions) {
    this.#toPass = options.successBeforePassing;
    this.#toFail = options.failuresBeforeCritical;
    this.#toWarn = options.failuresBeforeWarning || options.failuresBeforeCritical;
    this.#successes = this.#toPass;
    this.#failures = this.#toFail;
  }

  /** The result to report after this one, or `undefined` if it does not count yet. */
  apply(result: CheckResult): CheckResult | undefined {
    return result.status === 'critical' ? this.#afterFailure(result) : this.#afterSuccess(result);
  }

  #afterSuccess(result: CheckResult): CheckResult | undefined {
    this.#successes += 1;
    this.#failures = 0;
    return this.#successes >= this.#toPass ? result : undefined;
  }

  #afterFailure(result: CheckResult): CheckResult | undefined {
    this.#failures += 1;
    this.#successes = 0;
    if (this.#failures >= this.#toFail) return result;
    return this.#failures >= this.#toWarn ? { ...result, status: 'warning' } : undefined;
  }
}
