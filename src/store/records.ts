/**
 * Records in and out of their two written forms: packed (a list of the members in the order of the shape, for engines) and JSON (an
 * object without its undefined members, for snapshots). What is read is checked member by member; errors say which one is wrong.
 */

import type { TableName, Tables } from '../model/record.ts';
import { KonsulError } from '../runtime/errors.ts';
import type { Kind } from './kinds.ts';
import { SHAPES } from './shapes.ts';
import { isWellFormed, parseStored } from './well-formed.ts';

interface Member {
  readonly name: string;
  readonly kind: Kind<unknown>;
}

interface Layout {
  readonly members: readonly Member[];
  /** An object with every member, undefined, in order: its copies share one hidden class. */
  readonly blank: Readonly<Record<string, unknown>>;
}

const layouts = Object.fromEntries(Object.entries(SHAPES).map(([table, shape]) => [table, layoutOf(shape)])) as Record<TableName, Layout>;

function layoutOf(shape: object): Layout {
  const members = Object.entries(shape).map(([name, kind]: [string, Kind<unknown>]) => ({ name, kind }));
  // Parsed JSON has its members inside the object, not in a second list beside it: 30 bytes less for each record.
  const blank = JSON.parse(JSON.stringify(Object.fromEntries(members.map(({ name }) => [name, null]))));
  return { members, blank };
}

/** Throws KONSUL_INVARIANT unless every member of a record is of its kind, and all texts well formed: nothing else may be stored. */
export function assertRecord<T extends TableName>(table: T, record: Tables[T]): void {
  const values = record as unknown as Readonly<Record<string, unknown>>;
  for (const { name, kind } of layouts[table].members) {
    if (!kind.is(values[name])) throw unstorable(table, `${name} is not valid`);
    if (!isWellFormed(values[name])) throw unstorable(table, `${name} is not well formed`);
  }
}

function unstorable(table: TableName, why: string): KonsulError {
  return new KonsulError('KONSUL_INVARIANT', `a ${table} cannot be stored: its ${why}`);
}

/** The members of a record, in order; what `unpack` reads. The record must have passed `assertRecord`. */
export function pack<T extends TableName>(table: T, record: Tables[T]): unknown[] {
  const values = record as unknown as Readonly<Record<string, unknown>>;
  return layouts[table].members.map(({ name, kind }) => packMember(kind, values[name]));
}

function packMember(kind: Kind<unknown>, value: unknown): unknown {
  if (value === undefined) return null;
  return kind.packsAsText ? JSON.stringify(kind.toJson(value)) : value;
}

/** The record as an object for `JSON.stringify`. */
export function recordToJson<T extends TableName>(table: T, record: Tables[T]): Readonly<Record<string, unknown>> {
  const values = record as unknown as Readonly<Record<string, unknown>>;
  const json: Record<string, unknown> = {};
  for (const { name, kind } of layouts[table].members) json[name] = kind.toJson(values[name]);
  return json;
}

/** Reads many records, and keeps one copy of the texts that they share: half of the memory of a large catalog. */
export class RecordReader {
  readonly #words = new Map<string, string>();

  /** The record of a packed list that begins at `from`. Throws an `Error` that names the member that is wrong. */
  unpack<T extends TableName>(table: T, packed: readonly unknown[], from = 0): Tables[T] {
    const { members, blank } = layouts[table];
    const record: Record<string, unknown> = { ...blank };
    let position = from;
    for (const member of members) record[member.name] = this.#accept(table, member, unpackMember(member.kind, packed[position++]));
    return record as unknown as Tables[T];
  }

  /** The record of a JSON object. Throws an `Error` that names the member that is wrong. */
  fromJson<T extends TableName>(table: T, json: Readonly<Record<string, unknown>>): Tables[T] {
    const { members, blank } = layouts[table];
    const record: Record<string, unknown> = { ...blank };
    for (const member of members) {
      const value = Object.hasOwn(json, member.name) ? json[member.name] : undefined;
      record[member.name] = this.#accept(table, member, member.kind.fromJson(value));
    }
    return record as unknown as Tables[T];
  }

  #accept(table: TableName, { name, kind }: Member, value: unknown): unknown {
    if (!kind.is(value)) throw new Error(`the ${name} of a ${table} is missing or not valid`);
    return kind.repeats ? this.#share(value) : value;
  }

  #share(value: unknown): unknown {
    if (Array.isArray(value)) return value.length === 0 ? NO_TEXTS : value.map((item) => this.#share(item));
    if (typeof value !== 'string') return value;
    const known = this.#words.get(value);
    if (known !== undefined) return known;
    if (this.#words.size < MAX_SHARED_WORDS) this.#words.set(value, value);
    return value;
  }
}

const MAX_SHARED_WORDS = 100_000;
const NO_TEXTS: readonly string[] = Object.freeze([]);

function unpackMember(kind: Kind<unknown>, packed: unknown): unknown {
  if (packed === null) return undefined;
  return kind.packsAsText && typeof packed === 'string' ? kind.fromJson(parseStored(packed)) : packed;
}
