import { expect, test, vi } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { Metrics } from './metrics.ts';
import { ProcessMetrics } from './metrics-process.ts';

test('The process tells its memory, its time and what it waits for', async () => {
  const metrics = new Metrics(new FakeClock());
  new ProcessMetrics(metrics);
  const gauges = new Map(metrics.summary().gauges.map(({ name, value }) => [name, value]));
  for (const name of [
    'consul.runtime.alloc_bytes',
    'consul.runtime.sys_bytes',
    'consul.runtime.num_goroutines',
    'konsul.runtime.cpu_seconds',
  ])
    expect(gauges.get(name), name).toBeGreaterThan(0);
  expect(gauges.get('consul.runtime.sys_bytes')).toBeGreaterThan(gauges.get('consul.runtime.alloc_bytes') ?? 0);
});

test('Garbage collections are told while it is started', async () => {
  const metrics = new Metrics(new FakeClock());
  const process = new ProcessMetrics(metrics);
  const gauge = (name: string): number => metrics.summary().gauges.find((each) => each.name === name)?.value ?? Number.NaN;
  await process.start();
  let kept: number[][] = [];
  await vi.waitFor(() => {
    kept = Array.from({ length: 100_000 }, (_, i) => [i]);
    expect(gauge('consul.runtime.total_gc_runs')).toBeGreaterThan(0);
  });
  expect(kept).toHaveLength(100_000);
  expect(gauge('consul.runtime.total_gc_pause_ns')).toBeGreaterThan(0);
  await process.stop();
});
