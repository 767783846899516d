import { expect, test } from 'vitest';
import { Gate } from './gate.ts';

const never = new AbortController().signal;

test('the bound holds, and the waiting come in by turns', async () => {
  const gate = new Gate(2);
  const seen: number[] = [];
  const enter = async (id: number): Promise<void> => {
    if (await gate.enter(never)) seen.push(id);
  };
  const all = [1, 2, 3, 4].map(enter);
  await Promise.all(all.slice(0, 2));
  expect(seen).toEqual([1, 2]);
  gate.leave();
  await all[2];
  gate.leave();
  await all[3];
  expect(seen).toEqual([1, 2, 3, 4]);
});

test('who gives up while waiting takes no place', async () => {
  const gate = new Gate(1);
  await gate.enter(never);
  const abort = new AbortController();
  const givenUp = gate.enter(abort.signal);
  const patient = gate.enter(never);
  abort.abort();
  expect(await givenUp).toBe(false);
  gate.leave();
  expect(await patient).toBe(true);
  expect(await gate.enter(abort.signal)).toBe(false);
});

test('places that were left can be taken again', async () => {
  const gate = new Gate(1);
  for (let i = 0; i < 3; i += 1) {
    expect(await gate.enter(never)).toBe(true);
    gate.leave();
  }
});
