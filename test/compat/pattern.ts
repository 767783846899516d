/**
 * What an answer must look like: JSON in which any value may be a matcher and any text may hold `{{captured}}` values.
 * Objects are matched exactly: a member that the pattern does not name is a mismatch, unless `containing` wraps it.
 */
import { isObject, type JsonObject, type JsonValue, show } from './exact-json.ts';
import type { Scope } from './scope.ts';

export interface PatternObject {
  readonly [key: string]: Pattern;
}
export type Pattern = null | boolean | number | bigint | string | Matcher | readonly Pattern[] | PatternObject;

export interface Mismatch {
  /** Where: `status`, `header vary`, `text`, or `json` and a path such as `[].Node.Meta`. */
  readonly at: string;
  readonly problem: 'missing' | 'unexpected' | 'differs';
  readonly detail: string;
}

/** A value that is not known beforehand. */
export class Matcher {
  readonly label: string;
  readonly find: (value: JsonValue, scope: Scope, at: string) => readonly Mismatch[];

  constructor(label: string, find: (value: JsonValue, scope: Scope, at: string) => readonly Mismatch[]) {
    this.label = label;
    this.find = find;
  }
}

/** Every way in which `value` is not what `pattern` asks for; `at` is where it stands. */
export function findMismatches(pattern: Pattern, value: JsonValue, scope: Scope, at: string): readonly Mismatch[] {
  if (pattern instanceof Matcher) return pattern.find(value, scope, at);
  if (Array.isArray(pattern)) return arrayMismatches(pattern as readonly Pattern[], value, scope, at);
  if (typeof pattern === 'object' && pattern !== null) return objectMismatches(pattern as PatternObject, value, scope, at);
  const expected = typeof pattern === 'string' ? scope.resolve(pattern) : pattern;
  return expected === value ? [] : [differs(at, expected as JsonValue, value)];
}

function arrayMismatches(pattern: readonly Pattern[], value: JsonValue, scope: Scope, at: string): readonly Mismatch[] {
  if (!Array.isArray(value)) return [differs(at, 'an array', value)];
  const items = value as readonly JsonValue[];
  if (items.length !== pattern.length) return [differs(at, `${pattern.length} items`, value)];
  return pattern.flatMap((item, i) => findMismatches(item, items[i] as JsonValue, scope, `${at}[]`));
}

function objectMismatches(pattern: PatternObject, value: JsonValue, scope: Scope, at: string): readonly Mismatch[] {
  if (!isObject(value)) return [differs(at, 'an object', value)];
  const filled = new Map(Object.entries(pattern).map(([key, inner]) => [scope.fill(key), inner]));
  const unexpected = Object.keys(value).filter((key) => !filled.has(key));
  return [
    ...memberMismatches(filled, value, scope, at),
    ...unexpected.map((key): Mismatch => ({ at: `${at}.${key}`, problem: 'unexpected', detail: show(value[key]) })),
  ];
}

function memberMismatches(pattern: ReadonlyMap<string, Pattern>, value: JsonObject, scope: Scope, at: string): readonly Mismatch[] {
  return [...pattern].flatMap(([key, inner]): readonly Mismatch[] => {
    const member = value[key];
    if (member !== undefined) return findMismatches(inner, member, scope, `${at}.${key}`);
    if (inner instanceof Matcher && inner.label === OPTIONAL) return [];
    return [{ at: `${at}.${key}`, problem: 'missing', detail: `expected ${showPattern(inner)}` }];
  });
}

function differs(at: string, expected: JsonValue, value: JsonValue): Mismatch {
  return { at, problem: 'differs', detail: `expected ${show(expected)}, was ${show(value)}` };
}

function showPattern(pattern: Pattern): string {
  return pattern instanceof Matcher ? pattern.label : show(pattern);
}

const OPTIONAL = 'optional';

/** A matcher of values for which `test` holds. */
export function satisfying(label: string, test: (value: JsonValue, scope: Scope) => boolean): Matcher {
  return new Matcher(label, (value, scope, at) => (test(value, scope) ? [] : [differs(at, label, value)]));
}

const isNumber = (value: JsonValue): boolean => typeof value === 'number' || typeof value === 'bigint';

export const anything: Matcher = satisfying('anything', () => true);
export const anyNumber: Matcher = satisfying('a number', isNumber);
export const anyString: Matcher = satisfying('a text', (value) => typeof value === 'string');
export const anyText: Matcher = satisfying('a text that is not empty', (value) => typeof value === 'string' && value !== '');
/** An index: 1 or more, as a number in JSON or as digits in a header. */
export const anyIndex: Matcher = satisfying('an index', (value) => /^[1-9]\d*$/.test(String(value)));
export const anyUuid: Matcher = textMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
export const anyObject: Matcher = satisfying('an object', isObject);

/** A text, or a number's digits, that `regex` finds something in. */
export function textMatching(regex: RegExp): Matcher {
  return satisfying(String(regex), (value) => typeof value === 'string' && regex.test(value));
}

/** A text that holds `part`, in which `{{names}}` are filled. */
export function textContaining(part: string): Matcher {
  return satisfying(`a text with ${show(part)}`, (value, scope) => typeof value === 'string' && value.includes(scope.fill(part)));
}

/** A number, or digits, greater than what was captured as `name`. */
export function greaterThan(name: string): Matcher {
  return satisfying(`more than {{${name}}}`, (value, scope) => Number(value) > Number(scope.get(name)));
}

/** Any of the values. */
export function oneOf(...patterns: readonly Pattern[]): Matcher {
  return satisfying(patterns.map(showPattern).join(' or '), (value, scope) =>
    patterns.some((pattern) => findMismatches(pattern, value, scope, '').length === 0),
  );
}

/** Keeps the value as `{{name}}` for later steps, also if it is not what `pattern` asks for. */
export function capture(name: string, pattern: Pattern): Matcher {
  return new Matcher(`{{${name}}}: ${showPattern(pattern)}`, (value, scope, at) => {
    const found = findMismatches(pattern, value, scope, at);
    scope.set(name, value);
    return found;
  });
}

/** The member may be absent; if present it is what `pattern` asks for. */
export function optional(pattern: Pattern): Matcher {
  return new Matcher(OPTIONAL, (value, scope, at) => findMismatches(pattern, value, scope, at));
}

/** An object with at least these members. */
export function containing(members: PatternObject): Matcher {
  return new Matcher('an object with some members', (value, scope, at) => {
    if (!isObject(value)) return [differs(at, 'an object', value)];
    return memberMismatches(new Map(Object.entries(members).map(([key, inner]) => [scope.fill(key), inner])), value, scope, at);
  });
}

/** An array in which each pattern matches an item of its own; other items are allowed if `others` says so. */
export function inAnyOrder(items: readonly Pattern[], others: 'no others' | 'and others' = 'no others'): Matcher {
  return new Matcher('an array in any order', (value, scope, at) => {
    if (!Array.isArray(value)) return [differs(at, 'an array', value)];
    const left = [...(value as readonly JsonValue[])];
    const found = items.flatMap((item) => takeBest(item, left, scope, `${at}[]`));
    if (others === 'and others') return found;
    return [...found, ...left.map((extra): Mismatch => ({ at: `${at}[]`, problem: 'unexpected', detail: show(extra) }))];
  });
}

/** Removes from `left` the item that fits `pattern` best, and says how it does not fit. */
function takeBest(pattern: Pattern, left: JsonValue[], scope: Scope, at: string): readonly Mismatch[] {
  const judged = left.map((value, i) => ({ i, found: findMismatches(pattern, value, scope, at) }));
  const best = judged.sort((a, b) => a.found.length - b.found.length)[0];
  if (best === undefined) return [{ at, problem: 'missing', detail: `expected ${showPattern(pattern)}` }];
  const [taken] = left.splice(best.i, 1);
  return findMismatches(pattern, taken as JsonValue, scope, at);
}
