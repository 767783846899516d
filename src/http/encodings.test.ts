import { expect, test } from 'vitest';
import { acceptsGzip } from './encodings.ts';

test.each([
  ['gzip', true],
  ['GZIP', true],
  ['deflate, gzip;q=0.5, br', true],
  ['gzip ; q=1.0', true],
  ['', false],
  ['identity', false],
  ['x-gzip', false],
  ['gzip;q=0', false],
  ['gzip; q=0.00, deflate', false],
  ['*', false],
])('Accept-Encoding: %s takes gzip: %s', (header, accepts) => {
  expect(acceptsGzip(header)).toBe(accepts);
});
