import { describe, expect, test } from 'vitest';
import { plainOf } from '../../test/fixtures/config/plain-tree.ts';
import { parseHcl } from './hcl-text.ts';
import { ConfigSyntaxError } from './tree.ts';

describe('what a text means', () => {
  test.each<readonly [string, string, unknown]>([
    ['a value', 'a = 1', { a: 1 }],
    ['values of every kind', 'a = "x" b = 1.5 c = true d = <<E\nx\nE\ne = [] f = {}', { a: 'x', b: 1.5, c: true, d: 'x\n', e: [], f: {} }],
    ['a block', 'a { b = 1 }', { a: { b: 1 } }],
    ['a block with an equals sign', 'a = { b = 1 }', { a: { b: 1 } }],
    ['an empty block', 'a {}', { a: {} }],
    ['commas between items, and one behind the last', 'a { b = 1, c = 2, }, d = 3,', { a: { b: 1, c: 2 }, d: 3 }],
    ['line ends anywhere', 'a\n=\n1\nb\n{\n}', { a: 1, b: {} }],
    ['no space at all', 'a="x"b=[1]c{d=true}', { a: 'x', b: [1], c: { d: true } }],
    ['quoted names', '"a b" = 1 "c" { "d" = 2 }', { 'a b': 1, c: { d: 2 } }],
    ['labels', 'a "b" { c = 1 }', { a: { b: { c: 1 } } }],
    ['bare and nested labels', 'a b "c" { d = 1 }', { a: { b: { c: { d: 1 } } } }],
    ['labels of two blocks', 'a "b" { c = 1 } a "d" { c = 2 }', { a: [{ b: { c: 1 } }, { d: { c: 2 } }] }],
    ['a label used again', 'a "b" { c = 1 } a "b" { d = 2 }', { a: [{ b: { c: 1 } }, { b: { d: 2 } }] }],
    ['a block that comes again', 'a { b = 1 } a { b = 2 } a { b = 3 }', { a: [{ b: 1 }, { b: 2 }, { b: 3 }] }],
    ['a list that comes again', 'a = [1] a = [2, 3]', { a: [1, 2, 3] }],
    ['a list of blocks and a block', 'a = [{ b = 1 }] a { b = 2 }', { a: [{ b: 1 }, { b: 2 }] }],
    ['a value that comes again', 'a = 1 a = "x" a = 2', { a: 2 }],
    ['a list of blocks', 'a = [{ b = 1 }, { b = 2 c = [1] }]', { a: [{ b: 1 }, { b: 2, c: [1] }] }],
    ['lists of all kinds', 'a = [1, "x", true, <<E\ny\nE\n, [2, [3]], {}]', { a: [1, 'x', true, 'y\n', [2, [3]], {}] }],
    ['more commas than needed', 'a = [, 1,, 2, ,]', { a: [1, 2] }],
    ['no comma behind a list in a list', 'a = [[1] [2] "x"]', { a: [[1], [2], 'x'] }],
    ['comments everywhere', '# a\na /* b */ = // c\n[ # d\n1, /* e */ 2 ] # f', { a: [1, 2] }],
    [
      'a name that objects have',
      '__proto__ { x = 1 } constructor = 2',
      Object.fromEntries([
        ['__proto__', { x: 1 }],
        ['constructor', 2],
      ]),
    ],
    ['JSON', ' \n{"a": {"b": [1, null]}}', { a: { b: [1, null] } }],
    ['JSON with commas behind the last', '{"a": [1,], "b": {"c": 2,},}', { a: [1], b: { c: 2 } }],
  ])('%s', (_what, text, value) => expect(plainOf(parseHcl(text))).toEqual(value));
});

test('everything has its line', () => {
  expect(parseHcl('# c\na = 1\nb "c"\n{\n d = [\n <<E\nx\nE\n, 2]\n}\nb "e" {}')).toEqual({
    kind: 'block',
    line: 1,
    members: [
      { name: 'a', line: 2, value: { kind: 'scalar', value: 1, line: 2 } },
      {
        name: 'b',
        line: 3,
        value: {
          kind: 'list',
          line: 3,
          items: [
            { kind: 'block', line: 3, members: [{ name: 'c', line: 3, value: expect.objectContaining({ kind: 'block', line: 4 }) }] },
            { kind: 'block', line: 11, members: [{ name: 'e', line: 11, value: { kind: 'block', members: [], line: 11 } }] },
          ],
        },
      },
    ],
  });
  expect(parseHcl('a = [\n<<E\nx\nE\n, 2]').members[0]?.value).toMatchObject({ items: [{ line: 2 }, { line: 5 }] });
});

describe('what is refused, and where', () => {
  test.each([
    ['a block without end', 'a {\nb = 1\n', 3, 'object expected closing "}", got the end of the file'],
    ['a brace too many', 'a = 1\n}', 2, 'expected a name, got "}"'],
    ['a name alone', 'a\n', 2, "key 'a' expected start of object ('{') or assignment ('='), got the end of the file"],
    ['a name alone in a block', 'x { a }', 1, "key 'a' expected start of object ('{') or assignment ('='), got \"}\""],
    ['a value without a name', '"s3cret" "x"', 1, "key \"…\" expected start of object ('{') or assignment ('='), got the end of the file"],
    ['a colon', 'a: 1', 1, 'illegal char ":"'],
    ['no value', 'a = ', 1, 'expected a value, got the end of the file'],
    ['no value in a block', 'a { b = }', 1, 'expected a value, got "}"'],
    ['a bare word', 'a = s3cret', 1, 'expected a value; a text needs quotes, got a bare word'],
    ['a bare word in a list', 'a = [s3cret]', 1, 'expected a value; a text needs quotes, got a bare word'],
    ['a label with a value', 'a "b" = 1', 1, 'nested object expected "{", got "="'],
    ['an equals sign alone', '= 1', 1, 'expected a name, got "="'],
    ['a block without a name', 'a = 1 { b = 1 }', 1, 'expected a name, got "{"'],
    ['a number for a name', '1 = 2', 1, 'expected a name, got a number'],
    ['a boolean for a name', 'true = 2', 1, 'expected a name, got a boolean'],
    ['two commas', 'a = 1,, b = 2', 1, 'expected a name, got ","'],
    ['no comma', 'a = ["x"\n"s3cret"]', 2, 'error parsing list, expected comma or list end, got a text'],
    ['a list without end', 'a = [1,\n', 2, 'expected a value, got the end of the file'],
    ['two kinds under one name', 'a = 1\na { b = 1 }', 2, 'a name is given a value here and a block or list elsewhere'],
    ['two kinds under one name, the other way', 'a = []\na = 1', 2, 'a name is given a value here and a block or list elsewhere'],
    ['a zero character', 'a = 1\nb = "\0"', 2, 'unexpected null character (0x00)'],
    [
      'a fault after an old Mac line end',
      'a = 1\rb',
      1,
      "key 'b' expected start of object ('{') or assignment ('='), got the end of the file",
    ],
    ['JSON that is cut short', '{"a": {\n"b": 1}', 2, 'expected "," or "}", got the end of the file'],
    ['JSON with something behind it', '{"a": 1}\nx', 2, 'expected the end of the file, got "x"'],
    ['JSON with two commas', '{"a": 1,,}', 1, 'expected a name in quotes, got ","'],
  ])('%s', (_what, text, line, message) => {
    expect(() => parseHcl(text)).toThrow(new ConfigSyntaxError(line, message));
    expect(() => parseHcl(text)).toThrow(expect.objectContaining({ line }));
  });

  test('a long name is cut', () => {
    expect(() => parseHcl('n'.repeat(50))).toThrow(`key '${'n'.repeat(40)}…' expected`);
  });

  test('101 levels, of blocks, lists or labels', () => {
    const nested = (open: string, close: string, levels: number): string => `${open.repeat(levels)}${close.repeat(levels)}`;
    expect(() => parseHcl(nested('a {', '}', 99))).not.toThrow();
    expect(() => parseHcl(`${'a '.repeat(99)}{ b = 1 }`)).not.toThrow();
    expect(() => parseHcl(`a = ${nested('[', ']', 99)}`)).not.toThrow();
    for (const text of [nested('a {', '}', 100), `${'a '.repeat(100)}{}`, `a = ${nested('[', ']', 100)}`])
      expect(() => parseHcl(text)).toThrow('blocks and lists nest more than 100 deep');
  });
});
