import { expect, test } from 'vitest';
import { integerOf, operate, toBoolean, toInteger, toText, type Value } from './value.ts';

test.each<[operator: string, left: Value, right: Value, result: Value]>([
  ['+', 1n, 2n, 3n],
  ['-', 1n, 2n, -1n],
  ['*', 3n, 2n, 6n],
  ['/', 7n, 2n, 3n],
  ['/', -7n, 2n, -3n],
  ['%', 7n, 4n, 3n],
  ['+', 1n, 2.5, 3.5],
  ['/', 7, 2n, 3.5],
  ['%', 7.5, 2n, 1.5],
  ['+', '5', 1n, 6n],
  ['*', '2.5', 2, 5],
  ['+', '.5', 1.5, 2],
  ['+', '-2.', 1.5, -0.5],
  ['+', 2n ** 63n - 1n, 1n, -(2n ** 63n)],
  ['<', 1n, 2n, true],
  ['>', 1n, 2n, false],
  ['<=', 2n, 2n, true],
  ['>=', 1.5, 2n, false],
  ['==', 'a', 'a', true],
  ['==', 'a', 'A', false],
  ['==', '1', 1n, true],
  ['==', 1n, '1', true],
  ['==', 1n, 1, true],
  ['==', true, 'true', true],
  ['!=', 'a', 'b', true],
  ['!=', false, false, false],
  ['&&', true, false, false],
  ['&&', 'true', true, true],
  ['||', false, true, true],
  ['||', false, 'false', false],
])('%s of %s and %s is %s', (operator, left, right, result) => {
  expect(operate(operator, left, right)).toBe(result);
});

test.each<[operator: string, left: Value, right: Value, text: string]>([
  ['+', 'x', 1n, 'strconv.ParseInt: parsing "x": invalid syntax'],
  ['+', '', 1n, 'strconv.ParseInt: parsing "": invalid syntax'],
  ['+', 'x', 1.5, 'strconv.ParseFloat: parsing "x": invalid syntax'],
  ['+', true, 1.5, 'strconv.ParseFloat: parsing "true": invalid syntax'],
  ['<', 'a', 'b', 'strconv.ParseInt: parsing "a": invalid syntax'],
  ['==', 1n, 'x', 'strconv.ParseInt: parsing "x": invalid syntax'],
  ['/', 1n, 0n, 'divide by zero'],
  ['%', 1n, 0n, 'divide by zero'],
  ['/', 1, 0n, 'divide by zero'],
  ['&&', 'x', true, 'a boolean is expected, not "x"'],
  ['||', true, 1n, 'a boolean is expected, not "1"'],
  ['^', 1n, 1n, 'unknown operator ^'],
])('%s of %s and %s is refused: %s', (operator, left, right, text) => {
  expect(() => operate(operator, left, right)).toThrow(text);
});

test.each<[string, bigint | undefined]>([
  ['0', 0n],
  ['-12', -12n],
  ['+3', 3n],
  ['9223372036854775807', 2n ** 63n - 1n],
  ['9223372036854775808', undefined],
  ['1.5', undefined],
  ['0x1', undefined],
  ['', undefined],
  [' 1', undefined],
])('The text %j is the integer %s', (text, value) => {
  expect(integerOf(text)).toBe(value);
});

test('A long text that is nearly a number is refused at once', () => {
  expect(() => operate('+', `${'1'.repeat(60_000)}x`, 1.5)).toThrow('strconv.ParseFloat');
});

test('Fractions are cut off where an integer is needed', () => {
  expect([toInteger(1.7), toInteger(-1.7), toInteger('3')]).toEqual([1n, -1n, 3n]);
  expect(() => toInteger(1e30)).toThrow('invalid syntax');
});

test('Values are written as Go writes them', () => {
  expect([1n, 2.5, 1, true, 'x'].map(toText)).toEqual(['1', '2.5', '1', 'true', 'x']);
  expect(toBoolean('false')).toBe(false);
});
