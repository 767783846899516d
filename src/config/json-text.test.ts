import { describe, expect, test } from 'vitest';
import { plainOf } from '../../test/fixtures/config/plain-tree.ts';
import { parseJson } from './json-text.ts';
import { ConfigSyntaxError } from './tree.ts';

test.each<readonly [string, string, unknown]>([
  ['an empty object', ' { } ', {}],
  [
    'every kind of value',
    '{"a":1,"b":"x","c":true,"d":false,"e":null,"f":[],"g":{}}',
    { a: 1, b: 'x', c: true, d: false, e: null, f: [], g: {} },
  ],
  ['numbers', '{"a":[0,-0.5,1e3,1.5E-2,-12]}', { a: [0, -0.5, 1000, 0.015, -12] }],
  ['escapes', String.raw`{"\u0061\n":"\"\\\/\b\f\n\r\t\ud83d\ude00"}`, { 'a\n': '"\\/\b\f\n\r\t😀' }],
  ['a name that comes again counts as it stands last', '{"a":1,"b":2,"a":{"c":3}}', { a: { c: 3 }, b: 2 }],
  ['names that objects have', '{"__proto__":{"x":1}}', Object.fromEntries([['__proto__', { x: 1 }]])],
  ['white space anywhere', '\r\n{\t"a"\n:\n[\n1\n,\n2\n]\n}\n', { a: [1, 2] }],
])('%s', (_what, text, value) => expect(plainOf(parseJson(text))).toEqual(value));

test('everything has its line, a name that comes again the last one', () => {
  expect(parseJson('\n{"a":\n1,\n"b": [\n{},\n"x"],\n"a": true}')).toEqual({
    kind: 'block',
    line: 2,
    members: [
      { name: 'a', line: 7, value: { kind: 'scalar', value: true, line: 7 } },
      {
        name: 'b',
        line: 4,
        value: {
          kind: 'list',
          line: 4,
          items: [
            { kind: 'block', members: [], line: 5 },
            { kind: 'scalar', value: 'x', line: 6 },
          ],
        },
      },
    ],
  });
});

describe('what is refused, and where', () => {
  test.each([
    ['a list', '[1]', 1, 'must hold one object, { … }'],
    ['a text', '\n"s3cret"', 2, 'must hold one object, { … }'],
    ['null', 'null', 1, 'must hold one object, { … }'],
    ['a bare name', '{a: 1}', 1, 'expected a name in quotes, got "a"'],
    ['no colon', '{"a"\n1}', 2, 'expected ":" after a name, got "1"'],
    ['no value', '{"a":\n}', 2, 'expected a value, got "}"'],
    ['no end', '{"a": 1\n', 2, 'expected "," or "}", got the end of the file'],
    ['no end of a list', '{"a": [1\n}', 2, 'expected "," or "]", got "}"'],
    ['no comma', '{"a": "s3cret"\n"b": 2}', 2, 'expected "," or "}", got "\\""'],
    ['a comma behind the last', '{"a": 1,\n}', 2, 'expected a name in quotes, got "}"'],
    ['a comma behind the last of a list', '{"a": [1,\n]}', 2, 'expected a value, got "]"'],
    ['something behind the end', '{}\n{}', 2, 'expected the end of the file, got "{"'],
    ['a comment', '{\n// a\n}', 2, 'expected a name in quotes, got "/"'],
    ['a text without end', '{"a": "s3cret', 1, 'a text is not ended in its line'],
    ['a text over two lines', '{"a": "s3cret\n"}', 1, 'a text is not ended in its line'],
    ['a text that ends in a backslash', '{"a": "s3cret\\', 1, 'a text is not ended in its line'],
    ['an escape that is none', String.raw`{"a": "s3cret\x41"}`, 1, 'a text has an escape that JSON does not know'],
    ['a bare word', '{"a": s3cret}', 1, 'expected a value; a text needs quotes'],
    ['a number with a leading zero', '{"a": 01}', 1, 'expected a value; a text needs quotes'],
    ['a number with a plus', '{"a": +1}', 1, 'expected a value; a text needs quotes'],
    ['a number that is too large', '{"a": 1e999}', 1, 'expected a value; a text needs quotes'],
    ['a single quote', "{'a': 1}", 1, 'expected a name in quotes, got "\'"'],
    ['other white space', '{\u00a0}', 1, 'expected a name in quotes, got "\u00a0"'],
  ])('%s', (_what, text, line, message) => {
    expect(() => parseJson(text)).toThrow(new ConfigSyntaxError(line, message));
    expect(() => parseJson(text)).toThrow(expect.objectContaining({ line }));
  });

  test('101 levels', () => {
    expect(() => parseJson(`{"a":${'['.repeat(99)}${']'.repeat(99)}}`)).not.toThrow();
    expect(() => parseJson(`{"a":${'['.repeat(100)}${']'.repeat(100)}}`)).toThrow('blocks and lists nest more than 100 deep');
    expect(() => parseJson(`${'{"a":'.repeat(101)}1${'}'.repeat(101)}`)).toThrow('blocks and lists nest more than 100 deep');
  });
});

test('one comma behind the last is good only where it is asked for', () => {
  expect(plainOf(parseJson('{"a": [1, ], "b": {"c": 2,},\n}', { trailingCommas: true }))).toEqual({ a: [1], b: { c: 2 } });
  for (const text of ['{,}', '{"a": [,]}', '{"a": 1,,}', '{"a": [1,,]}'])
    expect(() => parseJson(text, { trailingCommas: true })).toThrow(ConfigSyntaxError);
});
