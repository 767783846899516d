import fc from 'fast-check';
import { expect, test } from 'vitest';
import { numberOf } from './hcl-number.ts';

test.each([
  ['0', 0],
  ['-0', 0],
  ['80', 80],
  ['-5', -5],
  ['010', 8],
  ['0777', 511],
  ['0x1F90', 8080],
  ['-0XfF', -255],
  ['9223372036854775807', 2 ** 63],
  ['-9223372036854775808', -(2 ** 63)],
  ['1.5', 1.5],
  ['-1.5e3', -1500],
  ['1.', 1],
  ['1.e2', 100],
  ['8e3', 8000],
  ['8E-1', 0.8],
  ['0159.5', 159.5],
  ['.5', 0.5],
])('%s is %d', (text, value) => expect(numberOf(text)).toBe(value));

test.each([
  '',
  '-',
  '08',
  '0789',
  '0x',
  '0xg',
  '1_000',
  '-.5',
  '+1',
  '.5e3',
  '1e',
  '1e+',
  '1.2.3',
  '80b',
  '9223372036854775808',
  '1e999',
  '--1',
  '٣',
])('%j is none', (text) => expect(numberOf(text)).toBeUndefined());

test('decimals are what JavaScript takes them for', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, noInteger: true }), (value) => numberOf(String(value)) === value),
  );
});
