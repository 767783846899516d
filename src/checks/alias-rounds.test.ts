import { beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { AliasRounds } from './alias-rounds.ts';

let clock: FakeClock;
let parts: (readonly number[])[];
let rounds: AliasRounds<number>;

beforeEach(() => {
  clock = new FakeClock();
  parts = [];
  rounds = new AliasRounds(clock, (part) => parts.push(part));
});

const addAll = (count: number): void => {
  for (let i = 0; i < count; i += 1) rounds.add(i);
};

test('what is due at the same time is looked at together, once, and never at once', async () => {
  addAll(3);
  for (let i = 0; i < 10; i += 1) rounds.soon(1);
  expect(parts).toEqual([]);
  await clock.settle();
  expect(parts).toEqual([[0, 1, 2]]);
  rounds.soon(2);
  rounds.soon(0);
  await clock.settle();
  expect(parts).toEqual([
    [0, 1, 2],
    [2, 0],
  ]);
});

test('many are looked at in parts, with other work in between', async () => {
  const sizes: unknown[] = [];
  rounds = new AliasRounds(clock, (part) => {
    sizes.push(part.length);
    setImmediate(() => sizes.push('other work'));
  });
  addAll(150);
  await clock.settle();
  expect(sizes).toEqual([64, 'other work', 64, 'other work', 22, 'other work']);
});

test('what is due again while it is looked at comes in a later part', async () => {
  rounds = new AliasRounds(clock, (part) => {
    parts.push(part);
    if (parts.length < 3) rounds.soon(0);
  });
  addAll(2);
  await clock.settle();
  expect(parts).toEqual([[0, 1], [0], [0]]);
});

test('everything is looked at every minute', async () => {
  addAll(2);
  await clock.advance(59_999);
  rounds.add(2);
  await clock.settle();
  await clock.advance(60_001);
  expect(parts).toEqual([[0, 1], [2], [0, 1, 2], [0, 1, 2]]);
});

test('what was deleted is not looked at, and the last one takes the timer along', async () => {
  addAll(2);
  rounds.delete(0);
  rounds.soon(0);
  await clock.settle();
  expect([parts, clock.pendingTimers]).toEqual([[[1]], 1]);
  rounds.delete(1);
  rounds.allSoon();
  await clock.settle();
  expect([parts, clock.pendingTimers]).toEqual([[[1]], 0]);
  rounds.add(5);
  await clock.advance(60_000);
  expect(parts).toEqual([[1], [5], [5]]);
});
