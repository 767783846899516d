import { expect, test } from 'vitest';
import { type Logger, silentLogger } from '../runtime/logger.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { RefusalLog } from './serving-refusals.ts';

function refusalLog() {
  const lines: object[] = [];
  const logger: Logger = { ...silentLogger, warn: (fields) => lines.push(fields) };
  const clock = new FakeClock();
  return { lines, clock, log: new RefusalLog(clock, logger) };
}

test('each cause is logged once a minute, with the number of those that were not', async () => {
  const { lines, clock, log } = refusalLog();
  for (let times = 0; times < 3; times += 1) for (const cause of ['a', 'b']) log.refused(cause, { cause });
  expect(lines).toEqual([{ cause: 'a' }, { cause: 'b' }]);
  await clock.advance(60_000);
  log.refused('a', { cause: 'a' });
  expect(lines.at(-1)).toEqual({ cause: 'a', repeats: 2 });
});

test('a flood of causes shares one line, and is forgotten again', async () => {
  const { lines, clock, log } = refusalLog();
  for (let at = 0; at < 5_000; at += 1) log.refused(`cause ${at}`, { at });
  expect(lines).toHaveLength(1_001);
  await clock.advance(60_000);
  log.refused('new', { at: 'new' });
  expect(lines.at(-1)).toEqual({ at: 'new' });
});
