/** Patterns are what all golden cases stand on: that they find what is wrong, and nothing else. */
import { describe, expect, test } from 'vitest';
import { parseExact } from './exact-json.ts';
import {
  anyIndex,
  anyNumber,
  anyUuid,
  capture,
  containing,
  findMismatches,
  greaterThan,
  inAnyOrder,
  oneOf,
  optional,
  type Pattern,
  textContaining,
  textMatching,
} from './pattern.ts';
import { Scope } from './scope.ts';

const UUID = '0c9d7f0e-1d5c-4c40-9b7e-2f2a6f6d0a11';
const scopeOf = (): Scope => new Scope({ p: 'r1', i: 7, run: 'r' });
const problems = (pattern: Pattern, json: string): string[] =>
  findMismatches(pattern, parseExact(json), scopeOf(), '$').map(({ at, problem }) => `${at} ${problem}`);

const FITS: readonly (readonly [string, Pattern, string])[] = [
  ['equal values', [1, 'a', null, true], '[1,"a",null,true]'],
  ['long integers', 18_446_744_073_709_551_615n, '18446744073709551615'],
  ['filled texts', 'x-{{p}}', '"x-r1"'],
  ['captured numbers', '{{i}}', '7'],
  ['filled keys', { '{{p}}-a': 1 }, '{"r1-a":1}'],
  ['an absent optional member', { a: 1, b: optional(2) }, '{"a":1}'],
  ['a present optional member', { b: optional(2) }, '{"b":2}'],
  ['some members', containing({ a: 1 }), '{"a":1,"b":2}'],
  ['any order', inAnyOrder([1, 2]), '[2,1]'],
  ['any order, with others', inAnyOrder([2], 'and others'), '[3,2,1]'],
  ['either of two', oneOf(null, []), '[]'],
  ['a uuid', anyUuid, `"${UUID}"`],
  ['an index', anyIndex, '12'],
  ['more than captured', greaterThan('i'), '8'],
  ['a part of a text', textContaining('-{{p}}-'), '"a-r1-b"'],
];

const FAILS: readonly (readonly [string, Pattern, string, readonly string[]])[] = [
  ['another value', { a: 1 }, '{"a":2}', ['$.a differs']],
  ['another type', 7, '"7"', ['$ differs']],
  ['null for an object', { a: 1 }, 'null', ['$ differs']],
  ['a missing member', { a: 1 }, '{}', ['$.a missing']],
  ['a member too many', {}, '{"a":1}', ['$.a unexpected']],
  ['too few items', [1, 2], '[1]', ['$ differs']],
  ['an item too many', inAnyOrder([1]), '[2,1]', ['$[] unexpected']],
  ['an item too few', inAnyOrder([1, 1]), '[1]', ['$[] missing']],
  ['index 0', anyIndex, '0', ['$ differs']],
  ['no index', anyIndex, '-1', ['$ differs']],
  ['an equal index for more', greaterThan('i'), '7', ['$ differs']],
  ['a neighbour beyond 2^53', 9_007_199_254_740_993n, '9007199254740992', ['$ differs']],
  ['a deep difference', [{ a: { b: anyNumber } }], '[{"a":{"b":"x"}}]', ['$[].a.b differs']],
];

describe('a pattern', () => {
  test.for(FITS)('fits %s', ([, pattern, json]) => expect(problems(pattern, json)).toEqual([]));
  test.for(FAILS)('finds %s', ([, pattern, json, expected]) => expect(problems(pattern, json)).toEqual(expected));
});

test('what is captured can be asked for later, also if it was wrong; what was not, stays a hole', () => {
  const scope = scopeOf();
  expect(findMismatches([capture('x', anyNumber), '{{x}}'], [5, 5], scope, '$')).toEqual([]);
  expect(findMismatches(capture('y', textMatching(/a/)), 'b', scope, '$')).toHaveLength(1);
  expect(scope.fill('{{y}} {{z}}')).toBe('b {{z}}');
});

test('an item that fits worst is told in detail, not as missing and unexpected', () => {
  expect(problems(inAnyOrder([{ a: 1, b: 2 }]), '[{"a":1,"b":3}]')).toEqual(['$[].b differs']);
});

test('the names of a run are taken out of a text', () => {
  const scope = new Scope({ run: 'r', p: 'r-0005', self: 'n1', selfId: UUID });
  expect(scope.generalise(`r-0005-a r-0006-b n1 ${UUID}`)).toBe('{{p}}-a {{other}} {{self}} {{selfId}}');
});

test.for([
  ['{"a":"12345678901234567890"}', { a: '12345678901234567890' }],
  ['{"a":0.12345678901234567890}', { a: 0.12345678901234568 }],
  ['[12345678901234567890,-1234567890123456]', [12_345_678_901_234_567_890n, -1_234_567_890_123_456n]],
  ['"a\\"1234567890123456789"', 'a"1234567890123456789'],
] as const)('%s is read to the last digit', ([json, value]) => {
  expect(parseExact(json)).toEqual(value);
});
