/**
 * Schemas of request bodies: plain JSON Schema (for the reference), typed with what `decode.ts` makes of them, and closer to Go's types
 * than JSON Schema is. No member is ever required: what is missing is for the route to say, in Consul's words.
 */
import type { Static, TSchema, TUnsafe } from 'typebox';
import type { Json, Uint64 } from '../model/values.ts';

/** A schema whose decoded value is a `T`. Name the type where a schema is exported: `export const checkBody: Schema<CheckBody> = object({ … })`. */
export type Schema<T> = TUnsafe<T>;

export interface FieldOptions {
  /** One sentence for the reference. */
  readonly description?: string;
  /** Other names under which the member is accepted, in any case; its own name wins. */
  readonly aliases?: readonly string[];
}

export interface ObjectOptions extends FieldOptions {
  /** Members that are not listed are ignored, here and further inside, instead of refused. */
  readonly lenient?: boolean;
}

/** What an object decodes to: the members that were given and were not null. */
export type Members<P extends Readonly<Record<string, TSchema>>> = { readonly [Name in keyof P]?: Static<P[Name]> };

/** Made without the library's builders, which come to the same objects but take half a second and 20 MB to load. */
const make = <T>(shape: Readonly<Record<string, unknown>>, options: FieldOptions = {}): Schema<T> =>
  ({ ...shape, ...options }) as unknown as Schema<T>;

export const text = (options?: FieldOptions): Schema<string> => make({ type: 'string' }, options);

export const bool = (options?: FieldOptions): Schema<boolean> => make({ type: 'boolean' }, options);

/** A whole number that a double holds exactly (Go `int`). */
export const int = (options?: FieldOptions): Schema<number> => make({ type: 'integer' }, options);

/** 0 … 2^64 - 1 (Go `uint64`), exact. */
export const uint64 = (options?: FieldOptions): Schema<Uint64> => make({ type: 'integer', format: 'uint64', minimum: 0 }, options);

/** Any finite number (Go `float64`). */
export const float = (options?: FieldOptions): Schema<number> => make({ type: 'number' }, options);

/** A Go duration text (`10s`) or a number of nanoseconds; decodes to nanoseconds. */
export const duration = (options?: FieldOptions): Schema<number> => make({ type: ['string', 'integer'], format: 'go-duration' }, options);

/** Bytes in standard base64. */
export const bytes = (options?: FieldOptions): Schema<Uint8Array> => make({ type: 'string', contentEncoding: 'base64' }, options);

/** Any JSON, passed through as it came. */
export const opaque = (options?: FieldOptions): Schema<Json> => make({}, options);

/** A list; its null elements become the element's zero value. */
export const list = <T extends TSchema>(items: T, options?: FieldOptions): Schema<readonly Static<T>[]> =>
  make({ type: 'array', items }, options);

/** A map from any text to values of one schema. */
export const map = <T extends TSchema>(values: T, options?: FieldOptions): Schema<Readonly<Record<string, Static<T>>>> =>
  make({ type: 'object', additionalProperties: values }, options);

/** A map from text to text. */
export const stringMap = (options?: FieldOptions): Schema<Readonly<Record<string, string>>> => map(text(), options);

/** An object with the listed members and no others. */
export const object = <P extends Readonly<Record<string, TSchema>>>(properties: P, options?: ObjectOptions): Schema<Members<P>> =>
  make({ type: 'object', properties, additionalProperties: options?.lenient === true }, options);
