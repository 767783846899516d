import { expect, test } from 'vitest';
import { joinHostPort, netErrorText, udpErrorText } from './net-error.ts';

const failure = (code: string, fields: object = {}): Error => Object.assign(new Error(`raw ${code}`), { code, ...fields });

test.each([
  [failure('ECONNREFUSED', { address: '127.0.0.1' }), 'dial tcp 127.0.0.1:80: connect: connection refused'],
  [failure('EHOSTUNREACH', { address: 'fd00::1' }), 'dial tcp [fd00::1]:80: connect: no route to host'],
  [failure('ENOTFOUND'), 'dial tcp: lookup db.example: no such host'],
  [failure('ECONNRESET'), 'read: connection reset by peer'],
  [Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }), 'EOF'],
  [
    new AggregateError([failure('ECONNREFUSED', { address: '::1' }), failure('ETIMEDOUT')]),
    'dial tcp [::1]:80: connect: connection refused',
  ],
  [failure('EPROTO'), 'raw EPROTO'],
  [
    failure('EPROTO', { message: 'write EPROTO 80AC:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:record.c:350:' }),
    'tls: first record does not look like a TLS handshake',
  ],
  [failure('ERR_SSL_WRONG_VERSION_NUMBER', { reason: 'wrong version number' }), 'tls: first record does not look like a TLS handshake'],
  [failure('ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL', { reason: 'no application protocol' }), 'tls: no application protocol'],
  ['plain', 'plain'],
  [undefined, 'undefined'],
])('%s reads as Go would say it', (error, text) => {
  expect(netErrorText(error, 'db.example', 80)).toBe(text);
});

test.each([
  [failure('ECONNREFUSED'), 'read udp [::1]:53: read: connection refused'],
  [failure('ENOTFOUND'), 'dial udp: lookup ::1: no such host'],
  [failure('EMSGSIZE'), 'raw EMSGSIZE'],
  [undefined, 'undefined'],
])('%s of a datagram', (error, text) => {
  expect(udpErrorText(error, { host: '::1', port: 53 })).toBe(text);
});

test('an IPv6 host is put in brackets', () => {
  expect(joinHostPort('::1', 8_500)).toBe('[::1]:8500');
  expect(joinHostPort('web', 80)).toBe('web:80');
});

test('What Node advises about certificates is left out', () => {
  const error = new Error('self-signed certificate; if the root CA is installed locally, try running Node.js with --use-system-ca');
  expect(netErrorText(error, 'a', 1)).toBe('self-signed certificate');
});
