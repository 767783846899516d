import { expect, test, vi } from 'vitest';
import { silentLogger } from '../runtime/logger.ts';
import type { ExecProbe, ExecProbeResult, Prober } from '../runtime/prober.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { SystemNotify } from './system-notify.ts';

const DONE: ExecProbeResult = { exitCode: 0, timedOut: false, error: undefined, output: '', outputBytes: 0 };

function notified(environment: Record<string, string>, result: ExecProbeResult = DONE) {
  const clock = new FakeClock();
  const sent: string[][] = [];
  const warn = vi.fn();
  const exec = async ({ args }: ExecProbe): Promise<ExecProbeResult> => {
    sent.push(args.slice(1));
    return result;
  };
  const prober = { exec } as unknown as Prober;
  const notify = new SystemNotify({ environment, pid: 7, prober, clock, logger: { ...silentLogger, warn } });
  return { clock, sent, warn, notify };
}

test('Nobody is told where systemd does not ask', async () => {
  const { notify, sent } = notified({ WATCHDOG_USEC: '1000000' });
  await notify.ready();
  await notify.stopping();
  expect(sent).toEqual([]);
});

test('Ready, reloading and stopping are told for this process', async () => {
  const { notify, sent } = notified({ NOTIFY_SOCKET: '/run/x' });
  await notify.ready();
  await notify.reloading();
  await notify.stopping();
  expect(sent).toEqual([
    ['--pid=7', 'READY=1', 'STATUS=Serving'],
    ['--pid=7', 'RELOADING=1'],
    ['--pid=7', 'STOPPING=1'],
  ]);
});

test.each([
  [{ WATCHDOG_USEC: '10000000' }, 3],
  [{ WATCHDOG_USEC: '10000000', WATCHDOG_PID: '7' }, 3],
  [{ WATCHDOG_USEC: '10000000', WATCHDOG_PID: '8' }, 0],
  [{ WATCHDOG_USEC: 'x' }, 0],
  [{}, 0],
] as const)('With %j the watchdog is fed %i times in 15 s', async (environment, times) => {
  const { clock, notify, sent } = notified({ NOTIFY_SOCKET: '/run/x', ...environment });
  await notify.ready();
  for (let n = 0; n < 3; n += 1) await clock.advance(5_000);
  const isFood = (args: readonly string[]): boolean => args.includes('WATCHDOG=1');
  expect(sent.filter(isFood)).toHaveLength(times);
  await notify.stopping();
  await clock.advance(60_000);
  expect(sent.filter(isFood)).toHaveLength(times);
});

test('That systemd cannot be told is told once', async () => {
  const { notify, warn } = notified({ NOTIFY_SOCKET: '/run/x' }, { ...DONE, exitCode: undefined, error: 'no such program' });
  await notify.ready();
  await notify.stopping();
  expect(warn).toHaveBeenCalledTimes(1);
});

test('Things are told one after the other, and of many that wait only the last', async () => {
  const sent: string[][] = [];
  const ends: (() => void)[] = [];
  const exec = ({ args }: ExecProbe): Promise<ExecProbeResult> => {
    sent.push(args.slice(2));
    return new Promise((resolve) => ends.push(() => resolve(DONE)));
  };
  const environment = { NOTIFY_SOCKET: '/run/x' };
  const notify = new SystemNotify({
    environment,
    pid: 7,
    prober: { exec } as unknown as Prober,
    clock: new FakeClock(),
    logger: silentLogger,
  });
  const told = [notify.reloading(), notify.ready(), notify.reloading(), notify.ready()];
  expect(sent).toEqual([['RELOADING=1']]);
  ends[0]?.();
  await vi.waitFor(() => expect(sent).toHaveLength(2));
  ends[1]?.();
  await Promise.all(told);
  expect(sent).toEqual([['RELOADING=1'], ['READY=1', 'STATUS=Serving']]);
});
