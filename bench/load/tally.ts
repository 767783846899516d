/** Counts answers and remembers latencies while load runs. */
import type { LoadResult } from './load-job.ts';
import { percentilesOf } from './percentiles.ts';
import type { Response } from './response-reader.ts';

export class Tally {
  readonly #startedMs = performance.now();
  readonly #latenciesMs: number[] = [];
  #errors = 0;
  #firstError: string | undefined;
  #bodyBytes = 0;

  add(latencyMs: number, error: Error | undefined, response: Response | undefined): void {
    this.#latenciesMs.push(latencyMs);
    this.#bodyBytes += response?.bodyBytes ?? 0;
    if (error === undefined && response !== undefined && response.status < 300) return;
    this.#errors++;
    this.#firstError ??= error?.message ?? `${response?.status} ${response?.body.toString('utf8').slice(0, 200)}`;
  }

  result(): LoadResult {
    return {
      requests: this.#latenciesMs.length,
      errors: this.#errors,
      firstError: this.#firstError,
      elapsedMs: performance.now() - this.#startedMs,
      latencyMs: percentilesOf(this.#latenciesMs),
      bodyBytes: this.#bodyBytes,
    };
  }
}
