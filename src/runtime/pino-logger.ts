/**
 * The logger of the process: pino behind the `Logger` interface, writing into a `LogHub`. A line that no output wants is not made.
 * Must never show a token.
 */
import { type Logger as Pino, pino } from 'pino';
import type { Clock } from './clock.ts';
import type { LogHub } from './log-hub.ts';
import { type LogLevel, safeFields, safeText } from './log-line.ts';
import type { LogFields, Logger } from './logger.ts';

export class PinoLogger implements Logger {
  readonly #pino: Pino;
  readonly #hub: LogHub;
  readonly #fields: LogFields;

  private constructor(target: Pino, hub: LogHub, fields: LogFields) {
    this.#pino = target;
    this.#hub = hub;
    this.#fields = fields;
  }

  static create(hub: LogHub, clock: Clock): PinoLogger {
    return new PinoLogger(pinoFor(hub, clock), hub, {});
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
    return new PinoLogger(this.#pino, this.#hub, { ...this.#fields, ...fields, component });
  }

  /** Fields are merged here and not by pino's children, which would write a repeated key twice. */
  #log(level: LogLevel, fields: LogFields, message: string): void {
    if (this.#hub.wants(level)) this.#pino[level]({ ...this.#fields, ...fields }, safeText(message));
  }
}

function pinoFor(hub: LogHub, clock: Clock): Pino {
  return pino(
    {
      level: 'trace',
      base: null,
      messageKey: '@message',
      timestamp: () => `,"@timestamp":"${new Date(clock.wallMs()).toISOString()}"`,
      formatters: { level: (label) => ({ '@level': label }), log: shownFields },
    },
    hub,
  );
}

function shownFields({ component, ...fields }: Record<string, unknown>): Record<string, unknown> {
  return { ...(component ? { '@module': component } : {}), ...safeFields(fields) };
}
