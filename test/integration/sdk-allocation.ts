/**
 * Run as a program of its own, with `--expose-gc` and room for a whole run in the young generation: prints how many bytes each call of the
 * SDK's hit path leaves behind, as JSON.
 */

import { SystemClock } from '../../src/runtime/clock.ts';
import { SeededRandom } from '../../src/runtime/random.ts';
import { KonsulCore } from '../../src/sdk/konsul-core.ts';
import type { Views } from '../../src/sdk/views.ts';
import { createView, type View } from '../../src/topics/view.ts';
import { checkRecord, nodeRecord, serviceRecord } from '../fixtures/records.ts';

declare const gc: () => void;

/** So few that what is made of a small object for each still fits before the next collection. */
const ROUNDS = 100_000;

const view: View = createView<unknown>(1, [{ node: nodeRecord('n'), service: serviceRecord('n', 'web'), checks: [checkRecord('n', 'c')] }]);
const views: Views = {
  read: <T>() => view as View<T>,
  held: <T>() => view as View<T>,
  next: () => new Promise(() => {}),
  freshness: () => ({ isLive: true }),
};
const konsul = new KonsulCore({ views, api: undefined as never, clock: new SystemClock(), random: new SeededRandom(1) });
const handle = konsul.service('web');
const all = { passing: false };

const calls: Readonly<Record<string, () => unknown>> = {
  health: () => konsul.health('web'),
  'health of all': () => konsul.health('web', all),
  instances: () => handle.instances,
  pick: () => handle.pick(),
  'an array for each': () => [view],
};

let last: unknown;

interface Measured {
  /** Of several runs: the first ones grow by what the compiler makes of the code. */
  readonly least: number;
  /** A collection in the middle of a run makes it look smaller than it was. */
  readonly median: number;
}

function bytesPerCall(call: () => unknown): Measured {
  const runs: number[] = [];
  for (let run = 0; run < 11; run += 1) {
    gc();
    const before = process.memoryUsage().heapUsed;
    for (let round = 0; round < ROUNDS; round += 1) last = call();
    runs.push((process.memoryUsage().heapUsed - before) / ROUNDS);
  }
  const [least = Number.NaN] = runs.sort((a, b) => a - b);
  return { least: last === undefined ? Number.NaN : least, median: runs[5] ?? Number.NaN };
}

console.log(JSON.stringify(Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, bytesPerCall(call)]))));
