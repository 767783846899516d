/** From a change registered on one agent until a blocking query on another is answered with it; beside two agents of a real Consul. */
import { setTimeout as pause } from 'node:timers/promises';
import type { BenchGroup } from '../benches.ts';
import { percentilesOf } from '../load/percentiles.ts';
import { RawConnection } from '../load/raw-connection.ts';
import { getRequest, putRequest } from '../load/recipes.ts';
import type { Response } from '../load/response-reader.ts';
import { below } from '../row.ts';
import { type AgentSite, CONSUL, withBoth } from './agents.ts';
import { besides, takeTurns } from './turns.ts';

const GOAL_P50_MS = 10;
const GOAL_P99_MS = 50;
const SERVICE = 'moving';
/** The whole answer of one instance. */
const KEEP_BYTES = 64 * 1024;
/** Longer than a query takes to reach its agent and wait there. */
const PARKED_MS = 5;
const FIRST_PORT = 1_024;

export const propagation: BenchGroup = {
  name: 'propagation',
  run: ({ report, isQuick }) =>
    withBoth({ count: 2 }, async (ours, peer) => {
      const changes = isQuick ? 10 : 50;
      const sides = { ours: await Propagation.open(ours), peer: peer && (await Propagation.open(peer)) };
      await takeTurns({ ...sides, rounds: 1, measure: (side) => side.measure(changes) });
      const turns = await takeTurns({ ...sides, rounds: isQuick ? 2 : 10, measure: (side) => side.measure(changes) });
      sides.ours.close();
      sides.peer?.close();
      const [latencies, peerLatencies] = [turns.ours.flat(), turns.peer.flat()].map(percentilesOf);
      for (const [share, goalMs] of [['p50', GOAL_P50_MS] as const, ['p99', GOAL_P99_MS] as const]) {
        const name = `change on one agent, seen by a blocking query on another: ${share}`;
        const row = below({ name, value: latencies?.[share] ?? Number.NaN, unit: 'ms' }, goalMs);
        const peerValues = peer === undefined ? [] : [peerLatencies?.[share] ?? Number.NaN];
        report.row(besides(row, peerValues, { peer: `${CONSUL}, ms`, better: 'less' }));
      }
    }),
};

/** A program that changes its service on one agent, and one that follows it on another. */
class Propagation {
  readonly #writer: RawConnection;
  readonly #reader: RawConnection;
  #port = FIRST_PORT;
  #index = 0;

  private constructor(writer: RawConnection, reader: RawConnection) {
    this.#writer = writer;
    this.#reader = reader;
  }

  static async open({ agents: [one, other] }: AgentSite): Promise<Propagation> {
    if (one === undefined || other === undefined) throw new Error('two agents are needed');
    return new Propagation(await RawConnection.open(one.httpPort), await RawConnection.open(other.httpPort, KEEP_BYTES));
  }

  /** Milliseconds from the first byte of a registration to the last of the answer that shows it, for each of `changes`. */
  async measure(changes: number): Promise<number[]> {
    const tookMs: number[] = [];
    for (let change = 0; change < changes; change += 1) tookMs.push(await this.#change());
    return tookMs;
  }

  close(): void {
    this.#writer.close();
    this.#reader.close();
  }

  async #change(): Promise<number> {
    const port = this.#port;
    this.#port += 1;
    const seen = this.#seen(port);
    await pause(PARKED_MS);
    const startedMs = performance.now();
    const body = JSON.stringify({ Name: SERVICE, Port: port });
    const [{ status }, seenMs] = await Promise.all([this.#writer.request(putRequest('/v1/agent/service/register', body)), seen]);
    if (status !== 200) throw new Error(`the registration was answered with ${status}`);
    return seenMs - startedMs;
  }

  /** When an answer showed the port. Other changes, as those of Consul's own first rounds, wake it too and are passed over. */
  async #seen(port: number): Promise<number> {
    for (;;) {
      const response = await this.#reader.request(getRequest(`/v1/health/service/${SERVICE}?index=${this.#index}&wait=30s`));
      this.#index = indexOf(response);
      if (response.body.includes(`"Port":${port},`)) return performance.now();
    }
  }
}

/** At least 1: with 0 a query would not wait. */
function indexOf({ status, head }: Response): number {
  if (status !== 200) throw new Error(`the blocking query was answered with ${status}`);
  return Math.max(1, Number(/x-consul-index: (\d+)/i.exec(head)?.[1]));
}
