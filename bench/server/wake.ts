/** A thousand blocking queries on one service: one change wakes them all, beside bare `node:http` that sends the same bytes. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { KonsulProcess } from '../../test/integration/konsul-process.ts';
import type { BenchContext, BenchGroup } from '../benches.ts';
import type { WakeResult } from '../load/load-job.ts';
import { median } from '../load/percentiles.ts';
import { runWake } from '../load/run-load.ts';
import type { BareAnswer } from '../peers/bare-http.ts';
import { against, type Row, significant } from '../row.ts';
import { indexOf, register, registration, withServer } from './bench-server.ts';

const INSTANCES = 10;
const OTHER_SERVICES = 10;
const GOAL_TIMES_PEER = 3;
const BARE_HTTP = fileURLToPath(new URL('../peers/bare-http.ts', import.meta.url));

export const wakeAll: BenchGroup = {
  name: 'wake',
  run: (context) =>
    withServer({}, async (server) => {
      for (let n = 0; n < INSTANCES; n++) await register(server, 'web', { node: `web-${n}`, port: 1 });
      for (let n = 0; n < OTHER_SERVICES; n++) await register(server, `other-${n}`, { node: `other-${n}`, port: 1 });
      await measure(context, server);
    }),
};

async function measure({ report, isQuick }: BenchContext, server: KonsulProcess): Promise<void> {
  const waiters = isQuick ? 100 : 1_000;
  const first = await wakeOurs(server, waiters, 2);
  const peer = await startBare(first.sample);
  const [ours, bare]: [WakeResult[], WakeResult[]] = [[], []];
  try {
    for (let round = 0; round < (isQuick ? 1 : 7); round++) {
      ours.push(await wakeOurs(server, waiters, round + 3));
      bare.push(await wakeBare(peer.port, waiters));
      report.progress(`round ${round}: p99 ${ours.at(-1)?.latencyMs.p99.toFixed(1)} ms, bare ${bare.at(-1)?.latencyMs.p99.toFixed(1)} ms`);
    }
  } finally {
    peer.child.kill();
  }
  const name = `${waiters} blocking queries on one ${INSTANCES}-instance service, one change`;
  report.row(compared(`${name}: p99 until answered`, ours, bare));
  const wrongly = ours.reduce((sum, result) => sum + result.wokenWrongly, 0);
  report.row({ name: `${name}: queries on other services that woke`, value: wrongly, unit: 'count', goal: '0', ok: wrongly === 0 });
}

function compared(name: string, ours: readonly WakeResult[], bare: readonly WakeResult[]): Row {
  const [value, peerValue] = [ours, bare].map((results) => median(results.map((result) => result.latencyMs.p99))) as [number, number];
  const row = {
    name,
    value: significant(value),
    unit: 'ms',
    goal: `<= ${GOAL_TIMES_PEER} x peer`,
    ok: value <= GOAL_TIMES_PEER * peerValue,
  };
  return against(row, { peer: 'bare node:http, ms', peerValue, better: 'less' });
}

/** One round; `port` differs from round to round, so that each write is a change. */
async function wakeOurs(server: KonsulProcess, waiters: number, port: number): Promise<WakeResult> {
  const query = async (service: string): Promise<string> => {
    const path = `/v1/health/service/${service}`;
    return `${path}?index=${await indexOf(server, path)}&wait=60s`;
  };
  const awake = await query('web');
  const asleep = await Promise.all(Array.from({ length: OTHER_SERVICES }, (_, n) => query(`other-${n}`)));
  return runWake({
    port: server.httpPort,
    awake: Array.from({ length: waiters }, () => awake),
    asleep: Array.from({ length: waiters }, (_, n) => asleep[n % OTHER_SERVICES] as string),
    trigger: { path: '/v1/catalog/register', body: JSON.stringify(registration('web', { node: 'web-0', port })) },
  });
}

function wakeBare(port: number, waiters: number): Promise<WakeResult> {
  return runWake({
    port,
    awake: Array.from({ length: waiters }, () => '/wait'),
    asleep: Array.from({ length: waiters }, () => '/sleep'),
    trigger: { path: '/wake', body: 'x' },
  });
}

function startBare(answer: BareAnswer): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  return new Promise((resolve, reject) => {
    const child = fork(BARE_HTTP);
    child.once('error', reject);
    child.once('message', (port) => resolve({ child, port: port as number }));
    child.send(answer);
  });
}
