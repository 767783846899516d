import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseLinkAddress } from './link-address.ts';
import { joinHostPort } from './net-error.ts';

test.each<readonly [string, string, number]>([
  ['127.0.0.1:8300', '127.0.0.1', 8300],
  ['server-1.dc_1.example:8300', 'server-1.dc_1.example', 8300],
  ['[::1]:0', '::1', 0],
  ['[::ffff:10.0.0.1]:65535', '::ffff:10.0.0.1', 65_535],
  [':8300', '', 8300],
])('%s is read', (address, host, port) => {
  expect(parseLinkAddress(address)).toEqual({ host, port });
});

test.each([
  '',
  ':',
  'a',
  'a:',
  '::1:1',
  '[::1]',
  '[::1',
  'a:65536',
  'a:000080',
  'a:1 ',
  ' a:1',
  'a b:1',
  'a:-1',
  'a:1.0',
  'ü:1',
  'http://a:1',
  'a:1/x',
  'u@a:1',
])('%j is no address', (address) => {
  expect(parseLinkAddress(address)).toBeUndefined();
});

test('what is written is read back', () => {
  const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());
  fc.assert(
    fc.property(host, fc.nat(65_535), (name, port) => {
      expect(parseLinkAddress(joinHostPort(name, port))).toEqual({ host: name, port });
    }),
  );
});
