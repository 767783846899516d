/** What a number of HCL 1 is worth: Go's integers of 64 bits with base by prefix, and floats. */

/** No number that means anything is longer; more is not looked at. */
const MAX_CHARS = 100;
const INTEGER = /^-?(?:0[0-7]*|[1-9][0-9]*|0[xX][0-9a-fA-F]+)$/;
const FLOAT = /^(?:-?[0-9]+(?:\.[0-9]*(?:[eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+)|\.[0-9]+)$/;
const MAX_INTEGER = 2n ** 63n - 1n;

/** `undefined` if it is none, or too large. A leading zero means octal. Integers beyond 2^53 are rounded. */
export function numberOf(text: string): number | undefined {
  if (text.length > MAX_CHARS) return undefined;
  if (INTEGER.test(text)) return integerOf(text);
  const value = FLOAT.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

function integerOf(text: string): number | undefined {
  const isNegative = text.startsWith('-');
  const magnitude = BigInt(isNegative ? withGoBase(text.slice(1)) : withGoBase(text));
  if (magnitude > (isNegative ? MAX_INTEGER + 1n : MAX_INTEGER)) return undefined;
  return Number(isNegative ? -magnitude : magnitude);
}

/** Go's octal numbers begin with a zero, those of JavaScript with `0o`. */
const withGoBase = (digits: string): string => digits.replace(/^0(?=[0-7])/, '0o');
