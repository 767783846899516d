/** Small value types that several nouns share, and their equality. */

/** A 64-bit unsigned integer: a number while that is exact (up to 2^53 - 1), else a bigint. Never a bigint for a small value. */
export type Uint64 = number | bigint;

export type StringMap = Readonly<Record<string, string>>;

/** An address for one network, as in `TaggedAddresses` of a service. */
export interface ServiceAddress {
  readonly address: string;
  readonly port: number;
}

export interface Locality {
  readonly region: string;
  readonly zone: string;
}

/** JSON as it came in, for parts that are kept and shown but not understood (proxy configuration). */
export type Json = null | boolean | number | bigint | string | readonly Json[] | { readonly [key: string]: Json };

/** Structural equality of plain data; `undefined` members count as absent; bytes compare by content. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return a instanceof Uint8Array && b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  }
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => isEqual(item, b[i]));
  }
  return isEqualObject(a as Record<string, unknown>, b as Record<string, unknown>);
}

function isEqualObject(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  for (const key of Object.keys(a)) if (!isEqual(a[key], Object.hasOwn(b, key) ? b[key] : undefined)) return false;
  for (const key of Object.keys(b)) if (b[key] !== undefined && !Object.hasOwn(a, key)) return false;
  return true;
}
