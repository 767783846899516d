/**
 * The members of a definition, as data: what each may hold, and what it is called in the HTTP API. `FieldReader` checks a given object by
 * such a table, tells all that is wrong with it at once, and writes the JSON of the API.
 */
import { suggest } from '../config/suggest.ts';
import { formatDurationNs } from '../model/duration.ts';
import type { Json } from '../model/values.ts';

/** How a member is read; the problem is a text that goes on behind the member's name. */
type Read = (value: unknown) => { readonly json: Json } | { readonly problem: string };

export interface Field {
  readonly wire: string;
  readonly read: Read;
}

export type FieldTable = Readonly<Record<string, Field>>;

const ok = (json: Json): { readonly json: Json } => ({ json });
const must = (what: string, value: unknown): { readonly problem: string } => ({ problem: `must be ${what}, and is ${shown(value)}` });

/** A value as an error shows it, cut. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > MAX_SHOWN_CHARS ? `${value.slice(0, MAX_SHOWN_CHARS)}…` : value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

const MAX_SHOWN_CHARS = 40;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every((item) => typeof item === 'string');

/** A text. */
export const text = (wire: string): Field => ({
  wire,
  read: (value) => (typeof value === 'string' ? ok(value) : must('a text', value)),
});

/** A text that is not empty. */
export const word = (wire: string): Field => ({
  wire,
  read: (value) => (typeof value === 'string' && value !== '' ? ok(value) : must('a text that is not empty', value)),
});

export const oneOf = (wire: string, words: readonly string[]): Field => ({
  wire,
  read: (value) => (typeof value === 'string' && words.includes(value) ? ok(value) : must(`one of ${words.join(', ')}`, value)),
});

export const flag = (wire: string): Field => ({
  wire,
  read: (value) => (typeof value === 'boolean' ? ok(value) : must('true or false', value)),
});

/** A whole number in a range, both ends included. */
export const whole = (wire: string, least: number, most: number): Field => ({
  wire,
  read: (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? ok(value)
      : must(`a whole number from ${least} to ${most}`, value),
});

const MAX_MS = 2 ** 40;

/** Milliseconds, at least so many; a duration in the API. */
export const milliseconds = (wire: string, least: number): Field => ({
  wire,
  read: (value) =>
    typeof value === 'number' && value >= least && value <= MAX_MS
      ? ok(formatDurationNs(Math.round(value * 1e6)))
      : must(`milliseconds, at least ${least}`, value),
});

export const texts = (wire: string): Field => ({
  wire,
  read: (value) => (isTexts(value) ? ok([...value]) : must('a list of texts', value)),
});

/** Names to texts. */
export const textMap = (wire: string): Field => ({
  wire,
  read: (value) =>
    isObject(value) && isTexts(Object.values(value))
      ? ok(Object.fromEntries(Object.entries(value)) as Json)
      : must('an object of texts', value),
});

/** Names to a text or several. */
export const headers = (wire: string): Field => ({
  wire,
  read: (value) => {
    if (!isObject(value)) return must('an object of texts', value);
    const lists = Object.entries(value).map(([name, each]) => [name, typeof each === 'string' ? [each] : each] as const);
    const bad = lists.find(([, list]) => !isTexts(list));
    return bad === undefined ? ok(Object.fromEntries(lists) as Json) : { problem: `.${bad[0]} must be a text or a list of texts` };
  },
});

/** Names to objects of these members. */
export const mapOf = (wire: string, fields: FieldTable): Field => ({
  wire,
  read: (value) => {
    if (!isObject(value)) return must('an object', value);
    const reader = new FieldReader();
    const read = Object.entries(value).map(([name, each]) => [name, reader.read(each, fields, `.${name}`)]);
    return reader.problems.length === 0 ? ok(Object.fromEntries(read) as Json) : { problem: reader.problems.join('; ') };
  },
});

/** An object of these members. */
export const object = (wire: string, fields: FieldTable): Field => ({
  wire,
  read: (value) => {
    const reader = new FieldReader();
    const json = reader.read(value, fields, '');
    return reader.problems.length === 0 ? ok(json) : { problem: reader.problems.join('; ') };
  },
});

export class FieldReader {
  /** Each begins with the place: `checks[0].intervalMs must be …`. */
  readonly problems: string[] = [];

  /** The members of `given` as the API calls them; those that are `undefined` are not there. `at` is where it stands; '' for the whole. */
  read(given: unknown, fields: FieldTable, at: string): { readonly [wire: string]: Json } {
    if (!isObject(given)) {
      this.problems.push(`${at || 'it'} must be an object, and is ${shown(given)}`);
      return {};
    }
    const made: Record<string, Json> = {};
    for (const [name, value] of Object.entries(given)) {
      if (value === undefined) continue;
      const place = at === '' ? name : `${at}.${name}`;
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (field === undefined) this.problems.push(unknownMember(place, name, Object.keys(fields)));
      else this.#take(made, field, { value, place });
    }
    return made;
  }

  #take(made: Record<string, Json>, { wire, read }: Field, { value, place }: { readonly value: unknown; readonly place: string }): void {
    const result = read(value);
    if ('json' in result) made[wire] = result.json;
    else this.problems.push(`${place}${result.problem.startsWith('.') ? '' : ' '}${result.problem}`);
  }
}

function unknownMember(place: string, name: string, known: readonly string[]): string {
  const meant = suggest(name, known);
  return `${place} is unknown${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}
