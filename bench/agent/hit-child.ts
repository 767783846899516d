/**
 * A process that measures one way to look something up, and tells its parent: nothing else has run in it, so that V8 compiles the loop for
 * this way alone. Needs `--expose-gc`. Times include the loop; that of the subject `nothing` is to be subtracted.
 */
import { keys, openSubject, type Subject, type SubjectPlace } from './hit-subjects.ts';

export interface HitJob extends SubjectPlace {
  readonly subject: Subject;
  readonly rounds: number;
}

export interface HitCost {
  readonly nsPerHit: number;
  readonly bytesPerHit: number;
}

const RUNS = 5;
/** So few that even a small object for each would not fill the young generation, whose collection would hide it. */
const COUNTED_ROUNDS = 100_000;

let found = 0;

/** Keys are read from a list, as a caller has them: none is built. */
function loop(get: (key: string) => unknown, rounds: number): void {
  let place = 0;
  for (let round = 0; round < rounds; round += 1) {
    if (get(keys[place] as string) !== undefined) found += 1;
    place = place + 1 === keys.length ? 0 : place + 1;
  }
}

function nsOf(get: (key: string) => unknown, rounds: number): number {
  const began = process.hrtime.bigint();
  loop(get, rounds);
  return Number(process.hrtime.bigint() - began) / rounds;
}

function bytesOf(get: (key: string) => unknown): number {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  loop(get, COUNTED_ROUNDS);
  return (process.memoryUsage().heapUsed - before) / COUNTED_ROUNDS;
}

const best = (measure: () => number): number => Math.min(...Array.from({ length: RUNS }, measure));

process.once('message', async ({ subject, rounds, ...place }: HitJob) => {
  const { get, close } = await openSubject(subject, place);
  loop(get, rounds);
  const cost: HitCost = { nsPerHit: best(() => nsOf(get, rounds)), bytesPerHit: best(() => bytesOf(get)) };
  if (found === 0) throw new Error(`${subject} finds nothing`);
  await close();
  process.send?.(cost, () => process.exit(0));
});
