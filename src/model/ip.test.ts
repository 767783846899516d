import { isIP } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ipFamily, isUnspecified } from './ip.ts';

test.each<[string, 4 | 6 | undefined]>([
  ['127.0.0.1', 4],
  ['255.255.255.255', 4],
  ['256.0.0.1', undefined],
  ['1.2.3', undefined],
  ['1.2.3.4:80', undefined],
  ['::1', 6],
  ['fe80::1', 6],
  ['2001:db8::1.2.3.4', 6],
  ['[::1]', undefined],
  [':::', undefined],
  ['1::2::3', undefined],
  ['web.example', undefined],
  ['', undefined],
])('%s is of family %s', (text, family) => {
  expect(ipFamily(text)).toBe(family);
});

test('Any address is recognised as the platform does', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.stringMatching(/^[0-9a-f:.]{0,20}$/)), (text) => {
      expect(ipFamily(text) ?? 0).toBe(isIP(text));
    }),
  );
});

test.each<[string, boolean]>([
  ['0.0.0.0', true],
  ['::', true],
  ['[::]', true],
  ['0:0:0:0:0:0:0:0', true],
  ['::1', false],
  ['127.0.0.1', false],
  ['', false],
  ['web', false],
])('%s means any address: %s', (text, isAny) => {
  expect(isUnspecified(text)).toBe(isAny);
});
