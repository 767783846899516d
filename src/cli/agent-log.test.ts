import { expect, test } from 'vitest';
import type { LogConfig } from '../config/parts/log.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { MemoryDisk } from '../testing/memory-disk.ts';
import { AgentLog } from './agent-log.ts';

const CONFIG: LogConfig = { level: 'warn', isJson: false, file: '/log/', rotateAfterMs: 0, rotateBytes: 0, maxFiles: 0 };

async function opened(config: Partial<LogConfig> = {}) {
  const disk = new MemoryDisk();
  const clock = new FakeClock({ wallMs: Date.parse('2024-09-23T10:00:00Z') });
  const printed: string[] = [];
  const cli = { print: (text: string | Uint8Array) => void printed.push(String(text)), complain: () => {} };
  const log = await AgentLog.open({ ...CONFIG, ...config }, { clock, disk, cli });
  const filed = async (): Promise<string> => {
    const [name = ''] = (await disk.list('/log')) ?? [];
    return Buffer.from((await disk.read(`/log/${name}`)) ?? []).toString();
  };
  return { disk, log, printed, filed };
}

test('Lines go to standard output and to the file, and a new level is that of both', async () => {
  const { log, printed, filed } = await opened();
  log.logger.info({}, 'dropped');
  log.setLevel('info');
  log.logger.info({}, 'kept');
  log.setLevel('error');
  log.logger.warn({}, 'dropped too');
  await log.close();
  expect(printed).toEqual(['2024-09-23T10:00:00.000Z [INFO]  kept\n']);
  expect(await filed()).toBe(printed[0]);
});

test('JSON is JSON in both', async () => {
  const { log, printed, filed } = await opened({ isJson: true });
  log.logger.warn({ n: 1 }, 'm');
  await log.close();
  expect([JSON.parse(printed.join('')), JSON.parse(await filed())].map((line) => line['@message'])).toEqual(['m', 'm']);
});

test('Without a file there is none', async () => {
  const { disk, log, printed } = await opened({ file: '' });
  log.logger.warn({}, 'm');
  await log.close();
  expect(printed).toHaveLength(1);
  expect(disk.calls).toEqual([]);
});

test('A file that cannot be made is a problem of the configuration', async () => {
  const disk = new MemoryDisk();
  disk.failNext('open', new Error('EACCES: permission denied'));
  const cli = { print: () => {}, complain: () => {} };
  await expect(AgentLog.open(CONFIG, { clock: new FakeClock(), disk, cli })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: 'log_file: cannot write /log/: EACCES: permission denied',
  });
});
