import { expect, test } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { LogHub, type LogOutput, type LogTap } from './log-hub.ts';
import { PinoLogger } from './pino-logger.ts';

const clock = new FakeClock({ wallMs: Date.parse('2024-09-23T10:00:00Z') });

function tapped(hub: LogHub, options: Omit<LogOutput, 'write'>): { lines: string[]; tap: LogTap } {
  const lines: string[] = [];
  return { lines, tap: hub.add({ ...options, write: (line) => void lines.push(line) }) };
}

test('Each output has its own level and form', () => {
  const hub = new LogHub();
  const logger = PinoLogger.create(hub, clock);
  const text = tapped(hub, { level: 'info', isJson: false });
  const json = tapped(hub, { level: 'debug', isJson: true });
  logger.debug({ n: 1 }, 'small');
  logger.warn({}, 'large');
  expect(text.lines).toEqual(['2024-09-23T10:00:00.000Z [WARN]  large\n']);
  expect(json.lines.map((line) => JSON.parse(line)['@message'])).toEqual(['small', 'large']);
});

test('An output that was removed gets nothing, and lines that nobody wants are not made', () => {
  const hub = new LogHub();
  const logger = PinoLogger.create(hub, clock);
  expect(hub.wants('error')).toBe(false);
  const { lines, tap } = tapped(hub, { level: 'debug', isJson: false });
  const other = tapped(hub, { level: 'warn', isJson: false });
  logger.debug({}, 'seen');
  tap.remove();
  logger.error({}, 'unseen');
  expect(lines).toHaveLength(1);
  expect(other.lines).toHaveLength(1);
  expect([hub.wants('info'), hub.wants('warn')]).toEqual([false, true]);
});
