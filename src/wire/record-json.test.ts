import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleRecords } from '../../test/conformance/sample-records.ts';
import { isEqual } from '../model/values.ts';
import { readValue, writeValue } from './record-json.ts';

const roundTrip = (value: unknown): unknown => readValue(writeValue(value));

test.each(sampleRecords.map((record) => [record.key.slice(0, 60), record] as const))('record %s comes back as it was', (_, record) => {
  expect(isEqual(roundTrip(record), record)).toBe(true);
});

const leaf = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.bigInt().filter((value) => value > 2n ** 53n || value < -(2n ** 53n)),
  fc.uint8Array(),
  fc.boolean(),
  fc.constant(null),
);

const key = fc.oneof(fc.string(), fc.constantFrom('$', '$b', '$n', '$$b', '__proto__', 'constructor', 'toJSON'));
const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value')), fc.dictionary(key, tie('value'))),
}));

test('any value of numbers, texts, bytes and large integers comes back as it was, with its prototype untouched', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const back = roundTrip(value);
      expect(isEqual(back, value)).toBe(true);
      expect(writeValue(back)).toBe(writeValue(value));
      if (typeof back === 'object' && back !== null && !Array.isArray(back) && !(back instanceof Uint8Array)) {
        expect([Object.prototype, null]).toContain(Object.getPrototypeOf(back));
      }
    }),
  );
});

test('what is read is frozen to the bottom', () => {
  const value = roundTrip({ list: [{ map: { a: 1 } }], $marked: { b: [] } }) as { list: { map: object }[]; $marked: { b: object } };
  for (const part of [value, value.list, value.list[0], value.list[0]?.map, value.$marked, value.$marked.b]) {
    expect(Object.isFrozen(part)).toBe(true);
  }
});

test('undefined members vanish, and -0 does not', () => {
  expect(writeValue({ a: undefined, b: [-0, 0] })).toBe('{"b":[{"$n":"-0"},0]}');
  expect(Object.is((roundTrip([-0]) as number[])[0], -0)).toBe(true);
});

test.each([
  ['', 'is no JSON'],
  ['{"a":', 'is no JSON'],
  ['{"a":1}x', 'is no JSON'],
  ['{"$b":"****"}', 'has bytes that are no base64'],
  ['{"$b":7}', 'has bytes that are no base64'],
  ['{"$n":"1.5"}', 'has a number that is none'],
  ['{"$n":""}', 'has a number that is none'],
  ['{"$n":"--1"}', 'has a number that is none'],
  [`{"$n":"${'9'.repeat(1_000_001)}"}`, 'has a number that is none'],
  ['{"$b":"YQ==","a":1}', 'has a mark that stands for nothing'],
  ['{"$other":1}', 'has a mark that stands for nothing'],
  [`${'['.repeat(200)}${']'.repeat(200)}`, 'is nested too deeply'],
  ['['.repeat(1_000_000), 'is no JSON'],
  [`${'{"a":'.repeat(200)}1${'}'.repeat(200)}`, 'is nested too deeply'],
])('text %# is refused: it $1', (text, problem) => {
  expect(() => readValue(text)).toThrow(
    expect.objectContaining({ code: 'BAD_REQUEST', message: `malformed message: its text ${problem}` }),
  );
});

test('a lone surrogate, which no store could hold, is replaced', () => {
  expect(readValue('{"a":"\\ud800x"}')).toEqual({ a: '\ufffdx' });
});

test('a value that differs at every level is written in linear time', () => {
  let value: unknown = 1n << 60n;
  for (let depth = 0; depth < 120; depth += 1) value = { a: value };
  expect(isEqual(roundTrip(value), value)).toBe(true);
});
