import { expect, test } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { LogHub, type LogTap } from './log-hub.ts';
import type { LogLevel } from './log-line.ts';
import { PinoLogger } from './pino-logger.ts';

const clock = new FakeClock({ wallMs: Date.parse('2024-09-23T10:00:00Z') });

function record(level: LogLevel, isJson = false): { logger: PinoLogger; lines: string[]; tap: LogTap } {
  const lines: string[] = [];
  const hub = new LogHub();
  const tap = hub.add({ level, isJson, write: (line) => void lines.push(line) });
  return { lines, tap, logger: PinoLogger.create(hub, clock) };
}

test('text lines look like those of Consul', () => {
  const { logger, lines } = record('debug');
  logger.info({}, 'started');
  logger.child({ component: 'agent' }).child({ component: 'sync', peer: 's1' }).warn({ count: 3, reason: 'link is down' }, 'retrying');
  logger.error({ list: ['a'], empty: '', gone: undefined }, 'two\nlines');
  logger.debug({ ok: true }, 'd');
  expect(lines).toEqual([
    '2024-09-23T10:00:00.000Z [INFO]  started\n',
    '2024-09-23T10:00:00.000Z [WARN]  agent.sync: retrying: peer=s1 count=3 reason="link is down"\n',
    '2024-09-23T10:00:00.000Z [ERROR] two lines: list=["a"] empty=""\n',
    '2024-09-23T10:00:00.000Z [DEBUG] d: ok=true\n',
  ]);
});

test('JSON lines have the keys of hclog', () => {
  const { logger, lines } = record('info', true);
  logger.child({ component: 'dns' }).info({ port: 8_600 }, 'listening');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { '@level': 'info', '@message': 'listening', '@module': 'dns', '@timestamp': '2024-09-23T10:00:00.000Z', port: 8_600 },
  ]);
});

test('a value cannot forge a line or a field', () => {
  const { logger, lines } = record('info');
  logger.info({ name: 'x\n2024 [INFO] forged', pair: 'a=b' }, 'registered');
  expect(lines).toEqual(['2024-09-23T10:00:00.000Z [INFO]  registered: name="x\\n2024 [INFO] forged" pair="a=b"\n']);
});

test.each([[false], [true]])('secrets are hidden wherever they are (JSON: %s)', (isJson) => {
  const { logger, lines } = record('info', isJson);
  logger.info(
    {
      token: 'S3CRET',
      SecretID: 'S3CRET',
      headers: { 'X-Consul-Token': 'S3CRET' },
      url: '/v1/kv/a?dc=x&token=S3CRET',
      err: new Error('GET /?token=S3CRET'),
    },
    'asked /?token=S3CRET&x',
  );
  expect(lines.join()).not.toContain('S3CRET');
  expect(lines.join()).toContain('dc=x&token=<hidden>');
});

test('accessor ids and words about tokens may be shown', () => {
  const { logger, lines } = record('info');
  logger.info({ accessorId: 'abc', tokens: 3 }, 'm');
  expect(lines.join()).toContain('accessorId=abc tokens=3');
});

test('values that JSON does not know do not break the log', () => {
  const { logger, lines } = record('info');
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  logger.info({ index: 2n ** 60n, cause: new TypeError('bad'), bytes: new Uint8Array(9), run: () => 1, cycle }, 'odd');
  expect(lines[0]).toContain('odd: index=1152921504606846976 cause=bad bytes="9 bytes"');
});

test('a change of level reaches children that exist', () => {
  const { logger, lines, tap } = record('warn');
  const child = logger.child({ component: 'c' });
  child.info({}, 'dropped');
  tap.setLevel('trace');
  child.debug({}, 'kept');
  tap.setLevel('error');
  logger.warn({}, 'dropped too');
  expect(lines).toEqual(['2024-09-23T10:00:00.000Z [DEBUG] c: kept\n']);
});
