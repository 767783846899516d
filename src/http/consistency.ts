/** Consistency modes and cache control of a read (spec 1.9). */
import { KonsulError } from '../runtime/errors.ts';
import { type ApiRequest, durationParam } from './request.ts';

export interface Consistency {
  readonly mode: 'leader' | 'consistent' | 'stale';
  readonly isCached: boolean;
}

const badRequest = (text: string): KonsulError => new KonsulError('BAD_REQUEST', text);

/** The mode that a request asks for; conflicts and bad values are 400. */
export function parseConsistency({ query, headers }: Pick<ApiRequest, 'query' | 'headers'>): Consistency {
  const isConsistent = query.has('consistent');
  const isCached = query.has('cached');
  const maxStaleMs = durationParam(query, 'max_stale', `Invalid max_stale value ${JSON.stringify(query.get('max_stale'))}`) ?? 0;
  const isStale = query.has('stale') || maxStaleMs > 0;
  if (isStale && isConsistent) throw badRequest('Cannot specify ?stale with ?consistent, conflicting semantics.');
  if (isCached && isConsistent) throw badRequest('Cannot specify ?cached with ?consistent, conflicting semantics.');
  if (isCached) checkCacheControl(String(headers['cache-control'] ?? ''));
  return { mode: isConsistent ? 'consistent' : isStale ? 'stale' : 'leader', isCached };
}

function checkCacheControl(header: string): void {
  for (const directive of header.toLowerCase().split(',')) {
    const value = /^(?:max-age|stale-if-error)=(.*)$/s.exec(directive.trim())?.[1];
    if (value !== undefined && !/^[+-]?\d+$/.test(value)) throw badRequest('Invalid Cache-Control header.');
  }
}
