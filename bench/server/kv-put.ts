/** Durable KV writes per second, beside a real Consul that makes them durable too; the two take turns. */

import type { KonsulProcess } from '../../test/integration/konsul-process.ts';
import { realPart } from '../../test/real-parts.ts';
import type { BenchContext, BenchGroup } from '../benches.ts';
import { median } from '../load/percentiles.ts';
import { runLoad } from '../load/run-load.ts';
import { against, atLeast } from '../row.ts';
import { withServer } from './bench-server.ts';

const GOAL_PER_S = 8_000;
const CLIENTS = 64;

export const kvPut: BenchGroup = {
  name: 'kv-put',
  run: (context) =>
    withServer({}, async (ours) => {
      if (realPart('consul') === undefined) return measure(context, ours, undefined);
      return withServer({ peer: 'consul' }, (peer) => measure(context, ours, peer));
    }),
};

async function measure({ report, isQuick }: BenchContext, ours: KonsulProcess, peer: KonsulProcess | undefined): Promise<void> {
  const durationMs = isQuick ? 300 : 4_000;
  const [rates, peerRates]: [number[], number[]] = [[], []];
  for (let round = 0; round < (isQuick ? 1 : 4); round++) {
    const isWarmUp = round === 0 && !isQuick;
    const rate = await putsPerS(ours, durationMs);
    if (!isWarmUp) rates.push(rate);
    if (peer === undefined) continue;
    const peerRate = await putsPerS(peer, durationMs);
    if (!isWarmUp) peerRates.push(peerRate);
    report.progress(`round ${round}: ${Math.round(rate)}/s, Consul ${Math.round(peerRate)}/s`);
  }
  const row = atLeast({ name: `KV put, durable, ${CLIENTS} keep-alive clients`, value: median(rates), unit: '1/s' }, GOAL_PER_S);
  const compared = peer === undefined ? row : against(row, { peer: 'Consul 1.8.7, 1/s', peerValue: median(peerRates), better: 'more' });
  report.row(compared);
}

async function putsPerS(server: KonsulProcess, durationMs: number): Promise<number> {
  const recipe = { kind: 'kv-put', prefix: 'bench', keys: 10_000, valueBytes: 100 } as const;
  const result = await runLoad({ port: server.httpPort, connections: CLIENTS, durationMs, recipe });
  return (result.requests * 1_000) / result.elapsedMs;
}
