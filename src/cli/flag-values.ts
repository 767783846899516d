/** The values of the flags of a command, and complaints about its arguments, in the words of Consul's command line. */
import { parseDurationMs } from '../model/duration.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { CliInput } from './define-command.ts';

/** The last value given, or `undefined`. */
export const textFlag = ({ flags }: CliInput, name: string): string | undefined => flags.get(name)?.at(-1);

/** All values given, in order. */
export const textsFlag = ({ flags }: CliInput, name: string): readonly string[] => flags.get(name) ?? [];

/** Whether the flag is on; `undefined`: not given. Throws BAD_REQUEST for what is neither true nor false. */
export function switchFlag(input: CliInput, name: string): boolean | undefined {
  const text = textFlag(input, name);
  if (text === undefined) return undefined;
  const value = parseSwitch(text);
  if (value === undefined) throw refuseInput(`flag -${name}: must be true or false, not "${text}"`);
  return value;
}

/** What Go takes for true and false; `undefined` for anything else. */
export function parseSwitch(text: string): boolean | undefined {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  return ['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text) ? false : undefined;
}

export const isOn = (input: CliInput, name: string): boolean => switchFlag(input, name) === true;

const MAX_UINT64 = 2n ** 64n - 1n;

/** A whole number from 0 to 2^64 - 1, exactly as given. Throws BAD_REQUEST. */
export function wholeFlag(input: CliInput, name: string): bigint | undefined {
  const text = textFlag(input, name);
  if (text === undefined) return undefined;
  const value = /^\d{1,20}$/.test(text) ? BigInt(text) : undefined;
  if (value === undefined || value > MAX_UINT64) throw refuseInput(`flag -${name}: "${text}" is no whole number`);
  return value;
}

/** Milliseconds of a duration such as `10s`. Throws BAD_REQUEST. */
export function durationFlag(input: CliInput, name: string): number | undefined {
  const text = textFlag(input, name);
  if (text === undefined) return undefined;
  const ms = parseDurationMs(text);
  if (ms === undefined || ms < 0) throw refuseInput(`flag -${name}: "${text}" is no duration such as 10s`);
  return ms;
}

/** `key=value` flags as an object; a key alone has the value ''. */
export function pairsFlag(input: CliInput, name: string): Readonly<Record<string, string>> {
  return Object.fromEntries(textsFlag(input, name).map((text) => splitOnce(text, '=')));
}

/** Both sides of the first `separator`; without one all is on the left. */
export function splitOnce(text: string, separator: string): [left: string, right: string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** Ends a command that cannot do what it was told; exit code 1, as scripts for Consul expect. */
export const refuseInput = (message: string): KonsulError => new KonsulError('BAD_REQUEST', message);

/** The one argument of a command. `what` is its name in the complaint: `KEY`, `FILE`. */
export function onlyArgument({ args }: CliInput, what: string): string {
  const [first, ...rest] = args;
  if (first === undefined) throw refuseInput(`Missing ${what} argument`);
  if (rest.length > 0) throw tooMany('1', args.length);
  return first;
}

/** Throws if there is an argument. */
export function noArguments({ args }: CliInput): void {
  if (args.length > 0) throw tooMany('0', args.length);
}

export const tooMany = (expected: string, given: number): KonsulError =>
  refuseInput(`Too many arguments (expected ${expected}, got ${given}); flags come before arguments`);
