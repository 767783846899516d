/**
 * Reads the blocks of definition files by the schemas of request bodies: the same members, in any case and spelling. Remembers where
 * each body stood, so that what is found wrong with it later is told with file, line and key. Judges types only. One decoder for one set
 * of files.
 */
import type { TSchema } from 'typebox';
import { ProblemList } from '../config/problem-list.ts';
import { suggest } from '../config/suggest.ts';
import { asList, asSingle, type ConfigBlock, type ConfigMember, type ConfigTree } from '../config/tree.ts';
import { parseDurationNs } from '../model/duration.ts';
import type { Json } from '../model/values.ts';
import { setOwn } from '../wire/json-parser.ts';
import type { Schema } from '../wire/schema.ts';
import { type FieldLookup, fieldsOf, type Shape, shapeOf } from '../wire/schema-shape.ts';

/** Where something stands in a file. */
export interface Place {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** As the file spells it: `service.check.interval`, `service.checks[1]`. */
  readonly key: string;
}

/** The line that tells a problem: `path:line: key: problem`. */
export const problemAt = ({ path, line, key }: Place, problem: string): string =>
  `${path}:${line}: ${clipped(key)}: ${problem}`.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');

/** Members that nobody knows are let pass inside a lenient object. */
interface Context extends Place {
  readonly isLenient: boolean;
}

interface Origin {
  readonly place: Place;
  /** By the name that the schema gives a member. */
  readonly members: Map<string, Place>;
}

/** Longer keys are no slips of the pen. */
const MAX_SUGGESTED_CHARS = 64;
const MAX_SHOWN_CHARS = 80;

export class BlockDecoder {
  /** What was wrong so far, a line each: `path:line: key: problem`. */
  readonly problems: ProblemList = new ProblemList();
  readonly #origins = new WeakMap<object, Origin>();

  /** The block as the schema of an object says. What is wrong is reported and left out; `null` is the same as absent. */
  decode<T>(schema: Schema<T>, block: ConfigBlock, place: Place): T {
    return this.#object(schema, block, { ...place, isLenient: false }) as T;
  }

  /** A function is asked only if the problem will be told. */
  report(place: Place, problem: string | (() => string)): void {
    this.problems.add(() => problemAt(place, typeof problem === 'string' ? problem : problem()));
  }

  /** Where an object that this decoder made stands, or that member of it; the object itself if the member was not given. */
  placeOf(decoded: object, member?: string): Place {
    const origin = this.#origins.get(decoded);
    return (member === undefined ? undefined : origin?.members.get(member)) ?? origin?.place ?? { path: '', line: 0, key: '' };
  }

  #value(schema: TSchema, given: ConfigTree, context: Context): unknown {
    const shape = shapeOf(schema);
    const tree = asSingle(given);
    switch (shape.kind) {
      case 'opaque':
        return jsonOf(given);
      case 'list':
        return this.#list(shape.items, given, context);
      case 'map':
        return tree.kind === 'block' ? this.#map(shape.values, tree, context) : this.#refuse(context, problemOfBlock(tree));
      case 'object':
        return tree.kind === 'block' ? this.#object(schema, tree, context) : this.#refuse(context, problemOfBlock(tree));
      default:
        return (tree.kind === 'scalar' ? scalarOf(shape.kind, tree.value) : undefined) ?? this.#refuse(context, WANTED[shape.kind]);
    }
  }

  /** A single block is a list of one, as HCL knows no other way to write that; a single text is not, as in Consul. */
  #list(items: TSchema, tree: ConfigTree, context: Context): unknown[] {
    if (tree.kind === 'scalar') return this.#refuse(context, 'must be a list, in square brackets') ?? [];
    return asList(tree).map((item, index) => {
      return this.#value(items, item, { ...context, line: item.line, key: `${context.key}[${index}]` });
    });
  }

  #map(values: TSchema, block: ConfigBlock, context: Context): Record<string, unknown> {
    const decoded: Record<string, unknown> = {};
    for (const { name, line, value } of block.members) {
      if (!isNull(value)) setOwn(decoded, name, this.#value(values, value, { ...context, line, key: `${context.key}.${name}` }));
    }
    return decoded;
  }

  #object(schema: TSchema, block: ConfigBlock, context: Context): Record<string, unknown> {
    const fields = fieldsOf(schema);
    const shape = shapeOf(schema);
    const isLenient = context.isLenient || (shape.kind === 'object' && shape.isLenient);
    const decoded: Record<string, unknown> = {};
    const { path, line, key } = context;
    const members = new Map<string, Place>();
    this.#origins.set(decoded, { place: { path, line, key }, members });
    for (const member of block.members) {
      const place = { path, line: member.line, key: `${key}.${member.name}` };
      const field = fields.get(member.name.toLowerCase());
      if (field === undefined) this.#unknown(member, { ...place, isLenient }, fields);
      else if (!isNull(member.value)) {
        const value = this.#value(field.schema, member.value, { ...place, isLenient });
        if (!field.isAlias || !Object.hasOwn(decoded, field.name)) decoded[field.name] = value;
        members.set(field.name, place);
      }
    }
    return decoded;
  }

  #refuse(place: Place, problem: string): undefined {
    this.report(place, problem);
    return undefined;
  }

  /** Enterprise members with the value that means nothing are accepted, as over the API. */
  #unknown({ name, value }: ConfigMember, context: Context, fields: FieldLookup): void {
    const isDefault = value.kind === 'scalar' && ['', 'default', null].includes(value.value as string | null);
    if (context.isLenient || (isDefault && /^(?:namespace|partition)$/i.test(name))) return;
    this.report(context, () => {
      const known = name.length > MAX_SUGGESTED_CHARS ? undefined : suggest(name.toLowerCase(), spellings(fields));
      return `unknown key${known === undefined ? '' : `; did you mean "${known}"?`}`;
    });
  }
}

const WANTED: Readonly<Record<Exclude<Shape['kind'], 'opaque' | 'list' | 'map' | 'object'>, string>> = {
  text: 'must be a text, in quotes',
  bool: 'must be true or false',
  int: 'must be a whole number',
  uint64: 'must be a whole number from 0',
  float: 'must be a number',
  duration: 'must be a duration such as "10s" or "1m30s"',
  bytes: 'must be a text in base64',
};

/** `undefined` for what is not of that kind. A number of nanoseconds is no duration here: Consul takes texts only. */
function scalarOf(kind: keyof typeof WANTED, value: string | number | boolean | null): unknown {
  switch (kind) {
    case 'text':
      return typeof value === 'string' ? value : undefined;
    case 'bool':
      return typeof value === 'boolean' ? value : undefined;
    case 'int':
      return Number.isSafeInteger(value) ? value : undefined;
    case 'duration':
      return typeof value === 'string' ? parseDurationNs(value) : undefined;
    default:
      return undefined;
  }
}

const isNull = (tree: ConfigTree): boolean => tree.kind === 'scalar' && tree.value === null;

const problemOfBlock = (tree: ConfigTree): string =>
  tree.kind === 'list' ? `must be one block, and there are ${tree.items.length}` : 'must be a block, in braces';

/** As files write them: in lower case. */
const spellings = (fields: FieldLookup): string[] => [...fields.keys()].filter((name) => name === name.toLowerCase());

const clipped = (key: string): string => (key.length > MAX_SHOWN_CHARS ? `${key.slice(0, MAX_SHOWN_CHARS)}…` : key);

function jsonOf(tree: ConfigTree): Json {
  if (tree.kind === 'scalar') return tree.value;
  if (tree.kind === 'list') return tree.items.map(jsonOf);
  const object: Record<string, Json> = {};
  for (const { name, value } of tree.members) setOwn(object, name, jsonOf(value));
  return object;
}
