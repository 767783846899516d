/**
 * The kinds of members that records have: how each is checked, and how it is written as JSON (snapshots) and packed (engines).
 * Nothing here knows a table; `shapes.ts` says which member is of which kind.
 */

import type { QueryFailover, QueryService, QueryTemplate } from '../model/prepared-query.ts';
import type { Weights } from '../model/service.ts';
import type { ServiceCheckRef } from '../model/session.ts';
import type { Json, Locality, ServiceAddress, StringMap, Uint64 } from '../model/values.ts';

export interface Kind<V> {
  is(value: unknown): value is V;
  /** A value for `JSON.stringify`; `undefined` members are left out of an object. */
  toJson(value: V): unknown;
  /** The value again, or something that `is` refuses. May throw on nonsense. */
  fromJson(json: unknown): unknown;
  /** Packed as JSON text instead of the value itself: for everything but scalars, bytes and lists of texts. */
  readonly packsAsText: boolean;
  /** Equal values occur in many records, so that one copy is kept when reading. */
  readonly repeats: boolean;
}

function kind<V>(is: (value: unknown) => value is V, changes: Partial<Kind<V>> = {}): Kind<V> {
  return { is, toJson: (value) => value, fromJson: (json) => json, packsAsText: false, repeats: false, ...changes };
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';
const isIndex = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;
const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isBytes(value);

const isObjectOf =
  <V>(is: (value: unknown) => value is V) =>
  (value: unknown): value is Readonly<Record<string, V>> =>
    isObject(value) && Object.values(value).every(is);

const MAX_UINT64 = 2n ** 64n - 1n;

const isUint64 = (value: unknown): value is Uint64 =>
  typeof value === 'bigint' ? value > BigInt(Number.MAX_SAFE_INTEGER) && value <= MAX_UINT64 : isIndex(value);

const isAddress = (value: unknown): value is ServiceAddress => isObject(value) && isText(value.address) && isNumber(value.port);
const isLocality = (value: unknown): value is Locality => isObject(value) && isText(value.region) && isText(value.zone);
const isWeights = (value: unknown): value is Weights => isObject(value) && isNumber(value.passing) && isNumber(value.warning);
const isRef = (value: unknown): value is ServiceCheckRef => isObject(value) && isText(value.id) && isText(value.namespace);
const isRefs = (value: unknown): value is readonly ServiceCheckRef[] => Array.isArray(value) && value.every(isRef);

const isOptional =
  (is: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === undefined || is(value);

const isTemplate = (value: unknown): value is QueryTemplate =>
  isObject(value) && isText(value.type) && isText(value.regexp) && isFlag(value.removeEmptyTags);
const isTarget = (value: unknown): boolean => isObject(value) && isText(value.peer) && isText(value.datacenter);
const isTargets = (value: unknown): boolean => Array.isArray(value) && value.every(isTarget);
const isFailover = (value: unknown): value is QueryFailover =>
  isObject(value) && isNumber(value.nearestN) && isOptional(isTexts)(value.datacenters) && isOptional(isTargets)(value.targets);

function isQueryService(value: unknown): value is QueryService {
  if (!isObject(value) || !isFailover(value.failover)) return false;
  const { service, samenessGroup, near, peer, onlyPassing, connect, ignoreCheckIds, tags, nodeMeta, serviceMeta } = value;
  return (
    [service, samenessGroup, near, peer].every(isText) &&
    [onlyPassing, connect].every(isFlag) &&
    [ignoreCheckIds, tags].every(isOptional(isTexts)) &&
    [nodeMeta, serviceMeta].every(isOptional(isObjectOf(isText)))
  );
}

function isJson(value: unknown): value is Json {
  if (value === null || isText(value) || isNumber(value) || isFlag(value) || typeof value === 'bigint') return true;
  if (Array.isArray(value)) return value.every(isJson);
  return isObject(value) && Object.values(value).every((item) => item === undefined || isJson(item));
}

export const text: Kind<string> = kind(isText);
/** A text that many records share: names, statuses, owners. */
export const word: Kind<string> = kind(isText, { repeats: true });
export const number: Kind<number> = kind(isNumber);
export const flag: Kind<boolean> = kind(isFlag);
/** A safe integer of 0 or more. */
export const index: Kind<number> = kind(isIndex);
export const numbers: Kind<readonly number[]> = kind((value): value is readonly number[] => Array.isArray(value) && value.every(isNumber), {
  packsAsText: true,
});
export const queryTemplate: Kind<QueryTemplate> = kind(isTemplate, { packsAsText: true });
export const queryService: Kind<QueryService> = kind(isQueryService, { packsAsText: true });
export const texts: Kind<readonly string[]> = kind(isTexts, { repeats: true });
export const map: Kind<StringMap> = kind(isObjectOf(isText), { packsAsText: true });
export const addresses: Kind<Readonly<Record<string, ServiceAddress>>> = kind(isObjectOf(isAddress), { packsAsText: true });
export const locality: Kind<Locality> = kind(isLocality, { packsAsText: true });
export const weights: Kind<Weights> = kind(isWeights, { packsAsText: true });
export const refs: Kind<readonly ServiceCheckRef[]> = kind(isRefs, { packsAsText: true });
/** Base64 in JSON. */
export const bytes: Kind<Uint8Array> = kind(isBytes, { toJson: toBase64, fromJson: fromBase64 });
/** A text of decimal digits in JSON, where numbers end at 2^53. */
export const uint64: Kind<Uint64> = kind(isUint64, { toJson: String, fromJson: parseUint64 });
/** JSON that came in from outside, with integers of any length. */
export const json: Kind<Json> = kind(isJson, { packsAsText: true, toJson: markIntegers, fromJson: unmarkIntegers });

export const jsonObject: Kind<JsonObject> = kind<JsonObject>((value): value is JsonObject => isObject(value) && isJson(value), {
  packsAsText: true,
  toJson: markIntegers,
  fromJson: unmarkIntegers,
});

type JsonObject = { readonly [member: string]: Json };

/** One of a few words. */
export function oneOf<W extends string>(words: readonly W[]): Kind<W> {
  return kind((value): value is W => words.includes(value as W), { repeats: true });
}

/** A kind whose value may also be `undefined`: left out of JSON, null when packed. */
export function optional<V>(inner: Kind<V>): Kind<V | undefined> {
  return {
    ...inner,
    is: (value): value is V | undefined => value === undefined || inner.is(value),
    toJson: (value) => (value === undefined ? undefined : inner.toJson(value)),
    fromJson: (value) => (value === undefined ? undefined : inner.fromJson(value)),
  };
}

function toBase64(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
}

/** Strict, as `Buffer.from` skips what is no base64. */
function fromBase64(value: unknown): unknown {
  const decoded = isText(value) ? Buffer.from(value, 'base64') : undefined;
  return decoded?.toString('base64') === value ? decoded : undefined;
}

function parseUint64(value: unknown): unknown {
  if (!isText(value) || !/^\d{1,20}$/.test(value)) return undefined;
  const exact = BigInt(value);
  return exact <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(exact) : exact;
}

/** A bigint becomes `{"$integer": "123"}`; keys of the data that begin with `$` get a second one, so that nothing is ambiguous. */
const INTEGER_MARK = '$integer';

function markIntegers(value: Json): unknown {
  if (typeof value === 'bigint') return { [INTEGER_MARK]: String(value) };
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(markIntegers);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key.startsWith('$') ? `$${key}` : key, markIntegers(item)]));
}

function unmarkIntegers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unmarkIntegers);
  if (!isObject(value)) return value;
  const mark = value[INTEGER_MARK];
  if (isText(mark)) return BigInt(mark);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key.startsWith('$$') ? key.slice(1) : key, unmarkIntegers(item)]));
}
