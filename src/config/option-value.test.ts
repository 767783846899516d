import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseConfigText } from './config-text.ts';
import { bool, duration, integer, number, type OptionDefinition, type OptionValue, pairs, strings, text } from './option.ts';
import { valueFromEnvironment, valueFromFlag, valueFromTree } from './option-value.ts';
import type { ConfigTree } from './tree.ts';

const given = { help: '', example: '' };
const OPTIONS = {
  string: text('k', { ...given, default: '', example: 'x' }),
  boolean: bool('k', { ...given, default: false, example: true }),
  integer: integer('k', { ...given, default: 0, example: 1 }),
  number: number('k', { ...given, default: 0, example: 1 }),
  duration: duration('k', { ...given, default: 0, example: '1s' }),
  strings: strings('k', { ...given, default: [], example: ['x'] }),
  pairs: pairs('k', { ...given, default: {}, example: { a: '1' } }),
} as const;
type Type = keyof typeof OPTIONS;

/** The tree of a JSON value. */
function tree(value: unknown): ConfigTree {
  const member = parseConfigText('json', JSON.stringify({ k: value })).members[0];
  if (member === undefined) throw new Error('no member');
  return member.value;
}

test.each<[Type, unknown, OptionValue]>([
  ['string', 'x', 'x'],
  ['string', '', ''],
  ['string', ['x'], 'x'],
  ['boolean', false, false],
  ['integer', -1, -1],
  ['integer', 1.0, 1],
  ['number', 1.5, 1.5],
  ['duration', '1m30s', 90_000],
  ['duration', '0', 0],
  ['strings', ['a', 'b'], ['a', 'b']],
  ['strings', 'a', ['a']],
  ['strings', [], []],
  ['pairs', { a: '1', B: '2' }, { a: '1', B: '2' }],
  ['pairs', [{ a: '1' }], { a: '1' }],
  ['pairs', {}, {}],
])('A file may give a %s as %j', (type, value, expected) => {
  expect(valueFromTree(OPTIONS[type] as OptionDefinition, tree(value))).toEqual({ value: expected });
});

test.each<[Type, unknown, string]>([
  ['string', 1, 'must be a string, not 1'],
  ['string', ['a', 'b'], 'must be a string, not a list of 2'],
  ['string', { a: 1 }, 'must be a string, not a block'],
  ['boolean', 'true', 'must be true or false, not "true"'],
  ['integer', 1.5, 'must be a whole number, not 1.5'],
  ['integer', 2 ** 53, 'must be a whole number, not 9007199254740992'],
  ['integer', '8500', 'must be a whole number, not "8500"'],
  ['number', '1', 'must be a number, not "1"'],
  ['duration', 10, 'must be a duration such as "10s", not 10'],
  ['duration', '10', 'must be a duration such as "10s", not "10"'],
  ['duration', '-1s', 'must be a duration such as "10s", not "-1s"'],
  ['strings', ['a', 1], 'must be a list of strings, not a list of 2'],
  ['strings', { a: 1 }, 'must be a list of strings, not a block'],
  ['pairs', { a: 1 }, 'must be a block of strings, not a block'],
  ['pairs', ['a:1', 'b'], 'must be a block of strings, not a list of 2'],
])('A file may not give a %s as %j', (type, value, problem) => {
  expect(valueFromTree(OPTIONS[type] as OptionDefinition, tree(value))).toEqual({ problem });
});

test('A long value is cut in a problem', () => {
  const read = valueFromTree(OPTIONS.boolean as OptionDefinition, tree('x'.repeat(1_000)));
  expect(JSON.stringify(read).length).toBeLessThan(150);
});

test('A rule of the option judges what is of its type', () => {
  const option = integer('k', { ...given, default: 1, example: 1, problem: (value) => (value > 0 ? undefined : 'must be more than 0') });
  expect(valueFromTree(option as OptionDefinition, tree(0))).toEqual({ problem: 'must be more than 0' });
  expect(valueFromFlag(option as OptionDefinition, ['1'])).toEqual({ value: 1 });
});

test.each<[Type, readonly string[], OptionValue]>([
  ['string', ['a', 'b'], 'b'],
  ['boolean', ['true'], true],
  ['boolean', ['T'], true],
  ['boolean', ['1', '0'], false],
  ['integer', ['-1'], -1],
  ['number', ['1.5'], 1.5],
  ['duration', ['5s'], 5_000],
  ['strings', ['a', 'b'], ['a', 'b']],
  ['pairs', ['a:1', 'b:x:y', 'c', 'd:'], { a: '1', b: 'x:y', c: '', d: '' }],
])('A %s on the command line is %j', (type, texts, value) => {
  expect(valueFromFlag(OPTIONS[type] as OptionDefinition, texts)).toEqual({ value });
});

test.each<[Type, readonly string[], string]>([
  ['boolean', ['yes'], 'must be true or false, not "yes"'],
  ['boolean', [''], 'must be true or false, not ""'],
  ['integer', ['x'], 'must be a whole number, not "x"'],
  ['integer', ['1e3'], 'must be a whole number, not "1e3"'],
  ['integer', [''], 'must be a whole number, not ""'],
  ['integer', ['9007199254740993'], 'must be a whole number, not "9007199254740993"'],
  ['number', ['1e3'], 'must be a number, not "1e3"'],
  ['duration', ['10'], 'must be a duration such as "10s", not "10"'],
  ['duration', ['-10s'], 'must be a duration such as "10s", not "-10s"'],
])('A %s on the command line may not be %j', (type, texts, problem) => {
  expect(valueFromFlag(OPTIONS[type] as OptionDefinition, texts)).toEqual({ problem });
});

test.each<[Type, string, object]>([
  ['strings', 'a, b', { value: ['a', 'b'] }],
  ['strings', '', { value: [] }],
  ['strings', '["a,b"]', { value: ['a,b'] }],
  ['strings', '[1]', { problem: 'must be a list of strings, not other JSON' }],
  ['strings', '["a"', { problem: 'must be a list of strings, not broken JSON' }],
  ['pairs', 'a:1,b:2', { value: { a: '1', b: '2' } }],
  ['pairs', '{"a":"1,2"}', { value: { a: '1,2' } }],
  ['pairs', '{"a":1}', { problem: 'must be a block of strings, not other JSON' }],
  ['pairs', '["a"]', { problem: 'must be a block of strings, not other JSON' }],
  ['string', '[1]', { value: '[1]' }],
])('The environment gives %s as %s', (type, value, read) => {
  expect(valueFromEnvironment(OPTIONS[type] as OptionDefinition, value)).toEqual(read);
});

test('Whatever is given is a value or a problem', () => {
  const types = fc.constantFrom(...(Object.keys(OPTIONS) as Type[]));
  fc.assert(
    fc.property(types, fc.jsonValue(), fc.array(fc.string()), fc.string(), (type, json, texts, variable) => {
      const option = OPTIONS[type] as OptionDefinition;
      for (const read of [valueFromTree(option, tree(json)), valueFromFlag(option, texts), valueFromEnvironment(option, variable)])
        expect('value' in read).not.toBe('problem' in read);
    }),
  );
});
