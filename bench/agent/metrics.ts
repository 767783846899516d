/** Reads the metrics of a process, in Prometheus's format, since it adds up from the start on. */
import type { KonsulProcess } from '../../test/integration/konsul-process.ts';

export interface MetricSample {
  /** The labels as they are written, without braces; empty for none. */
  readonly labels: string;
  readonly value: number;
}

export async function metricSamples(process: KonsulProcess, name: string): Promise<MetricSample[]> {
  const { status, text } = await process.call('/v1/agent/metrics?format=prometheus');
  if (status !== 200) throw new Error(`metrics: ${status} ${text}`);
  return [...text.matchAll(new RegExp(`^${name}(?:\\{([^}]*)\\})? (\\S+)$`, 'gm'))].map(([, labels = '', value]) => ({
    labels,
    value: Number(value),
  }));
}

/** Over all labels; 0 if there is none yet. */
export async function metricSum(process: KonsulProcess, name: string): Promise<number> {
  return (await metricSamples(process, name)).reduce((sum, { value }) => sum + value, 0);
}
