/** Options of the log. */
import { LOG_LEVELS } from '../../runtime/log-line.ts';
import { type BooleanOption, bool, duration, integer, type NumberOption, type TextOption, text } from '../option.ts';
import { notNegative } from '../option-rules.ts';

const DAY = 24 * 3_600_000;
const NO_SYSLOG = 'the log goes to standard output and to log_file; systemd and other supervisors hand it to syslog';

export const logLevel: TextOption = text('log_level', {
  flag: 'log-level',
  default: 'info',
  help: 'The least important lines that are written: trace, debug, info, warn or error.',
  example: 'debug',
  isReloadable: true,
  shownAs: 'Logging.LogLevel',
  problem: (value) => ([...LOG_LEVELS, 'err'].includes(value.toLowerCase()) ? undefined : `must be one of ${LOG_LEVELS.join(', ')}`),
});

export const logJson: BooleanOption = bool('log_json', {
  flag: 'log-json',
  default: false,
  help: 'Log lines as JSON.',
  example: true,
  shownAs: 'Logging.LogJSON',
});

export const logFile: TextOption = text('log_file', {
  flag: 'log-file',
  default: '',
  help: 'Write the log to this file too; a path that ends in / is a folder, and the file in it consul-<time>.log.',
  example: '/var/log/konsul/',
  shownAs: 'Logging.LogFilePath',
});

export const logRotateDuration: NumberOption = duration('log_rotate_duration', {
  flag: 'log-rotate-duration',
  default: DAY,
  help: 'Begin a new log file after this time.',
  example: '24h',
  shownAs: 'Logging.LogRotateDuration',
  problem: (value) => (value > 0 ? undefined : 'must be more than 0'),
});

export const logRotateBytes: NumberOption = integer('log_rotate_bytes', {
  flag: 'log-rotate-bytes',
  default: 0,
  help: 'Begin a new log file when it would grow beyond this many bytes; 0: no limit.',
  example: 10_485_760,
  shownAs: 'Logging.LogRotateBytes',
  problem: notNegative('0 means no limit'),
});

export const logRotateMaxFiles: NumberOption = integer('log_rotate_max_files', {
  flag: 'log-rotate-max-files',
  default: 0,
  help: 'How many old log files to keep; 0: all, -1: none.',
  example: 7,
  shownAs: 'Logging.LogRotateMaxFiles',
  problem: (value) => (value >= -1 ? undefined : 'must be at least -1; 0 keeps all old files, -1 none'),
});

export const enableSyslog: BooleanOption = bool('enable_syslog', {
  flag: 'syslog',
  default: false,
  help: 'Log to syslog.',
  example: true,
  shownAs: 'Logging.EnableSyslog',
  noEffect: NO_SYSLOG,
});

export const syslogFacility: TextOption = text('syslog_facility', {
  default: 'LOCAL0',
  help: 'The facility of syslog lines.',
  example: 'LOCAL0',
  shownAs: 'Logging.SyslogFacility',
  noEffect: NO_SYSLOG,
});
