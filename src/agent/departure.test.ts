import { expect, test } from 'vitest';
import { silentLogger } from '../runtime/logger.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { Departure } from './departure.ts';

test.each([
  ['ended', () => Promise.resolve(), 0],
  ['are given one second to end', () => new Promise<void>(() => {}), 1_000],
])('Servers are told of the leave when registrations on the way have %s', async (_how, quiet, delayMs) => {
  const clock = new FakeClock();
  const startMs = clock.nowMs();
  const steps: (readonly [string, number])[] = [];
  const step = (name: string): void => void steps.push([name, clock.nowMs() - startMs]);
  const departure = new Departure({
    local: {
      stopSending: () => {
        step('quiet');
        return quiet();
      },
    },
    link: { leave: async () => step('leave') },
    members: { leaving: () => step('leaving'), left: () => step('left') },
    drainMs: () => 5_000,
    stop: () => step('stop'),
    clock,
    logger: silentLogger,
  });
  void departure.leave();
  await clock.advance(10_000);
  expect(steps).toEqual([
    ['leaving', 0],
    ['quiet', 0],
    ['leave', delayMs],
    ['left', delayMs],
    ['stop', delayMs + 5_000],
  ]);
});
