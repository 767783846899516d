/**
 * JSON as Go reads and writes it: integers of any size stay exact, `<`, `>` and `&` are escaped, maps are sorted. The usual case runs on
 * the engine's own JSON; own code takes over only where that would lose digits. Texts in, texts out: nothing is kept.
 */
import type { Json } from '../model/values.ts';
import { invariant } from '../runtime/errors.ts';
import { endOfString, MAX_JSON_DEPTH, parseExactJson } from './json-parser.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Digits that a double may not hold, or an exponent that may overflow it. Inside a string it only costs time. */
const MAY_LOSE_DIGITS = /[0-9]{16}|[0-9][eE]\+?[0-9]{3}/;

/**
 * Parses a whole text, strictly. Integers beyond 2^53 - 1 become bigints; a `__proto__` key is an ordinary own property. Throws
 * BAD_REQUEST with Go's text (`invalid character 'x' looking for beginning of value`, `exceeded max depth`, …). Lone surrogates in keys
 * and strings become U+FFFD, as in Go: no store could tell them apart.
 */
export function parseJson(text: string): Json {
  const whole = MAY_HAVE_LONE_SURROGATES.test(text) ? text.replace(ESCAPE_OR_LONE_SURROGATE, withoutLoneSurrogate) : text;
  return MAY_LOSE_DIGITS.test(whole) || isTooDeep(whole) ? parseExactJson(whole) : parseFast(whole);
}

/** With the `u` flag, a surrogate in a pair is none. */
const MAY_HAVE_LONE_SURROGATES = /\\u[dD]|\p{Surrogate}/u;

/** A lone surrogate, an escaped pair, an escaped lone surrogate, or any other escape, so that what follows `\\` is no escape. */
const ESCAPE_OR_LONE_SURROGATE =
  /\p{Surrogate}|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\./gsu;

const LONE_ESCAPE_LENGTH = 6;

function withoutLoneSurrogate(found: string): string {
  if (found.length === LONE_ESCAPE_LENGTH) return '\\ufffd';
  return found.startsWith('\\') ? found : '\ufffd';
}

/** Counted before parsing: `JSON.parse` would take its time over a million brackets. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at) - 1;
    else if (code === OPEN_OBJECT || code === OPEN_ARRAY) depth++;
    else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) depth--;
    if (depth > MAX_JSON_DEPTH) return true;
  }
  return false;
}

function parseFast(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return parseExactJson(text);
  }
}

/** Compact JSON text. Members that are `undefined` are left out; bigints are written exactly; lone surrogates become U+FFFD. */
export function stringifyJson(value: unknown): string {
  return escapeAsGo(stringifyFast(value) ?? 'null');
}

function stringifyFast(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return writeExact(value, MAX_JSON_DEPTH);
  }
}

/** For values with a bigint somewhere, which `JSON.stringify` refuses. */
function writeExact(value: unknown, depth: number): string | undefined {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  invariant(depth > 0, 'JSON value nested too deeply');
  if (Array.isArray(value)) return `[${value.map((item) => writeExact(item, depth - 1) ?? 'null').join(',')}]`;
  const members: string[] = [];
  for (const [key, member] of Object.entries(value)) {
    const text = writeExact(member, depth - 1);
    if (text !== undefined) members.push(`${JSON.stringify(key)}:${text}`);
  }
  return `{${members.join(',')}}`;
}

/** Strings that are their own JSON text. */
const PLAIN = /^[ !#-%'-;=?-[\]-~]*$/;

/** One JSON string, quotes included, with Go's escapes. */
export function quote(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : escapeAsGo(JSON.stringify(text));
}

const NEEDS_ESCAPE = /[<>&\u2028\u2029]/;

/** `json` is JSON text: these characters stand in it only within strings. */
function escapeAsGo(json: string): string {
  const whole = json.includes('\\ud') ? replaceLoneSurrogates(json) : json;
  if (!NEEDS_ESCAPE.test(whole)) return whole;
  return whole
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('&', '\\u0026')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

/** `JSON.stringify` writes a lone surrogate as an escape, and nothing else as `\ud…`; every other escape is skipped as a pair. */
function replaceLoneSurrogates(json: string): string {
  return json.replace(/\\(?:ud[0-9a-f]{3}|.)/g, (found) => (found.startsWith('\\ud') ? '\ufffd' : found));
}

/**
 * A copy with its keys sorted, as Go writes maps. Keys that look like array indexes come first, because objects order them so; where
 * even that must match, write the map with `mapJson`.
 */
export function sortKeys<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(byKey));
}

/** The JSON text of a map with its keys sorted; `write` gives a value's JSON text. */
export function mapJson<T>(record: Readonly<Record<string, T>>, write: (value: T) => string = stringifyJson): string {
  const members = Object.entries(record).sort(byKey);
  return `{${members.map(([key, value]) => `${quote(key)}:${write(value)}`).join(',')}}`;
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Indents compact JSON text by 4 spaces, as Go's `MarshalIndent(value, "", "    ")` does; empty objects and arrays stay `{}` and `[]`.
 * Works on the text, so numbers keep their digits. No newline at the end.
 */
export function indentJson(json: string): string {
  let out = '';
  let depth = 0;
  let copied = 0;
  const copyUpTo = (end: number, then: string): void => {
    out += json.slice(copied, end) + then;
    copied = end;
  };
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) at = endOfString(json, at) - 1;
    else if (code === COMMA) copyUpTo(at + 1, newline(depth));
    else if (code === COLON) copyUpTo(at + 1, ' ');
    else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) copyUpTo(at, newline(--depth));
    else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      if (isClosing(json.charCodeAt(at + 1))) at++;
      else copyUpTo(at + 1, newline(++depth));
    }
  }
  return out + json.slice(copied);
}

const isClosing = (code: number): boolean => code === CLOSE_OBJECT || code === CLOSE_ARRAY;

const newline = (depth: number): string => `\n${'    '.repeat(Math.max(depth, 0))}`;
