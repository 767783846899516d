/**
 * The recorded workload: agents that look up names, the popular ones often (Zipf), while services change now and then. The same numbers give
 * the same reads and changes in the same order, so that they can be made twice: of agents, and of the server itself.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { SeededRandom } from '../../src/runtime/random.ts';

export interface WorkloadShape {
  readonly agents: number;
  readonly names: number;
  readonly seconds: number;
}

export const READS_PER_S = 10;
const ZIPF = 0.99;
/** Part of the services that changes in a minute. */
const CHANGED = 0.01;

export class Workload {
  readonly reads: number;
  readonly changes: number;
  readonly #names: Int32Array;
  readonly #changed: readonly number[];

  constructor({ agents, names, seconds }: WorkloadShape) {
    this.reads = agents * READS_PER_S * seconds;
    // At least one: a run in which nothing changes would pass over what pushes cost.
    this.changes = Math.max(1, Math.round((names * CHANGED * seconds) / 60));
    const random = new SeededRandom(99);
    const sums = zipfSums(names);
    this.#names = Int32Array.from({ length: this.reads }, () => placeOf(sums, random.float()));
    this.#changed = Array.from({ length: this.changes }, () => Math.floor(random.float() * names));
  }

  /** The name that the n-th read of all is about. Agents take turns. */
  nameOf(read: number): number {
    return this.#names[read] as number;
  }

  /** The name whose service the n-th change of all is about. */
  changedName(change: number): number {
    return this.#changed[change] as number;
  }

  /** How many changes come before the n-th read: they are spread evenly. */
  changesBefore(read: number): number {
    return Math.floor(((read + 0.5) * this.changes) / this.reads + 0.5);
  }
}

/** Running sums of the shares: the last is 1. */
export function zipfSums(names: number): Float64Array {
  const shares = Array.from({ length: names }, (_, rank) => 1 / (rank + 1) ** ZIPF);
  const total = shares.reduce((sum, share) => sum + share, 0);
  let sum = 0;
  return Float64Array.from(shares, (share) => {
    sum += share / total;
    return sum;
  });
}

/** The first place whose sum is above `share`. */
export function placeOf(sums: Float64Array, share: number): number {
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] as number) > share) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Those who look up and change: simulated agents, or programs without one. */
export interface Players {
  /** One of the agents looks up a name; throws if nothing is found. */
  read(agent: number, name: number): Promise<void> | void;
  /** The service of a name is registered anew, with another port. */
  change(name: number, port: number): Promise<void>;
  close(): Promise<void>;
}

export interface PlayOptions {
  readonly agents: number;
  /** At the pace of the workload, or as fast as the answers come. */
  readonly isPaced: boolean;
  /** Called once, in the middle. */
  readonly onHalf: () => Promise<void>;
}

const TICK_MS = 10;
/** Above the ports of the first registrations. */
const FIRST_PORT = 10_000;

export async function play(workload: Workload, players: Players, { agents, isPaced, onHalf }: PlayOptions): Promise<void> {
  const startedMs = performance.now();
  const dueNow = (): number => Math.floor(((performance.now() - startedMs) * agents * READS_PER_S) / 1_000);
  const half = Math.floor(workload.reads / 2);
  let [read, change] = [0, 0];
  while (read < workload.reads) {
    const due = Math.min(isPaced ? dueNow() : read + agents, read < half ? half : workload.reads);
    for (; change < workload.changesBefore(due); change += 1) await players.change(workload.changedName(change), FIRST_PORT + change);
    const reads: (Promise<void> | void)[] = [];
    for (; read < due; read += 1) reads.push(players.read(read % agents, workload.nameOf(read)));
    await Promise.all(reads);
    if (read === half && reads.length > 0) await onHalf();
    if (isPaced) await pause(TICK_MS);
  }
}
