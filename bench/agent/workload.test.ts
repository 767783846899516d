import { expect, test } from 'vitest';
import { type Players, placeOf, play, READS_PER_S, Workload, zipfSums } from './workload.ts';

const SHAPE = { agents: 4, names: 50, seconds: 60 };

test('the popular names are read as often as Zipf says, and the same names each time', () => {
  const workload = new Workload(SHAPE);
  const counts = new Array<number>(SHAPE.names).fill(0);
  for (let read = 0; read < workload.reads; read += 1) counts[workload.nameOf(read)] = (counts[workload.nameOf(read)] as number) + 1;
  const share = (counts[0] as number) / workload.reads;
  expect(share).toBeCloseTo(zipfSums(SHAPE.names)[0] as number, 1);
  expect(counts[0]).toBeGreaterThan(3 * (counts[9] as number));
  const again = new Workload(SHAPE);
  expect(Array.from({ length: 100 }, (_, n) => again.nameOf(n))).toEqual(Array.from({ length: 100 }, (_, n) => workload.nameOf(n)));
});

test('the shares of all names sum up to one, and each has its place', () => {
  const sums = zipfSums(10);
  expect(sums[9]).toBeCloseTo(1, 12);
  for (const [place, sum] of sums.entries()) expect(placeOf(sums, sum - 1e-9)).toBe(place);
  expect(placeOf(sums, 0)).toBe(0);
  // Sums may end a little below one; the last name takes the rest.
  expect(placeOf(sums, 1)).toBe(9);
});

test.each([
  ['the long form', { agents: 100, names: 1_000, seconds: 600 }, 100],
  ['the short form', { agents: 20, names: 100, seconds: 60 }, 1],
  ['a run so short that nothing would change', { agents: 1, names: 10, seconds: 1 }, 1],
])('one percent of the services changes per minute: %s', (_, shape, changes) => {
  const workload = new Workload(shape);
  expect(workload.changes).toBe(changes);
  expect(workload.changesBefore(0)).toBe(0);
  expect(workload.changesBefore(workload.reads)).toBe(changes);
});

test('every read and every change is made once, agents take turns, and the middle is told once', async () => {
  const workload = new Workload(SHAPE);
  const reads: (readonly [number, number])[] = [];
  const changes: number[] = [];
  const halves: number[] = [];
  const players: Players = {
    read: (agent, name) => void reads.push([agent, name]),
    change: async (name) => void changes.push(name),
    close: async () => {},
  };
  const onHalf = async (): Promise<void> => void halves.push(reads.length);
  await play(workload, players, { agents: SHAPE.agents, isPaced: false, onHalf });
  expect(reads).toEqual(
    Array.from({ length: SHAPE.agents * READS_PER_S * SHAPE.seconds }, (_, n) => [n % SHAPE.agents, workload.nameOf(n)]),
  );
  expect(changes).toEqual(Array.from({ length: workload.changes }, (_, n) => workload.changedName(n)));
  expect(halves).toEqual([workload.reads / 2]);
});
