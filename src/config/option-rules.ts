/** What values of an option may be, beyond their type: the rules that several options share. Each gives `must be …` or `undefined`. */
import { ipFamily } from '../model/ip.ts';
import { templateProblem, withoutTemplates } from './address-template.ts';
import type { OptionValue } from './option.ts';

type Rule<T extends OptionValue> = (value: T) => string | undefined;

const MAX_PORT = 65_535;
const ANY_ADDRESS = '127.0.0.1';

/** An option that says the same whatever the case of its letters. */
export const oneOf =
  (...words: readonly string[]): Rule<string> =>
  (value) =>
    words.includes(value.toLowerCase()) ? undefined : `must be one of ${words.join(', ')}`;

/** A port to listen on; -1 switches it off, 0 takes a free one. */
export const port: Rule<number> = (value) =>
  value >= -1 && value <= MAX_PORT ? undefined : `must be a port from 0 to ${MAX_PORT}, or -1 for off`;

export const atLeast =
  (least: number): Rule<number> =>
  (value) =>
    value >= least ? undefined : `must be at least ${least}`;

/** Zero means something of its own: `0 means no limit`. */
export const notNegative =
  (zero: string = ''): Rule<number> =>
  (value) =>
    value >= 0 ? undefined : `must not be negative${zero && `; ${zero}`}`;

export const percent: Rule<number> = (value) => (value >= 0 && value <= 100 ? undefined : 'must be from 0 to 100');

/** No name is looked up; templates are (`address-template.ts`). */
export const ipAddress: Rule<string> = (value) => {
  const problem = templateProblem(value);
  if (problem !== undefined || ipFamily(withoutTemplates(value, ANY_ADDRESS)) !== undefined) return problem;
  return `must be an IP address, not ${JSON.stringify(value)}`;
};

/** `''` is left to the machine. */
export const ipAddressOrNothing: Rule<string> = (value) => (value === '' ? undefined : ipAddress(value));

/** `10.0.0.0/8`. */
export const networks: Rule<readonly string[]> = (value) => {
  const strangers = value.filter((network) => !isNetwork(network));
  return strangers.length === 0 ? undefined : `must be networks such as "10.0.0.0/8", not ${quoted(strangers)}`;
};

function isNetwork(text: string): boolean {
  const slash = text.indexOf('/');
  const family = ipFamily(text.slice(0, Math.max(slash, 0)));
  const bits = text.slice(slash + 1);
  return family !== undefined && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

/** Addresses to listen on, separated by spaces: IP addresses, `localhost` (it means this machine everywhere), and sockets if allowed. */
export const listenAddresses =
  (allows: 'ip' | 'ip or socket'): Rule<string> =>
  (value) => {
    const words = wordsOf(withoutTemplates(value, ANY_ADDRESS));
    const strangers = words.filter((word) => !isListenAddress(word, allows === 'ip or socket'));
    const expected = allows === 'ip' ? 'IP addresses or localhost' : 'IP addresses, localhost or unix:///path';
    return strangers.length === 0 ? templateProblem(value) : `must be ${expected}, not ${quoted(strangers)}`;
  };

const isListenAddress = (word: string, mayBeSocket: boolean): boolean =>
  word === 'localhost' || ipFamily(word) !== undefined || (mayBeSocket && /^unix:\/\/./.test(word));

/** The words of a text, separated by spaces. */
export const wordsOf = (value: string): readonly string[] => value.split(/\s+/).filter(Boolean);

const quoted = (words: readonly string[]): string => words.map((word) => JSON.stringify(word)).join(', ');
