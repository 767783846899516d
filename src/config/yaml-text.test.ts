import { describe, expect, test } from 'vitest';
import { plainOf } from '../../test/fixtures/config/plain-tree.ts';
import { ConfigSyntaxError } from './tree.ts';
import { parseYaml } from './yaml-text.ts';

test.each<readonly [string, string, unknown]>([
  ['blocks and lists', 'a:\n  b: 1\n  c:\n    - x\n    - y: 2\n', { a: { b: 1, c: ['x', { y: 2 }] } }],
  ['flow style', 'a: {b: [1, "x", null]}', { a: { b: [1, 'x', null] } }],
  [
    'texts that YAML 1.1 took for something else',
    'a: on\nb: yes\nc: 10s\nd: 1:30\ne: 2026-11-24\nf: 0b1',
    { a: 'on', b: 'yes', c: '10s', d: '1:30', e: '2026-11-24', f: '0b1' },
  ],
  [
    'core values',
    'a: true\nb: False\nc: 0x1F\nd: 0o17\ne: 017\nf: -1.5e3\ng: ~\nh:\ni: "true"',
    { a: true, b: false, c: 31, d: 15, e: 17, f: -1500, g: null, h: null, i: 'true' },
  ],
  ['texts over several lines', 'a: |\n  x\n   y\nb: >-\n  x\n  y\n', { a: 'x\n y\n', b: 'x y' }],
  ['names that look like something else', '1: a\ntrue: b\n0x1: c\nnull: d\n"": e', { 1: 'a', true: 'b', '0x1': 'c', null: 'd', '': 'e' }],
  [
    'names that objects have',
    '__proto__: {x: 1}\nconstructor: 2',
    Object.fromEntries([
      ['__proto__', { x: 1 }],
      ['constructor', 2],
    ]),
  ],
  ['aliases', 'a: &x {b: [1]}\nc: *x\nd: &y 2\ne: *y', { a: { b: [1] }, c: { b: [1] }, d: 2, e: 2 }],
  ['an anchor that is given again', 'a: &x 1\nb: &y [*x]\nc: &x 2\nd: [*x, *y]', { a: 1, b: [1], c: 2, d: [2, [1]] }],
  [
    'a merge, where what stands beside wins',
    'a: &x {b: 1, c: 2}\nd: {c: 3, <<: *x}\ne:\n  <<: *x\n  b: 4',
    { a: { b: 1, c: 2 }, d: { c: 3, b: 1 }, e: { b: 4, c: 2 } },
  ],
  [
    'a merge of several, where the first wins',
    'a: &x {b: 1}\nc: &y {b: 2, d: 3}\ne: {<<: [*x, *y]}',
    { a: { b: 1 }, c: { b: 2, d: 3 }, e: { b: 1, d: 3 } },
  ],
  ['a quoted merge name is a name', '"<<": 1', { '<<': 1 }],
  ['standard tags', 'a: !!str 5\nb: !!int 6\nc: ! 7\nd: !!map {}', { a: '5', b: 6, c: '7', d: {} }],
  ['one document between marks', '%YAML 1.2\n---\na: 1\n...\n', { a: 1 }],
  ['nothing', '---\n...\n', {}],
])('%s', (_what, text, value) => expect(plainOf(parseYaml(text))).toEqual(value));

test('a name without a value has its own line', () => {
  expect(parseYaml('a: {\n b,\n c: }').members[0]?.value).toMatchObject({
    members: [
      { name: 'b', line: 2, value: { value: null, line: 2 } },
      { name: 'c', line: 3, value: { value: null, line: 3 } },
    ],
  });
});

test('everything has its line, and an alias that of its anchor', () => {
  expect(parseYaml('# c\na: 1\n\nb: &x\n  - y\n  -\n    c: 2\nd:\n  *x\n').members).toEqual([
    { name: 'a', line: 2, value: { kind: 'scalar', value: 1, line: 2 } },
    { name: 'b', line: 4, value: expect.objectContaining({ kind: 'list', line: 5 }) },
    { name: 'd', line: 8, value: expect.objectContaining({ kind: 'list', line: 5 }) },
  ]);
  expect(parseYaml('a:\n  - b\n  -\n    c: 2').members[0]?.value).toMatchObject({
    items: [{ line: 2 }, { line: 4, members: [{ name: 'c', line: 4 }] }],
  });
});

describe('what is refused, and where', () => {
  test.each([
    ['a list', '- s3cret', 1, 'must hold one mapping of names to values'],
    ['a text', '\ns3cret', 2, 'must hold one mapping of names to values'],
    ['two documents', 'a: 1\n---\nb: 2', 2, 'must hold one document'],
    ['a name that comes again', 'a: 1\nb: 2\na: 3', 3, 'a name is given twice in one block'],
    ['a name that comes again, written otherwise', 'a:\n  b: 1\n  "b": 3', 3, 'a name is given twice in one block'],
    ['a tag of its own', 'a: 1\nb: !s3cret x', 2, 'tags of your own (!name) mean nothing here'],
    ['binary', 'a: !!binary aGk=', 1, 'tags of your own (!name) mean nothing here'],
    ['an alias without an anchor', 'a: 1\nb: *s3cret', 2, 'an alias (*name) has no anchor (&name) that ends before it'],
    ['an alias to what it is in', 'a: &x\n  - *x', 2, 'an alias (*name) has no anchor (&name) that ends before it'],
    ['a merge of a text', 'a:\n  <<: s3cret', 2, '<< merges mappings, and this is none'],
    ['a list for a name', '? [a]\n: 1', 1, 'a name must be a text'],
    ['infinity', 'a: .inf', 1, 'a number must be finite'],
    ['not a number', 'a: .nan', 1, 'a number must be finite'],
    ['a tab', 'a:\n\tb: 1', 2, 'a tab cannot indent'],
    ['a quote without end', 'a: 1\nb: "s3cret\nc: 1', 3, 'something is not ended: a quote, a bracket, or a ":" after a name'],
    ['a bracket without end', 'a: [1,\n 2', 2, 'is not indented as what stands around it, or a bracket is not ended'],
    ['a wrong indent', 'a:\n    b: 1\n  c: 2', 3, 'is not indented as what stands around it, or a bracket is not ended'],
    ['an escape that is none', 'a: "s3cret\\q"', 1, 'a text has an escape that YAML does not know'],
    ['a colon in a bare text', 'a: s3cret: x', 1, 'a block stands where one value should: check indent and quotes'],
    ['a bare text that begins with an at sign', 'a: @s3cret', 1, 'a text that begins like this needs quotes'],
    ['something behind a text', 'a: "x" s3cret', 1, 'is not valid YAML'],
  ])('%s', (_what, text, line, message) => {
    expect(() => parseYaml(text)).toThrow(new ConfigSyntaxError(line, message));
    expect(() => parseYaml(text)).toThrow(expect.objectContaining({ line }));
  });

  test('more than a mebibyte', () => {
    expect(() => parseYaml('#'.repeat(1024 * 1024 + 1))).toThrow('too much for YAML');
  });

  test('101 levels, with those behind aliases', () => {
    expect(() => parseYaml(`a: ${'['.repeat(99)}${']'.repeat(99)}`)).not.toThrow();
    expect(() => parseYaml(`a: ${'['.repeat(100)}${']'.repeat(100)}`)).toThrow('blocks and lists nest more than 100 deep');
    const half = `a: &x ${'['.repeat(50)}${']'.repeat(50)}\n`;
    expect(() => parseYaml(`${half}b: ${'['.repeat(49)}*x${']'.repeat(49)}`)).not.toThrow();
    expect(() => parseYaml(`${half}b:\n ${'['.repeat(50)}*x${']'.repeat(50)}`)).toThrow(expect.objectContaining({ line: 3 }));
  });
});

test('aliases of aliases cannot fill the memory', () => {
  const levels = Array.from({ length: 60 }, (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level},`.repeat(9)}]`);
  expect(() => parseYaml(['a0: &a0 [s3cret]', ...levels].join('\n'))).toThrow('aliases stand for more than 100000 values');
});

test('merges of merges cannot fill the memory', () => {
  const names = Array.from({ length: 2000 }, (_, index) => `k${index}: 1`).join(', ');
  const merges = Array.from({ length: 60 }, (_, index) => `m${index}: {<<: *x}`).join('\n');
  expect(() => parseYaml(`x: &x {${names}}\n${merges}`)).toThrow('aliases stand for more than 100000 values');
});
