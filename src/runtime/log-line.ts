/** The text form of a log record: one line in the shape of Consul's (hclog), so that existing log rules go on matching. Pure. */
import { messageOf } from './errors.ts';
import type { LogFields } from './logger.ts';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

/** All levels, least important first. */
export const LOG_LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error'];

export interface LogRecord {
  /** RFC 3339. */
  readonly time: string;
  readonly level: LogLevel;
  /** '' for none. */
  readonly component: string;
  readonly message: string;
  readonly fields: LogFields;
}

/** `2024-09-23T10:00:00.000Z [INFO]  agent: message: key=value other="two words"`, without the end of line. */
export function textLine(record: LogRecord): string {
  const tag = `[${record.level.toUpperCase()}]`.padEnd(7);
  const component = record.component === '' ? '' : `${record.component}: `;
  const pairs = Object.entries(record.fields).map(([key, value]) => ` ${key}=${textValue(value)}`);
  return `${record.time} ${tag} ${component}${oneLine(record.message)}${pairs.length > 0 ? ':' : ''}${pairs.join('')}`;
}

/** Says, with its end of line, that so many lines were lost: `who` is the part that lost them. */
export function lossLine(
  count: number,
  { isJson, who, why }: { readonly isJson: boolean; readonly who: string; readonly why: string },
): string {
  const message = `${count} lines were dropped: ${why}`;
  return isJson ? `${JSON.stringify({ '@level': 'warn', '@message': message, '@module': who })}\n` : `[WARN] ${who}: ${message}\n`;
}

const HIDDEN = '<hidden>';
const SECRET_FIELD = /^(?:x-consul-)?(?:token|secret|secret-?id|password|authorization|cookie)$/i;
const SECRET_IN_URL = /([?&](?:token|secret)=)[^&\s"]+/gi;
const MAX_DEPTH = 4;

/** Fields that may be shown: what is named like a secret is hidden, errors are their messages, exotic values are text. */
export function safeFields(fields: LogFields): LogFields {
  return safeObject(fields, MAX_DEPTH);
}

/** Hides tokens in the query of URLs. */
export const safeText = (text: string): string => text.replace(SECRET_IN_URL, `$1${HIDDEN}`);

function safeObject(fields: object, depth: number): LogFields {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, SECRET_FIELD.test(key) && value !== '' ? HIDDEN : safeValue(value, depth)]),
  );
}

function safeValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return safeText(value);
  if (value instanceof Error) return safeText(messageOf(value));
  if (typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return '…';
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`;
  return Array.isArray(value) ? value.map((item) => safeValue(item, depth - 1)) : safeObject(value, depth - 1);
}

/** As it is when it cannot be misread, else quoted. */
function textValue(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return typeof value === 'string' && (text === '' || /[\s"=\p{Cc}]/u.test(text)) ? JSON.stringify(text) : text;
}

const oneLine = (text: string): string => text.replace(/[\r\n]+/g, ' ');
