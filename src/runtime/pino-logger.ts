/**
 * The logger of the process: pino behind the `Logger` interface. Lines are text in Consul's shape, or JSON with hclog's keys.
 * All children share one level, so that `setLevel` (a reload) reaches every module. Must never show a token.
 */
import { type Logger as Pino, pino } from 'pino';
import type { Clock } from './clock.ts';
import { LOG_LEVELS, type LogLevel, safeFields, safeText, textLine } from './log-line.ts';
import type { LogFields, Logger } from './logger.ts';

export interface PinoLoggerOptions {
  readonly clock: Clock;
  /** Where lines go, each with its end of line: `process.stderr`, or a file's stream. */
  readonly stream: { write(line: string): void };
  readonly level: LogLevel;
  /** Lines are JSON with `@level`, `@message`, `@module` and `@timestamp`. Default false: text. */
  readonly isJson?: boolean;
}

export class PinoLogger implements Logger {
  readonly #pino: Pino;
  readonly #threshold: { rank: number };
  readonly #fields: LogFields;

  private constructor(target: Pino, threshold: { rank: number }, fields: LogFields) {
    this.#pino = target;
    this.#threshold = threshold;
    this.#fields = fields;
  }

  static create(options: PinoLoggerOptions): PinoLogger {
    return new PinoLogger(pinoFor(options), { rank: rankOf(options.level) }, {});
  }

  /** Changes the level of this logger and of all that came from the same `create`. */
  setLevel(level: LogLevel): void {
    this.#threshold.rank = rankOf(level);
  }

  error(fields: LogFields, message: string): void {
    this.#log('error', fields, message);
  }

  warn(fields: LogFields, message: string): void {
    this.#log('warn', fields, message);
  }

  info(fields: LogFields, message: string): void {
    this.#log('info', fields, message);
  }

  debug(fields: LogFields, message: string): void {
    this.#log('debug', fields, message);
  }

  /** The `component`s of nested children are joined with dots, as in `agent.sync`. */
  child(fields: LogFields): PinoLogger {
    const component = [this.#fields.component, fields.component].filter(Boolean).join('.');
    return new PinoLogger(this.#pino, this.#threshold, { ...this.#fields, ...fields, component });
  }

  /** Fields are merged here and not by pino's children, which would write a repeated key twice. */
  #log(level: LogLevel, fields: LogFields, message: string): void {
    if (rankOf(level) < this.#threshold.rank) return;
    this.#pino[level]({ ...this.#fields, ...fields }, safeText(message));
  }
}

const rankOf = (level: LogLevel): number => LOG_LEVELS.indexOf(level);

function pinoFor(options: PinoLoggerOptions): Pino {
  return pino(
    {
      level: 'trace',
      base: null,
      messageKey: '@message',
      timestamp: () => `,"@timestamp":"${new Date(options.clock.wallMs()).toISOString()}"`,
      formatters: { level: (label) => ({ '@level': label }), log: shownFields },
      ...(options.isJson === true ? {} : { hooks: { streamWrite: textOfJson } }),
    },
    options.stream,
  );
}

function shownFields({ component, ...fields }: Record<string, unknown>): Record<string, unknown> {
  return { ...(component ? { '@module': component } : {}), ...safeFields(fields) };
}

function textOfJson(line: string): string {
  const { '@level': level, '@timestamp': time, '@module': component = '', '@message': message, ...fields } = JSON.parse(line);
  return `${textLine({ time, level, component, message, fields })}\n`;
}
