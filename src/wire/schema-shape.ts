/**
 * What a JSON Schema says about decoding: the kind of value, and by which keys an object's members are found. Worked out once per
 * schema object and remembered as long as it lives, so a schema must not change after its first use.
 */
import type { TSchema } from 'typebox';
import { invariant } from '../runtime/errors.ts';

export type Shape =
  | { readonly kind: 'opaque' | 'text' | 'bool' | 'float' | 'int' | 'uint64' | 'duration' | 'bytes' }
  | { readonly kind: 'list'; readonly items: TSchema }
  | { readonly kind: 'map'; readonly values: TSchema }
  | { readonly kind: 'object'; readonly isLenient: boolean };

export interface Field {
  /** As the schema spells it. */
  readonly name: string;
  readonly schema: TSchema;
  /** Whether this key is only another name of the member. */
  readonly isAlias: boolean;
}

/** By exact key, and by key in lower case. */
export type FieldLookup = ReadonlyMap<string, Field>;

/** The keywords that are looked at. */
interface Keywords {
  readonly type?: unknown;
  readonly format?: unknown;
  readonly contentEncoding?: unknown;
  readonly items?: TSchema;
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly additionalProperties?: TSchema | boolean;
  readonly patternProperties?: Readonly<Record<string, TSchema>>;
  readonly aliases?: readonly string[];
  readonly lenient?: boolean;
}

const shapes = new WeakMap<TSchema, Shape>();
const lookups = new WeakMap<TSchema, FieldLookup>();

const OPAQUE: TSchema = {};

export function shapeOf(schema: TSchema): Shape {
  const known = shapes.get(schema);
  if (known !== undefined) return known;
  const shape = readShape(schema);
  shapes.set(schema, shape);
  return shape;
}

function readShape(schema: Keywords): Shape {
  if (schema.format === 'go-duration') return { kind: 'duration' };
  switch (schema.type) {
    case 'string':
      return { kind: schema.contentEncoding === 'base64' ? 'bytes' : 'text' };
    case 'boolean':
      return { kind: 'bool' };
    case 'number':
      return { kind: 'float' };
    case 'integer':
      return { kind: schema.format === 'uint64' ? 'uint64' : 'int' };
    case 'array':
      return { kind: 'list', items: schema.items ?? OPAQUE };
    case 'object':
      return readObjectShape(schema);
    default:
      invariant(schema.type === undefined, `schema type ${String(schema.type)} cannot be decoded`);
      return { kind: 'opaque' };
  }
}

function readObjectShape(schema: Keywords): Shape {
  if (schema.properties !== undefined) return { kind: 'object', isLenient: schema.lenient === true };
  const [values = schema.additionalProperties] = Object.values(schema.patternProperties ?? {});
  return { kind: 'map', values: typeof values === 'object' ? values : OPAQUE };
}

/** The members of an object schema. Own names take precedence over aliases, exact ones over those in lower case. */
export function fieldsOf(schema: TSchema): FieldLookup {
  const known = lookups.get(schema);
  if (known !== undefined) return known;
  const lookup = new Map<string, Field>();
  const properties = Object.entries((schema as Keywords).properties ?? {});
  for (const [name, member] of properties) lookup.set(name, { name, schema: member, isAlias: false });
  for (const [name, member] of properties) addIfFree(lookup, name.toLowerCase(), { name, schema: member, isAlias: false });
  for (const [name, member] of properties) {
    for (const alias of (member as Keywords).aliases ?? []) {
      addIfFree(lookup, alias, { name, schema: member, isAlias: true });
      addIfFree(lookup, alias.toLowerCase(), { name, schema: member, isAlias: true });
    }
  }
  lookups.set(schema, lookup);
  return lookup;
}

function addIfFree(lookup: Map<string, Field>, key: string, field: Field): void {
  if (!lookup.has(key)) lookup.set(key, field);
}
