import fc from 'fast-check';
import { expect, test } from 'vitest';
import { requestOf } from '../testing/test-server.ts';
import { type Consistency, parseConsistency } from './consistency.ts';

const parse = (query: string, cacheControl?: string, usesCache = true): Consistency =>
  parseConsistency(requestOf(`GET /v1/x?${query}`, { headers: cacheControl === undefined ? {} : { 'cache-control': cacheControl } }), {
    usesCache,
  });

test.each([
  ['', 'leader', false],
  ['leader', 'leader', false],
  ['stale', 'stale', false],
  ['stale=false', 'stale', false],
  ['consistent', 'consistent', false],
  ['max_stale=5s', 'stale', false],
  ['max_stale=0s', 'leader', false],
  ['max_stale=', 'leader', false],
  ['cached', 'leader', true],
  ['cached&stale', 'stale', true],
] as const)('?%s asks for the mode %s', (query, mode, isCached) => {
  expect(parse(query)).toMatchObject({ mode, isCached });
});

test.each([
  ['stale&consistent', 'Cannot specify ?stale with ?consistent, conflicting semantics.'],
  ['max_stale=1s&consistent', 'Cannot specify ?stale with ?consistent, conflicting semantics.'],
  ['cached&consistent', 'Cannot specify ?cached with ?consistent, conflicting semantics.'],
  ['max_stale=soon', 'Invalid max_stale value "soon"'],
  ['max_stale=10', 'Invalid max_stale value "10"'],
])('?%s is refused: %s', (query, message) => {
  expect(() => parse(query)).toThrow(expect.objectContaining({ status: 400, message }));
});

test.each([
  'max-age=30',
  'Max-Age=0, must-revalidate',
  'stale-if-error=60,max-age=1',
  'no-cache',
  'max-age',
  'max-age = 5',
  '',
  'private, x=y',
])('Cache-Control: %s is taken', (header) => {
  expect(parse('cached', header).isCached).toBe(true);
});

test.each(['max-age=x', 'max-age=', 'stale-if-error=1s', 'max-age=5 must-revalidate', 'max-age=1=2', 'no-cache,max-age=1.5'])(
  'Cache-Control: %s is refused, but only where a cached answer is asked for',
  (header) => {
    expect(() => parse('cached', header)).toThrow(expect.objectContaining({ status: 400, message: 'Invalid Cache-Control header.' }));
    expect(parse('', header).isCached).toBe(false);
  },
);

test.each<[string, string | undefined, Consistency['accepts']]>([
  ['', undefined, undefined],
  ['', 'no-cache, private', undefined],
  ['', 'max-age=30', { maxAgeMs: 30_000, staleIfErrorMs: undefined, mustRevalidate: false }],
  ['cached', 'Max-Age=0, stale-if-error=60', { maxAgeMs: 0, staleIfErrorMs: 60_000, mustRevalidate: false }],
  ['', 'must-revalidate', { maxAgeMs: undefined, staleIfErrorMs: undefined, mustRevalidate: true }],
  ['', 'max-age=-5', { maxAgeMs: 0, staleIfErrorMs: undefined, mustRevalidate: false }],
  ['', 'max-age=x, stale-if-error=1', { maxAgeMs: undefined, staleIfErrorMs: 1_000, mustRevalidate: false }],
  ['', 'max-age=x', undefined],
  ['max_stale=5s', undefined, { maxAgeMs: 5_000, staleIfErrorMs: 0, mustRevalidate: false }],
  ['max_stale=5s', 'max-age=2, stale-if-error=9', { maxAgeMs: 2_000, staleIfErrorMs: 0, mustRevalidate: false }],
  ['max_stale=5s', 'must-revalidate', { maxAgeMs: 5_000, staleIfErrorMs: 0, mustRevalidate: true }],
])('?%s with Cache-Control: %s takes of what is not live %j', (query, cacheControl, accepts) => {
  expect(parse(query, cacheControl).accepts).toEqual(accepts);
});

test('Whatever Cache-Control says, a lenient reader takes no harm and a strict one refuses with 400 at most', () => {
  const word = fc.constantFrom(
    'max-age',
    'stale-if-error',
    'must-revalidate',
    'no-cache',
    '=',
    '-1',
    '007',
    '1e9',
    '__proto__',
    ' ',
    ';',
    '"',
  );
  fc.assert(
    fc.property(fc.array(fc.array(word), { maxLength: 5 }), (directives) => {
      const header = directives.map((words) => words.join('')).join(',');
      for (const ms of [parse('', header).accepts?.maxAgeMs, parse('', header).accepts?.staleIfErrorMs])
        expect(ms ?? 0).toBeGreaterThanOrEqual(0);
      try {
        parse('cached', header);
      } catch (error) {
        expect(error).toMatchObject({ code: 'BAD_REQUEST', status: 400 });
      }
    }),
  );
});

test('Where ?cached means nothing it is neither judged nor in the way', () => {
  expect(parse('cached', 'max-age=x', false)).toMatchObject({ mode: 'leader', isCached: false, isExplicit: false });
  expect(parse('cached&consistent', undefined, false)).toMatchObject({ mode: 'consistent' });
});

test('A number of seconds that no clock can hold is endless, not wrong', () => {
  expect(parse('', `max-age=${'9'.repeat(400)}`).accepts?.maxAgeMs).toBe(Number.POSITIVE_INFINITY);
});

test.each([
  ['', false],
  ['index=5&wait=1s', false],
  ['leader', true],
  ['stale', true],
  ['max_stale=1s', true],
  ['cached', true],
  ['consistent', true],
])('?%s says by itself who may answer: %s', (query, isExplicit) => {
  expect(parse(query).isExplicit).toBe(isExplicit);
});
