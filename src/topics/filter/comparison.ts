/** The operators of filters, for each type of value: a match becomes a test of that value. Throws REJECTED for what a type has not. */
import { messageOf } from '../../runtime/errors.ts';
import type { Match, Operator } from './expression.ts';
import { filterError, invalidOperator } from './filter-error.ts';
import { compileRegex } from './regex/regex.ts';

export type Predicate<T> = (item: T) => boolean;

export function textTest(match: Match): Predicate<string> {
  const { value } = match;
  switch (match.operator) {
    case 'Equal':
      return (text) => text === value;
    case 'Not Equal':
      return (text) => text !== value;
    case 'In':
      return (text) => text.includes(value);
    case 'Not In':
      return (text) => !text.includes(value);
    case 'Matches':
      return regexTest(value);
    case 'Not Matches':
      return negate(regexTest(value));
    default:
      throw invalidOperator(match);
  }
}

function regexTest(pattern: string): Predicate<string> {
  try {
    return compileRegex(pattern);
  } catch (error) {
    throw filterError(`Failed to compile regular expression ${JSON.stringify(pattern)}: ${messageOf(error)}`);
  }
}

/** For numbers and booleans: the value is converted first. */
export function scalarTest<T extends number | boolean>(match: Match, convert: (value: string) => T): Predicate<T> {
  if (match.operator !== 'Equal' && match.operator !== 'Not Equal') throw invalidOperator(match);
  const wanted = coerce(match, convert);
  return match.operator === 'Equal' ? (value) => value === wanted : (value) => value !== wanted;
}

function coerce<T>(match: Match, convert: (value: string) => T): T {
  try {
    return convert(match.value);
  } catch (error) {
    throw filterError(`Failed to coerce value "${match.value}" for selector "${match.selector.join('.')}": ${messageOf(error)}`);
  }
}

/** For lists of texts: membership and emptiness. */
export function listTest(match: Match): Predicate<readonly string[]> {
  const { value } = match;
  if (match.operator === 'In') return (items) => items.includes(value);
  if (match.operator === 'Not In') return (items) => !items.includes(value);
  return emptyTest(match);
}

/** For maps: whether they have a key, and emptiness. `undefined` is empty. */
export function mapTest(match: Match): Predicate<object | undefined> {
  const { value } = match;
  if (match.operator === 'In') return (map) => map !== undefined && Object.hasOwn(map, value);
  if (match.operator === 'Not In') return (map) => map === undefined || !Object.hasOwn(map, value);
  const isEmpty = emptyTest(match);
  return (map) => isEmpty(Object.keys(map ?? {}));
}

/** For lists of any kind. */
export function emptyTest(match: Match): Predicate<readonly unknown[]> {
  if (match.operator === 'Is Empty') return (items) => items.length === 0;
  if (match.operator === 'Is Not Empty') return (items) => items.length > 0;
  throw invalidOperator(match);
}

/** What a comparison of a missing map value gives. That plain `Matches` gives true is a quirk of the dialect. */
export const resultForMissing = (operator: Operator): boolean => operator !== 'Equal' && operator !== 'In' && operator !== 'Is Not Empty';

const negate =
  <T>(test: Predicate<T>): Predicate<T> =>
  (item) =>
    !test(item);

const INTEGER = /^[+-]?(?:0|[1-9][0-9]*|0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+)$/;

/** Go's `ParseInt(value, 0, 64)`. Throws with its text. */
export function toInteger(value: string): number {
  if (!INTEGER.test(value)) throw filterError(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
  const digits = value.replace(/^[+-]/, '').replace(/^0(?=[0-7])/, '0o');
  const magnitude = BigInt(digits.length > MAX_DIGITS ? `0x1${'0'.repeat(16)}` : digits);
  const integer = value.startsWith('-') ? -magnitude : magnitude;
  if (BigInt.asIntN(64, integer) !== integer) throw filterError(`strconv.ParseInt: parsing ${JSON.stringify(value)}: value out of range`);
  return Number(integer);
}

/** More than the longest 64-bit number (binary, with its prefix) is taken for 2^64. */
const MAX_DIGITS = 66;

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((word) => [word, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((word) => [word, false] as const),
]);

/** Go's `ParseBool`. Throws with its text. */
export function toBoolean(value: string): boolean {
  const boolean = BOOLEANS.get(value);
  if (boolean === undefined) throw filterError(`strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`);
  return boolean;
}
