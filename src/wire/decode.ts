/**
 * Request bodies, decoded as Consul does: strict about names and types, indifferent to the case of keys, null the same as absent.
 * Driven by a schema (see `schema.ts`; plain TypeBox schemas work too). Errors are BAD_REQUEST with the texts that clients know.
 */
import type { Static, TSchema } from 'typebox';
import { parseDurationNs } from '../model/duration.ts';
import type { Json } from '../model/values.ts';
import { KonsulError } from '../runtime/errors.ts';
import { parseJson } from './json.ts';
import { setOwn } from './json-parser.ts';
import { type FieldLookup, fieldsOf, shapeOf } from './schema-shape.ts';

export interface DecodeOptions {
  /** Stands before every error; default `Request decode failed: `. */
  readonly prefix?: string;
  /** `allow`: an empty body is an empty value. Default `reject`: it is an error. */
  readonly empty?: 'reject' | 'allow';
  /** Adds that namespaces are an Enterprise feature where the unknown field is `Namespace` (catalog, sessions, ACL). */
  readonly namespaceHint?: boolean;
}

/** Where in the body the decoder is. */
interface Place {
  /** `.Check.Interval`; '' for the body itself. */
  readonly path: string;
  readonly isLenient: boolean;
  readonly hasNamespaceHint: boolean;
}

const DEFAULT_PREFIX = 'Request decode failed: ';

/**
 * The body as the schema says: members under their schema's name, absent ones absent. Bytes that are no UTF-8 are replaced. Throws
 * BAD_REQUEST: `EOF`, `invalid character …`, `json: unknown field "Foo"`, `json: cannot unmarshal …`, `time: invalid duration "x"`.
 */
export function decodeBody<T extends TSchema>(schema: T, body: Uint8Array, options: DecodeOptions = {}): Static<T> {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  const place = { path: '', isLenient: false, hasNamespaceHint: options.namespaceHint === true };
  try {
    if (!/^[ \t\r\n]*$/.test(text)) return decodeValue(schema, parseJson(text), place) as Static<T>;
    if (options.empty === 'allow') return decodeValue(schema, null, place) as Static<T>;
    throw refuse('EOF');
  } catch (error) {
    if (!(error instanceof KonsulError) || error.code !== 'BAD_REQUEST') throw error;
    throw new KonsulError('BAD_REQUEST', `${options.prefix ?? DEFAULT_PREFIX}${error.message}`, { cause: error });
  }
}

/** Null, wherever it stands, is the zero value; objects leave null members out before they get here. */
function decodeValue(schema: TSchema, value: Json, place: Place): unknown {
  const shape = shapeOf(schema);
  switch (shape.kind) {
    case 'opaque':
      return value;
    case 'text':
      return value === null ? '' : ofType('string', value, place);
    case 'bool':
      return value === null ? false : ofType('boolean', value, place);
    case 'float':
      return value === null ? 0 : Number(typeof value === 'bigint' ? value : ofType('number', value, place));
    case 'int':
      return decodeInt(value ?? 0, place);
    case 'uint64':
      return decodeUint64(value ?? 0, place);
    case 'duration':
      return decodeDuration(value ?? 0, place);
    case 'bytes':
      return decodeBytes(value ?? '', place);
    case 'list':
      return decodeList(shape.items, value ?? [], place);
    case 'map':
      return decodeMap(shape.values, value ?? {}, place);
    case 'object':
      return decodeObject(schema, value ?? {}, { ...place, isLenient: place.isLenient || shape.isLenient });
  }
}

const GO_TYPES = { string: 'string', boolean: 'bool', number: 'float64' } as const;

function ofType(type: keyof typeof GO_TYPES, value: Json, place: Place): Json {
  if (typeof value !== type) throw typeError(nameOf(value), GO_TYPES[type], place);
  return value;
}

function decodeInt(value: Json, place: Place): number {
  if (typeof value !== 'number' && typeof value !== 'bigint') throw typeError(nameOf(value), 'int', place);
  if (!Number.isSafeInteger(value)) throw typeError(`number ${value}`, 'int', place);
  return Number(value) + 0;
}

function decodeUint64(value: Json, place: Place): number | bigint {
  if (typeof value !== 'number' && typeof value !== 'bigint') throw typeError(nameOf(value), 'uint64', place);
  const isExact = typeof value === 'bigint' || Number.isSafeInteger(value);
  if (!isExact || value < 0 || value >= 2n ** 64n) throw typeError(`number ${value}`, 'uint64', place);
  return typeof value === 'number' ? value + 0 : value;
}

function decodeDuration(value: Json, place: Place): number {
  if (typeof value === 'string') {
    const ns = parseDurationNs(value);
    if (ns === undefined) throw refuse(`time: invalid duration ${JSON.stringify(value)}`);
    return ns;
  }
  if (typeof value !== 'number' && typeof value !== 'bigint') throw typeError(nameOf(value), 'time.Duration', place);
  if (value >= 2 ** 63 || value < -(2 ** 63)) throw typeError(`number ${value}`, 'time.Duration', place);
  return Math.trunc(Number(value)) + 0;
}

function decodeBytes(value: Json, place: Place): Uint8Array {
  if (typeof value !== 'string') throw typeError(nameOf(value), '[]uint8', place);
  const base64 = value.replaceAll(/[\r\n]/g, '');
  const fault = base64.search(/[^A-Za-z0-9+/]/);
  const digits = fault === -1 ? base64.length : fault;
  const isPadded = base64.length % 4 === 0 && ['', '=', '=='].includes(base64.slice(digits));
  if (!isPadded) throw refuse(`illegal base64 data at input byte ${digits}`);
  return Buffer.from(base64, 'base64');
}

function decodeList(items: TSchema, value: Json, place: Place): unknown[] {
  if (!Array.isArray(value)) throw typeError(nameOf(value), 'slice', place);
  return value.map((item: Json) => decodeValue(items, item, place));
}

function decodeMap(values: TSchema, value: Json, place: Place): Record<string, unknown> {
  const decoded: Record<string, unknown> = {};
  for (const [key, member] of entriesOf(value, 'map', place)) setOwn(decoded, key, decodeValue(values, member, place));
  return decoded;
}

function decodeObject(schema: TSchema, value: Json, place: Place): Record<string, unknown> {
  const fields: FieldLookup = fieldsOf(schema);
  const decoded: Record<string, unknown> = {};
  for (const [key, member] of entriesOf(value, 'struct', place)) {
    const field = fields.get(key) ?? fields.get(key.toLowerCase());
    if (field === undefined) refuseUnknown(key, member, place);
    else if (member !== null) {
      const result = decodeValue(field.schema, member, { ...place, path: `${place.path}.${field.name}` });
      if (!field.isAlias || !Object.hasOwn(decoded, field.name)) decoded[field.name] = result;
    }
  }
  return decoded;
}

function entriesOf(value: Json, goType: string, place: Place): [string, Json][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw typeError(nameOf(value), goType, place);
  return Object.entries(value);
}

/** Enterprise fields with the value that means nothing are accepted: some clients always send them. */
function refuseUnknown(key: string, value: Json, place: Place): void {
  const isEnterprise = /^(?:namespace|partition)$/i.test(key);
  if (place.isLenient || (isEnterprise && (value === null || value === '' || value === 'default'))) return;
  const hint = place.hasNamespaceHint && /^namespace$/i.test(key) ? ' - Namespaces are a Consul Enterprise feature' : '';
  throw refuse(`json: unknown field ${JSON.stringify(key)}${hint}`);
}

function typeError(given: string, goType: string, place: Place): KonsulError {
  const target = place.path === '' ? 'value' : `struct field ${place.path}`;
  return refuse(`json: cannot unmarshal ${given} into Go ${target} of type ${goType}`);
}

function nameOf(value: Json): string {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'number';
  return Array.isArray(value) ? 'array' : typeof value;
}

const refuse = (message: string): KonsulError => new KonsulError('BAD_REQUEST', message);
