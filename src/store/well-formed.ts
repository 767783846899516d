/**
 * Texts in UTF-8, as every store writes them, cannot hold lone surrogates: each becomes U+FFFD, so that two keys would become one.
 * Hence none may be stored. Knows no record; `wire/json.ts` replaces them in what comes from outside.
 */

/** With the `u` flag, a surrogate in a pair is none. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Whether no text in the value, keys included, has a lone surrogate. Bytes are no text. */
export function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return !LONE_SURROGATE.test(value);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return true;
  if (Array.isArray(value)) return value.every(isWellFormed);
  return Object.entries(value).every(([key, item]) => isWellFormed(key) && isWellFormed(item));
}

const ESCAPE = /\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[dD][89a-fA-F][0-9a-fA-F]{2}|.)/gs;
const LONE_ESCAPE_LENGTH = 6;

/** The value of a stored JSON text, decoded from UTF-8. Earlier versions wrote lone surrogates, as escapes: they become U+FFFD. */
export function parseStored(json: string): unknown {
  return JSON.parse(/\\u[dD]/.test(json) ? json.replace(ESCAPE, withoutLoneEscape) : json);
}

const withoutLoneEscape = (found: string): string => (found.length === LONE_ESCAPE_LENGTH ? '\\ufffd' : found);
