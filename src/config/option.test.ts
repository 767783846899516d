import fc from 'fast-check';
import { expect, test } from 'vitest';
import { environmentName, type OptionType, type OptionValue, valueFromFile, valueFromTexts } from './option.ts';

const TYPES: readonly OptionType[] = ['string', 'boolean', 'integer', 'duration', 'strings', 'pairs'];

test.each<[OptionType, unknown, OptionValue]>([
  ['string', 'x', 'x'],
  ['string', '', ''],
  ['boolean', false, false],
  ['integer', -1, -1],
  ['duration', '1m30s', 90_000],
  ['duration', '0', 0],
  ['strings', ['a', 'b'], ['a', 'b']],
  ['strings', 'a', ['a']],
  ['strings', [], []],
  ['pairs', { a: '1' }, { a: '1' }],
])('A file may give a %s as %j', (type, given, value) => {
  expect(valueFromFile(type, given)).toEqual({ value });
});

test.each<[OptionType, unknown, string]>([
  ['string', 1, 'must be a string, not 1'],
  ['boolean', 'true', 'must be true or false, not "true"'],
  ['integer', 1.5, 'must be a whole number, not 1.5'],
  ['integer', 2 ** 53, 'must be a whole number, not 9007199254740992'],
  ['integer', '8500', 'must be a whole number, not "8500"'],
  ['duration', 10, 'must be a duration such as "10s", not 10'],
  ['duration', '10', 'must be a duration such as "10s", not "10"'],
  ['duration', '-1s', 'must be a duration such as "10s", not "-1s"'],
  ['strings', ['a', 1], 'must be a list of strings, not ["a",1]'],
  ['pairs', { a: 1 }, 'must be an object of strings, not {"a":1}'],
  ['pairs', ['a:1'], 'must be an object of strings, not ["a:1"]'],
])('A file may not give a %s as %j', (type, given, problem) => {
  expect(valueFromFile(type, given)).toEqual({ problem });
});

test.each<[OptionType, readonly string[], OptionValue]>([
  ['string', ['a', 'b'], 'b'],
  ['boolean', ['true'], true],
  ['boolean', ['T'], true],
  ['boolean', ['1', '0'], false],
  ['integer', ['-1'], -1],
  ['duration', ['5s'], 5_000],
  ['strings', ['a', 'b'], ['a', 'b']],
  ['pairs', ['a:1', 'b:x:y', 'c', 'd:'], { a: '1', b: 'x:y', c: '', d: '' }],
])('A %s on the command line is %j', (type, given, value) => {
  expect(valueFromTexts(type, given)).toEqual({ value });
});

test.each<[OptionType, readonly string[], string]>([
  ['boolean', ['yes'], 'must be true or false, not "yes"'],
  ['boolean', [''], 'must be true or false, not ""'],
  ['integer', ['x'], 'must be a whole number, not "x"'],
  ['integer', ['1e3'], 'must be a whole number, not "1e3"'],
  ['integer', [''], 'must be a whole number, not ""'],
  ['duration', ['10'], 'must be a duration such as "10s", not "10"'],
])('A %s on the command line may not be %j', (type, given, problem) => {
  expect(valueFromTexts(type, given)).toEqual({ problem });
});

test('Whatever is given is a value or a problem', () => {
  fc.assert(
    fc.property(fc.constantFrom(...TYPES), fc.jsonValue(), fc.array(fc.string()), (type, json, texts) => {
      for (const parsed of [valueFromFile(type, json), valueFromTexts(type, texts)])
        expect('value' in parsed).not.toBe('problem' in parsed);
    }),
  );
});

test('Names of environment variables follow from keys', () => {
  expect(environmentName('limits.http_max_conns_per_client')).toBe('KONSUL_LIMITS_HTTP_MAX_CONNS_PER_CLIENT');
});
