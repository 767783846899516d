/** Parameters that the writes to the KV store share. */
import type { Query } from '../../http/request.ts';
import type { Uint64 } from '../../model/values.ts';
import { KonsulError } from '../../runtime/errors.ts';

/** The key, or 400. */
export function keyOrThrow(rest: string): string {
  if (rest === '') throw new KonsulError('BAD_REQUEST', 'Missing key name');
  return rest;
}

/** 400 if more than one of the parameters is given. */
export function refuseConflicts(query: Query, rawQuery: string, names: readonly string[]): void {
  if (names.filter((name) => query.has(name)).length > 1) throw new KonsulError('BAD_REQUEST', `Conflicting flags: ${rawQuery}\n`);
}

/** A number from 0 to 2^64-1, exact; `undefined` if absent; Go's error otherwise. */
export function uint64Param(query: Query, name: string): Uint64 | undefined {
  if (!query.has(name)) return undefined;
  const text = query.get(name);
  const fail = (why: string): KonsulError => new KonsulError('REJECTED', `strconv.ParseUint: parsing ${JSON.stringify(text)}: ${why}`);
  if (!/^\d+$/.test(text)) throw fail('invalid syntax');
  const value = BigInt(text);
  if (value >= 2n ** 64n) throw fail('value out of range');
  return value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}
