import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeHealthResponse, encodeHealthRequest } from './grpc-health.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const framed = (message: string): Uint8Array => {
  const bytes = Buffer.from(message, 'hex');
  return Buffer.concat([Buffer.from([0, 0, 0, 0, bytes.length]), bytes]);
};

test.each([
  ['', '0000000000'],
  ['ok', '00000000040a026f6b'],
  ['é', '00000000040a02c3a9'],
])('a request about %j', (service, bytes) => {
  expect(hex(encodeHealthRequest(service))).toBe(bytes);
});

test('a long name has a length of two bytes', () => {
  expect(hex(encodeHealthRequest('x'.repeat(300))).slice(0, 16)).toBe('000000012f0aac02');
});

test.each([
  ['', 'UNKNOWN'],
  ['0801', 'SERVING'],
  ['0802', 'NOT_SERVING'],
  ['0803', 'SERVICE_UNKNOWN'],
  ['0807', '7'],
  ['08818080808000', 'SERVING'],
  ['08020801', 'SERVING'],
  ['1005120161190000000000000000250000000008011801', 'SERVING'],
])('the answer %j is %s', (message, status) => {
  expect(decodeHealthResponse(framed(message))).toBe(status);
});

test.each([
  ['', 'EOF'],
  ['00000000', 'EOF'],
  ['00000000030801', 'unexpected EOF'],
  ['01000000020801', 'compressed'],
  ['000000000108', 'unexpected EOF'],
  ['00000000021205', 'unexpected EOF'],
  ['00000000010b', 'wire type 3'],
  ['000000000c08ffffffffffffffffffff01', 'overflow'],
])('%j is refused: %s', (bytes, reason) => {
  expect(() => decodeHealthResponse(Buffer.from(bytes, 'hex'))).toThrow(reason);
});

test('whatever comes, the answer is a status or an Error', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      try {
        return decodeHealthResponse(framed(hex(bytes))) !== '';
      } catch (error) {
        return error instanceof Error && error.message !== '';
      }
    }),
  );
});
