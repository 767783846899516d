/** What the HTTP servers of a process count: one for all listeners, since they share their routes. Paths are those of routes, never of requests. */
import type { Metrics } from '../runtime/metrics.ts';
import { Counter, Sample } from '../runtime/metrics-instruments.ts';
import type { Response } from './render.ts';
import type { Route } from './route.ts';

/** What a route is called in metrics. */
type NamedRoute = Pick<Route<never>, 'method' | 'path'>;

export class HttpMeters {
  /** Open connections, and requests under way. */
  connections = 0;
  requests = 0;
  readonly refusedConnections: Counter = new Counter();
  /** By path, then by method: an agent has routes of its own under the same names. */
  readonly #durations = new Map<string, Map<string, Sample>>();
  readonly #answerBytes = new Sample();
  readonly #clientErrors = new Counter();
  readonly #serverErrors = new Counter();

  constructor(routes: readonly NamedRoute[]) {
    for (const { method, path } of routes) {
      const methods = this.#durations.get(path) ?? new Map<string, Sample>();
      this.#durations.set(path, methods.set(method, new Sample()));
    }
  }

  /** An answer is about to be written. */
  answered({ status, body }: Response): void {
    if (body instanceof Buffer) this.#answerBytes.record(body.length);
    if (status >= 500) this.#serverErrors.increment();
    else if (status >= 400) this.#clientErrors.increment();
  }

  /** A request that found a route is over, `durationMs` after it came. */
  finished({ method, path }: NamedRoute, durationMs: number): void {
    this.#durations.get(path)?.get(method)?.record(durationMs);
  }

  addTo(metrics: Metrics): void {
    for (const [path, methods] of this.#durations) {
      for (const [method, sample] of methods) metrics.add('consul.api.http', sample, { method, path: pathLabel(path) });
    }
    metrics.add('konsul.http.answer_bytes', this.#answerBytes);
    metrics.add('konsul.http.connections', () => this.connections);
    metrics.add('konsul.http.errors_total', this.#clientErrors, { class: '4xx' });
    metrics.add('konsul.http.errors_total', this.#serverErrors, { class: '5xx' });
    metrics.add('konsul.http.refused_connections_total', this.refusedConnections);
    metrics.add('konsul.http.requests', () => this.requests);
  }
}

/** As Consul writes it: `v1_kv_` for `/v1/kv/`. */
const pathLabel = (path: string): string => path.slice(1).replaceAll('/', '_');
