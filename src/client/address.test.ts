import { expect, test } from 'vitest';
import { parseAddress } from './address.ts';

test.each([
  ['127.0.0.1:8500', false, { kind: 'tcp', host: '127.0.0.1', port: 8500, isTls: false }],
  ['127.0.0.1:8500', true, { kind: 'tcp', host: '127.0.0.1', port: 8500, isTls: true }],
  ['http://127.0.0.1:8500', true, { kind: 'tcp', host: '127.0.0.1', port: 8500, isTls: false }],
  ['https://konsul.example', false, { kind: 'tcp', host: 'konsul.example', port: 443, isTls: true }],
  ['konsul.example', false, { kind: 'tcp', host: 'konsul.example', port: 80, isTls: false }],
  ['[::1]:8500', false, { kind: 'tcp', host: '::1', port: 8500, isTls: false }],
  ['unix:///run/konsul.sock', false, { kind: 'unix', path: '/run/konsul.sock' }],
])('%s (TLS preferred: %s) is understood', (text, prefersTls, address) => {
  expect(parseAddress(text, prefersTls)).toEqual(address);
});

test.each([
  ['', 'it is no host:port'],
  ['127.0.0.1:99999', 'it is no host:port'],
  ['ftp://127.0.0.1', 'ftp:// is not spoken here'],
  ['http://127.0.0.1:8500/v1', 'the path /v1 does not belong to it'],
  ['unix://', 'the path of the socket is missing'],
])('%s is refused, with the reason', (text, reason) => {
  expect(() => parseAddress(text, false)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(reason) }),
  );
});

test('a password in an address is not repeated', () => {
  expect(() => parseAddress('http://u:s3cret@127.0.0.1', false)).toThrow(/CONSUL_HTTP_AUTH/);
  expect(() => parseAddress('http://u:s3cret@127.0.0.1', false)).not.toThrow(/s3cret/);
});
