/** Consistency modes and cache control of a read (spec 1.9). */
import { KonsulError } from '../runtime/errors.ts';
import type { ReadOptions } from '../topics/backend.ts';
import { type ApiRequest, durationParam } from './request.ts';

export interface Consistency {
  readonly mode: 'leader' | 'consistent' | 'stale';
  readonly isCached: boolean;
  /** Whether the request itself says who may answer: a default of the configuration is not asked then. */
  readonly isExplicit: boolean;
  /** What it takes of a view that is not live; `undefined`: it says nothing. */
  readonly accepts: ReadOptions | undefined;
}

type Accepted = { -readonly [K in keyof ReadOptions]: ReadOptions[K] };

const badRequest = (text: string): KonsulError => new KonsulError('BAD_REQUEST', text);

export interface ConsistencySettings {
  /** Whether `?cached` means anything. */
  readonly usesCache: boolean;
}

/** The mode that a request asks for; conflicts and bad values are 400. Cache control is judged strictly only where Consul reads it. */
export function parseConsistency(
  { query, headers }: Pick<ApiRequest, 'query' | 'headers'>,
  { usesCache }: ConsistencySettings,
): Consistency {
  const isConsistent = query.has('consistent');
  const isCached = usesCache && query.has('cached');
  const maxStaleMs = durationParam(query, 'max_stale', `Invalid max_stale value ${JSON.stringify(query.get('max_stale'))}`) ?? 0;
  const isStale = query.has('stale') || maxStaleMs > 0;
  if (isStale && isConsistent) throw badRequest('Cannot specify ?stale with ?consistent, conflicting semantics.');
  if (isCached && isConsistent) throw badRequest('Cannot specify ?cached with ?consistent, conflicting semantics.');
  const mode = isConsistent ? 'consistent' : isStale ? 'stale' : 'leader';
  const isExplicit = isConsistent || isStale || isCached || query.has('leader');
  return { mode, isCached, isExplicit, accepts: acceptedBy(headers['cache-control'], { maxStaleMs, isCached }) };
}

function acceptedBy(
  header: ApiRequest['headers'][string],
  { maxStaleMs, isCached }: { readonly maxStaleMs: number; readonly isCached: boolean },
): ReadOptions | undefined {
  const accepts = header === undefined ? undefined : parseCacheControl(String(header), isCached);
  if (maxStaleMs <= 0) return accepts;
  const maxAgeMs = Math.min(accepts?.maxAgeMs ?? maxStaleMs, maxStaleMs);
  return { maxAgeMs, staleIfErrorMs: 0, mustRevalidate: accepts?.mustRevalidate ?? false };
}

/** `undefined` if nothing in it says how old an answer may be. A number that is none is 400 if `isStrict`, else not there. */
function parseCacheControl(header: string, isStrict: boolean): ReadOptions | undefined {
  const accepts: Accepted = { maxAgeMs: undefined, staleIfErrorMs: undefined, mustRevalidate: false };
  for (const directive of header.toLowerCase().split(',')) {
    const word = directive.trim();
    if (word === 'must-revalidate') accepts.mustRevalidate = true;
    else if (word.startsWith('max-age=')) accepts.maxAgeMs = secondsIn(word, isStrict) ?? accepts.maxAgeMs;
    else if (word.startsWith('stale-if-error=')) accepts.staleIfErrorMs = secondsIn(word, isStrict) ?? accepts.staleIfErrorMs;
  }
  const saysNothing = accepts.maxAgeMs === undefined && accepts.staleIfErrorMs === undefined && !accepts.mustRevalidate;
  return saysNothing ? undefined : accepts;
}

/** The value of a directive in milliseconds; what is negative is 0. */
function secondsIn(word: string, isStrict: boolean): number | undefined {
  const value = word.slice(word.indexOf('=') + 1);
  if (/^[+-]?\d+$/.test(value)) return Math.max(Number(value), 0) * 1_000;
  if (isStrict) throw badRequest('Invalid Cache-Control header.');
  return undefined;
}
