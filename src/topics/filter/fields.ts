/**
 * How selectors reach into records: a table names the fields of a record kind, and each field turns a match on it into a predicate.
 * Reading happens through accessors on the model's records; nothing is copied, and nothing of HTTP is known.
 */
import {
  emptyTest,
  listTest,
  mapTest,
  type Predicate,
  resultForMissing,
  scalarTest,
  textTest,
  toBoolean,
  toInteger,
} from './comparison.ts';
import type { Match } from './expression.ts';
import { invalidOperator, invalidSelector } from './filter-error.ts';

/** What selectors may show that is in no record. */
export interface FilterEnvironment {
  readonly datacenter: string;
}

export interface Field<T> {
  /** `path` is what follows the field's own name in the selector. Throws REJECTED if the match makes no sense here. */
  compile(match: Match, path: readonly string[], environment: FilterEnvironment): Predicate<T>;
}

/** The fields of a record kind by their name in selectors. */
export type FieldTable<T> = Readonly<Record<string, Field<T>>>;

type Reader<T, V> = (item: T, environment: FilterEnvironment) => V;

/** The predicate of a match whose selector's rest is `path`. */
export function compileMatch<T>(fields: FieldTable<T>, match: Match, site: MatchSite): Predicate<T> {
  const [name = '', ...path] = site.path;
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field === undefined) throw invalidSelector(match);
  return field.compile(match, path, site.environment);
}

interface MatchSite {
  readonly path: readonly string[];
  readonly environment: FilterEnvironment;
}

/** A field without fields of its own. */
function leaf<T, V>(read: Reader<T, V>, makeTest: (match: Match) => Predicate<V>): Field<T> {
  return {
    compile: (match, path, environment) => {
      if (path.length > 0) throw invalidSelector(match);
      const test = makeTest(match);
      return (item) => test(read(item, environment));
    },
  };
}

export const textField = <T>(read: Reader<T, string>): Field<T> => leaf(read, textTest);

export const numberField = <T>(read: Reader<T, number>): Field<T> => leaf(read, (match) => scalarTest(match, toInteger));

export const boolField = <T>(read: Reader<T, boolean>): Field<T> => leaf(read, (match) => scalarTest(match, toBoolean));

export const textsField = <T>(read: Reader<T, readonly string[]>): Field<T> => leaf(read, listTest);

/** A map; `values` says what may be done with one of its values. */
export function mapField<T, V>(read: Reader<T, Readonly<Record<string, V>> | undefined>, values: Field<V>): Field<T> {
  const whole = leaf(read, mapTest);
  return {
    compile: (match, [key, ...path], environment) => {
      if (key === undefined) return whole.compile(match, [], environment);
      const test = values.compile(match, path, environment);
      return (item) => {
        const map = read(item, environment);
        return map !== undefined && Object.hasOwn(map, key) ? test(map[key] as V) : resultForMissing(match.operator);
      };
    },
  };
}

/** A map from text to text. */
export const textMapField = <T>(read: Reader<T, Readonly<Record<string, string>> | undefined>): Field<T> =>
  mapField(
    read,
    textField((value: string) => value),
  );

/** A group of fields. */
export function structField<T, V>(read: Reader<T, V>, fields: FieldTable<V>): Field<T> {
  return {
    compile: (match, path, environment) => {
      if (path.length === 0) throw invalidOperator(match);
      const test = compileMatch(fields, match, { path, environment });
      return (item) => test(read(item, environment));
    },
  };
}

/** A list of records: true where any of them is. */
export function structsField<T, V>(read: Reader<T, readonly V[]>, fields: FieldTable<V>): Field<T> {
  const whole = leaf(read, emptyTest);
  return {
    compile: (match, path, environment) => {
      if (path.length === 0) return whole.compile(match, path, environment);
      const test = compileMatch(fields, match, { path, environment });
      return (item) => read(item, environment).some(test);
    },
  };
}
