/** The log of the agent's process as configured: lines on standard output, a file beside it, and taps for whoever watches. */
import { resolve } from 'node:path';
import type { LogConfig } from '../config/parts/log.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Disk } from '../runtime/disk.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';
import { LogFile } from '../runtime/log-file.ts';
import { LogHub, type LogTap } from '../runtime/log-hub.ts';
import { type LogLevel, lossLine } from '../runtime/log-line.ts';
import type { Logger } from '../runtime/logger.ts';
import { PinoLogger } from '../runtime/pino-logger.ts';
import type { CliTools } from './define-command.ts';

export interface AgentLogTools {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly cli: Pick<CliTools, 'print' | 'complain'>;
}

export class AgentLog {
  readonly hub: LogHub;
  readonly logger: Logger;
  readonly #taps: readonly LogTap[];
  readonly #file: LogFile | undefined;

  private constructor(hub: LogHub, logger: Logger, outputs: { readonly taps: readonly LogTap[]; readonly file: LogFile | undefined }) {
    this.hub = hub;
    this.logger = logger;
    this.#taps = outputs.taps;
    this.#file = outputs.file;
  }

  /** Throws CONFIG_INVALID if the file cannot be made. */
  static async open(config: LogConfig, { clock, disk, cli }: AgentLogTools): Promise<AgentLog> {
    const hub = new LogHub();
    const file = config.file === '' ? undefined : await openFile(config, { clock, disk, cli });
    const writers = [(line: string) => cli.print(line), ...(file === undefined ? [] : [(line: string) => file.write(line)])];
    const taps = writers.map((write) => hub.add({ level: config.level, isJson: config.isJson, write }));
    return new AgentLog(hub, PinoLogger.create(hub, clock), { taps, file });
  }

  setLevel(level: LogLevel): void {
    for (const tap of this.#taps) tap.setLevel(level);
  }

  /** Writes what waits. */
  async close(): Promise<void> {
    await this.#file?.close();
  }
}

async function openFile(config: LogConfig, { clock, disk, cli }: AgentLogTools): Promise<LogFile> {
  const path = resolve(config.file) + (config.file.endsWith('/') ? '/' : '');
  const { rotateBytes, rotateAfterMs: rotateMs, maxFiles } = config;
  const file = new LogFile({
    ...{ disk, clock, path, rotateBytes, rotateMs, maxFiles },
    complain: (text) => cli.complain(`==> ${text}\n`),
    lossLine: (count) => lossLine(count, { isJson: config.isJson, who: 'log', why: 'the disk was too slow, or refused them' }),
  });
  try {
    await file.open();
  } catch (error) {
    throw new KonsulError('CONFIG_INVALID', `log_file: cannot write ${path}: ${messageOf(error)}`, { cause: error });
  }
  return file;
}
