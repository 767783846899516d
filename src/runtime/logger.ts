/** What the modules log through. Constant message, data in fields; tokens are never logged. Made by `runtime/pino-logger.ts`. */

export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  /** A person must act. */
  error(fields: LogFields, message: string): void;
  /** Degraded, and recovering by itself. */
  warn(fields: LogFields, message: string): void;
  /** The life of the process and its parts. */
  info(fields: LogFields, message: string): void;
  debug(fields: LogFields, message: string): void;
  child(fields: LogFields): Logger;
}

/** Drops everything. */
export const silentLogger: Logger = {
  error: () => {},
  warn: () => {},
  info: () => {},
  debug: () => {},
  child: () => silentLogger,
};
