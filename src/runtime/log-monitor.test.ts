import { expect, test } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { LogHub } from './log-hub.ts';
import { monitorLog } from './log-monitor.ts';
import { PinoLogger } from './pino-logger.ts';

function monitored(isJson = false) {
  const clock = new FakeClock();
  const hub = new LogHub();
  const stop = new AbortController();
  const chunks: string[] = [];
  const reading = (async () => {
    for await (const chunk of monitorLog({ hub, level: 'info', isJson, clock, signal: stop.signal })) chunks.push(String(chunk));
  })();
  return { clock, hub, stop, chunks, reading, logger: PinoLogger.create(hub, clock) };
}

test('Lines are gathered for a moment and given together', async () => {
  const { clock, logger, chunks, stop, reading } = monitored();
  logger.info({}, 'one');
  logger.debug({}, 'too small');
  logger.warn({}, 'two');
  expect(chunks).toEqual([]);
  await clock.advance(200);
  expect(chunks).toHaveLength(1);
  expect(chunks[0]).toMatch(/one\n.*two\n$/);
  stop.abort();
  await reading;
});

test('What is held is given at the end, and then nothing listens', async () => {
  const { hub, logger, chunks, stop, reading } = monitored(true);
  logger.info({}, 'last words');
  stop.abort();
  await reading;
  expect(JSON.parse(chunks.join(''))['@message']).toBe('last words');
  expect(hub.wants('error')).toBe(false);
});

test('A reader who is too slow loses lines and is told how many', async () => {
  const { clock, logger, chunks, stop, reading } = monitored();
  for (let n = 0; n < 600; n += 1) logger.info({}, `line ${n}`);
  await clock.advance(200);
  expect(chunks.join('').split('\n')).toHaveLength(514);
  expect(chunks.join('')).toContain('88 lines were dropped');
  stop.abort();
  await reading;
});

test('What is lost while the reader holds a piece is told with the next one', async () => {
  const clock = new FakeClock();
  const hub = new LogHub();
  const stop = new AbortController();
  const pieces = monitorLog({ hub, level: 'info', isJson: false, clock, signal: stop.signal });
  const logger = PinoLogger.create(hub, clock);
  const first = pieces.next();
  logger.info({}, 'first');
  await clock.advance(200);
  expect(String((await first).value)).toMatch(/first\n$/);
  for (let n = 0; n < 600; n += 1) logger.info({}, `line ${n}`);
  const second = pieces.next();
  await clock.advance(200);
  expect(String((await second).value)).toContain('88 lines were dropped');
  stop.abort();
  await pieces.return();
});

test('Long lines are bounded by their text', async () => {
  const { clock, logger, chunks, stop, reading } = monitored();
  for (let n = 0; n < 5; n += 1) logger.info({ long: 'x'.repeat(300_000) }, 'line');
  await clock.advance(200);
  expect(chunks.join('').length).toBeLessThan(1_100_000);
  expect(chunks.join('')).toContain('2 lines were dropped');
  stop.abort();
  await reading;
});
