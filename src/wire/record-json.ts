/**
 * The JSON of values that leave this process and come back, over the link and in the snapshot of the cache: text that gives back the same
 * value, deeply frozen. Bytes become `{"$b": "…"}` (base64), integers beyond 2^53 and -0 become `{"$n": "…"}`; keys of the data that
 * begin with `$` get a second one, so that nothing is ambiguous.
 */
import { KonsulError } from '../runtime/errors.ts';
import { parseJson } from './json.ts';
import { setOwn } from './json-parser.ts';

/** Deeper values are refused, so that whoever walks one cannot overflow the stack. Above what the doors accept, and a frame around it. */
const MAX_DEPTH = 160;

const BYTES_MARK = '$b';
const NUMBER_MARK = '$n';
const INTEGER_OR_MINUS_ZERO = /^(?:\d+|-[1-9]\d*|-0)$/;
/** More digits than any door takes; making a bigint of them takes longer than linear time. */
const MAX_DIGITS = 1_000_000;

type Members = Record<string, unknown>;

/** The text of a plain value. `undefined` members are left out. Throws KONSUL_INVARIANT for a value that is nested too deeply. */
export const writeValue = (value: unknown): string => JSON.stringify(markedOrSame(value, MAX_DEPTH));

/** The value of a text. Throws BAD_REQUEST for what is no JSON, is nested too deeply, or has a mark that stands for nothing. */
export function readValue(text: string): unknown {
  return unmarked(parse(text), MAX_DEPTH);
}

/** Lone surrogates can come only as escapes, and may not be stored: the parser of the doors replaces them. */
function parse(text: string): unknown {
  try {
    return /\\u[dD]/.test(text) ? parseJson(text) : JSON.parse(text);
  } catch (cause) {
    throw malformed('is no JSON', cause);
  }
}

/** The value itself if all of it is JSON already, as almost everything is; else a copy with marks. */
function markedOrSame(value: unknown, depth: number): unknown {
  if (typeof value === 'bigint') return { [NUMBER_MARK]: value.toString() };
  if (Object.is(value, -0)) return { [NUMBER_MARK]: '-0' };
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return { [BYTES_MARK]: toBase64(value) };
  if (depth === 0) throw new KonsulError('KONSUL_INVARIANT', 'a frame is nested too deeply');
  return Array.isArray(value) ? markedList(value, depth - 1) : markedMembers(value as Members, depth - 1);
}

function markedList(list: readonly unknown[], depth: number): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let at = 0; at < list.length; at += 1) {
    const marked = markedOrSame(list[at], depth);
    if (marked === list[at]) continue;
    copy ??= [...list];
    copy[at] = marked;
  }
  return copy ?? list;
}

function markedMembers(members: Members, depth: number): Members {
  const keys = Object.keys(members);
  let copy: Members | undefined;
  for (const [at, key] of keys.entries()) {
    const marked = markedOrSame(members[key], depth);
    if (copy === undefined && marked === members[key] && !key.startsWith('$')) continue;
    copy ??= firstMembers(members, keys, at);
    setOwn(copy, key.startsWith('$') ? `$${key}` : key, marked);
  }
  return copy ?? members;
}

function firstMembers(members: Members, keys: readonly string[], end: number): Members {
  const copy: Members = {};
  for (let at = 0; at < end; at += 1) setOwn(copy, keys[at] as string, members[keys[at] as string]);
  return copy;
}

const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

/** In place: what is parsed belongs to nobody else yet. */
function unmarked(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) throw malformed('is nested too deeply');
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at += 1) value[at] = unmarked(value[at], depth - 1);
    return Object.freeze(value);
  }
  return unmarkedMembers(value as Members, depth - 1);
}

function unmarkedMembers(members: Members, depth: number): unknown {
  let hasMarks = false;
  for (const key of Object.keys(members)) {
    hasMarks ||= key.startsWith('$');
    const before = members[key];
    const after = unmarked(before, depth);
    if (after !== before) setOwn(members, key, after);
  }
  return hasMarks ? markedValue(members) : Object.freeze(members);
}

function markedValue(members: Members): unknown {
  const keys = Object.keys(members);
  const only = keys.length === 1 ? keys[0] : undefined;
  if (only === BYTES_MARK) return bytesOf(members[BYTES_MARK]);
  if (only === NUMBER_MARK) return numberOf(members[NUMBER_MARK]);
  const copy: Members = {};
  for (const key of keys) setOwn(copy, unescaped(key), members[key]);
  return Object.freeze(copy);
}

function unescaped(key: string): string {
  if (!key.startsWith('$')) return key;
  if (key.startsWith('$$')) return key.slice(1);
  throw malformed('has a mark that stands for nothing');
}

/** Strict, as `Buffer.from` skips what is no base64. A copy of its own: small buffers would share one with everything. */
function bytesOf(text: unknown): Uint8Array {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'base64') : undefined;
  if (bytes === undefined || bytes.toString('base64') !== text) throw malformed('has bytes that are no base64');
  return Uint8Array.from(bytes);
}

function numberOf(text: unknown): number | bigint {
  if (typeof text !== 'string' || text.length > MAX_DIGITS || !INTEGER_OR_MINUS_ZERO.test(text))
    throw malformed('has a number that is none');
  return text === '-0' ? -0 : BigInt(text);
}

const malformed = (what: string, cause?: unknown): KonsulError =>
  new KonsulError('BAD_REQUEST', `malformed message: its text ${what}`, { cause });
