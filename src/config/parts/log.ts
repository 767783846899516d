/** What the log is configured with. */
import type { LogLevel } from '../../runtime/log-line.ts';
import type { ConfigValues } from '../config-values.ts';
import { logFile, logJson, logLevel, logRotateBytes, logRotateDuration, logRotateMaxFiles } from '../options/log.ts';

export interface LogConfig {
  /** Reloadable. */
  readonly level: LogLevel;
  readonly isJson: boolean;
  /** '' for none; one that ends in `/` is a folder. */
  readonly file: string;
  readonly rotateAfterMs: number;
  /** 0: whatever its size. */
  readonly rotateBytes: number;
  /** Old files to keep; 0: all, -1: none. */
  readonly maxFiles: number;
}

export const logConfig = (values: ConfigValues): LogConfig => ({
  level: levelOf(values.get(logLevel).toLowerCase()),
  isJson: values.get(logJson),
  file: values.get(logFile),
  rotateAfterMs: values.get(logRotateDuration),
  rotateBytes: values.get(logRotateBytes),
  maxFiles: values.get(logRotateMaxFiles),
});

/** `err` is Consul's old name of `error`. Anything else was refused when it was read. */
const levelOf = (word: string): LogLevel => (word === 'err' ? 'error' : (word as LogLevel));
