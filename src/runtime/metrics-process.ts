/** What the process tells of itself: memory, processor time, garbage collections. Asked when somebody looks; only collections are told. */
import { PerformanceObserver } from 'node:perf_hooks';
import { cpuUsage, getActiveResourcesInfo, memoryUsage } from 'node:process';
import type { Part } from './lifecycle.ts';
import type { Metrics } from './metrics.ts';
import { Sample } from './metrics-instruments.ts';

const NS_PER_MS = 1e6;

export class ProcessMetrics implements Part {
  readonly name = 'process metrics';
  readonly #pausesNs = new Sample();
  readonly #observer: PerformanceObserver;

  constructor(metrics: Metrics) {
    this.#observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) this.#pausesNs.record(Math.round(duration * NS_PER_MS));
    });
    metrics.add('consul.runtime.alloc_bytes', () => memoryUsage().heapUsed);
    metrics.add('consul.runtime.sys_bytes', () => memoryUsage.rss());
    metrics.add('consul.runtime.num_goroutines', () => getActiveResourcesInfo().length);
    metrics.add('consul.runtime.gc_pause_ns', this.#pausesNs);
    metrics.add('consul.runtime.total_gc_pause_ns', () => this.#pausesNs.sum);
    metrics.add('consul.runtime.total_gc_runs', () => this.#pausesNs.count);
    metrics.add('konsul.runtime.cpu_seconds', cpuSeconds);
  }

  async start(): Promise<void> {
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  async stop(): Promise<void> {
    this.#observer.disconnect();
  }
}

function cpuSeconds(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1e6;
}
