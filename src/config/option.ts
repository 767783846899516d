/** What one configuration option is. All of them are in `schema.ts`, once. */
import { parseDurationMs } from '../model/duration.ts';

/** How a value is written, and what it becomes. */
export type OptionType = 'string' | 'boolean' | 'integer' | 'duration' | 'strings' | 'pairs';

export type OptionValue = string | boolean | number | readonly string[] | Readonly<Record<string, string>>;

export interface OptionDefinition<T extends OptionValue = OptionValue> {
  /** As in files, dots between levels: `ports.http`. */
  readonly key: string;
  readonly type: OptionType;
  /** Durations in milliseconds. */
  readonly default: T;
  /** Without dashes; `undefined`: not on the command line. */
  readonly flag: string | undefined;
  /** Whether `konsul reload` applies it. */
  readonly isReloadable: boolean;
  /** Never shown. */
  readonly isSecret: boolean;
  /** One or two sentences: what it does, unit, what zero means. */
  readonly help: string;
  readonly example: string;
}

/** The environment variable of an option: `KONSUL_PORTS_HTTP`. */
export const environmentName = (key: string): string => `KONSUL_${key.replaceAll('.', '_').toUpperCase()}`;

/** A value from a file (any JSON), or what is wrong with it. */
export function valueFromFile(type: OptionType, given: unknown): { readonly value: OptionValue } | { readonly problem: string } {
  const expected = (what: string): { readonly problem: string } => ({ problem: `must be ${what}, not ${JSON.stringify(given)}` });
  switch (type) {
    case 'string':
      return typeof given === 'string' ? { value: given } : expected('a string');
    case 'boolean':
      return typeof given === 'boolean' ? { value: given } : expected('true or false');
    case 'integer':
      return Number.isSafeInteger(given) ? { value: given as number } : expected('a whole number');
    case 'duration':
      return durationValue(given) ?? expected('a duration such as "10s"');
    case 'strings':
      return isTexts(given) ? { value: typeof given === 'string' ? [given] : given } : expected('a list of strings');
    case 'pairs':
      return isPairs(given) ? { value: given } : expected('an object of strings');
  }
}

const isTexts = (given: unknown): given is string | string[] =>
  typeof given === 'string' || (Array.isArray(given) && given.every((item) => typeof item === 'string'));

const isPairs = (given: unknown): given is Record<string, string> =>
  typeof given === 'object' && given !== null && !Array.isArray(given) && Object.values(given).every((item) => typeof item === 'string');

function durationValue(given: unknown): { readonly value: number } | undefined {
  const ms = typeof given === 'string' ? parseDurationMs(given) : undefined;
  return ms === undefined || ms < 0 ? undefined : { value: ms };
}

/** A value from a flag or from the environment: texts, repeated flags as several. */
export function valueFromTexts(type: OptionType, given: readonly string[]): { readonly value: OptionValue } | { readonly problem: string } {
  const last = given.at(-1) ?? '';
  switch (type) {
    case 'boolean':
      return booleanValue(last) ?? { problem: `must be true or false, not ${JSON.stringify(last)}` };
    case 'integer':
      return valueFromFile('integer', /^-?\d+$/.test(last) ? Number(last) : last);
    case 'strings':
      return { value: given };
    case 'pairs':
      return { value: Object.fromEntries(given.map(pairOf)) };
    default:
      return valueFromFile(type, last);
  }
}

/** `key:value`; a key alone has the value ''. */
function pairOf(text: string): [string, string] {
  const colon = text.indexOf(':');
  return colon === -1 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
}

function booleanValue(text: string): { readonly value: boolean } | undefined {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return { value: true };
  return ['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text) ? { value: false } : undefined;
}
