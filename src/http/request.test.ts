import fc from 'fast-check';
import { expect, test } from 'vitest';
import { durationParam, parseBool, Query } from './request.ts';

const parse = (raw: string): Record<string, readonly string[]> | undefined => {
  const query = Query.parse(raw);
  return query && Object.fromEntries([...query.names()].map((name) => [name, query.all(name)]));
};

test.each<[string, Record<string, readonly string[]>]>([
  ['', {}],
  ['a=1', { a: ['1'] }],
  ['a=1&a=2&b=3', { a: ['1', '2'], b: ['3'] }],
  ['a', { a: [''] }],
  ['a=', { a: [''] }],
  ['=x', { '': ['x'] }],
  ['&&a=1&', { a: ['1'] }],
  ['a=b=c', { a: ['b=c'] }],
  ['a+b=c+d', { 'a b': ['c d'] }],
  ['a%20b=%2B%26%3D%3B', { 'a b': ['+&=;'] }],
  ['a=%C3%A9', { a: ['é'] }],
  ['a=%FF!', { a: ['\ufffd!'] }],
  ['__proto__=x&constructor=y', { ['__proto__']: ['x'], constructor: ['y'] }],
])('%s is read as Go reads it', (raw, values) => {
  expect(parse(raw)).toEqual(values);
});

test.each(['a=%', 'a=%4', 'a=%zz', '%=1', 'a=%C3%', 'a=1;b=2', ';', 'a=%FF%1'])('%s is refused, as Go does', (raw) => {
  expect(Query.parse(raw)).toBeUndefined();
});

test('An absent parameter is empty, a present one is present whatever its value', () => {
  const query = Query.parse('recurse&stale=false');
  expect([query?.has('recurse'), query?.has('stale'), query?.has('keys')]).toEqual([true, true, false]);
  expect([query?.get('recurse'), query?.get('keys'), query?.all('keys')]).toEqual(['', '', []]);
});

test('Whatever pairs a client encodes come back, in order', () => {
  const word = fc.string({ unit: 'binary' });
  const encode = (text: string, plus: boolean): string => encodeURIComponent(text).replaceAll('%20', plus ? '+' : '%20');
  fc.assert(
    fc.property(fc.array(fc.tuple(word, word, fc.boolean())), (pairs) => {
      const query = Query.parse(pairs.map(([name, value, plus]) => `${encode(name, plus)}=${encode(value, plus)}`).join('&'));
      for (const [name] of pairs) expect(query?.all(name)).toEqual(pairs.filter(([other]) => other === name).map(([, value]) => value));
    }),
  );
});

test('No text crashes the parser, and what it takes it takes for every pair', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a%+;=&0-9A-F]{0,12}$/)), (raw) => {
      const isGood = raw.split('&').every((pair) => !pair.includes(';') && !/%(?![0-9a-fA-F]{2})/.test(pair));
      expect(Query.parse(raw) !== undefined).toBe(isGood);
    }),
  );
});

test.each([
  ['1', true],
  ['t', true],
  ['T', true],
  ['TRUE', true],
  ['true', true],
  ['True', true],
  ['0', false],
  ['f', false],
  ['F', false],
  ['FALSE', false],
  ['false', false],
  ['False', false],
  ['', undefined],
  ['yes', undefined],
  ['tRUE', undefined],
])('%s is the boolean %s', (text, value) => {
  expect(parseBool(text)).toBe(value);
});

const duration = (raw: string): number | undefined => durationParam(Query.parse(raw) as Query, 'wait', 'Invalid wait time');

test.each<[string, number | undefined]>([
  ['', undefined],
  ['wait=', undefined],
  ['wait=0', 0],
  ['wait=100ms', 100],
  ['wait=1m30s', 90_000],
  ['wait=1.5s', 1_500],
  ['wait=-1s', -1_000],
])('?%s is a duration of %s ms', (raw, ms) => {
  expect(duration(raw)).toBe(ms);
});

test.each(['10', 'soon', '1x', '1s1', ' 1s', '1'.repeat(60_000), `${'1'.repeat(60_000)}s`])('?wait=%.20s is refused at once', (text) => {
  expect(() => duration(`wait=${text}`)).toThrow(expect.objectContaining({ status: 400, message: 'Invalid wait time' }));
});
