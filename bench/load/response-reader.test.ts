import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Response, ResponseReader } from './response-reader.ts';

const ANSWERS = [
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.1 404 Not Found\r\nX-Consul-Index: 7\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhell\r\n1\r\no\r\n0\r\n\r\n',
  'HTTP/1.1 204 No Content\r\n\r\n',
];

function read(chunks: readonly Buffer[]): Response[] {
  const found: Response[] = [];
  const reader = new ResponseReader((response) => found.push(response));
  for (const chunk of chunks) reader.push(chunk);
  return found;
}

test('answers are told apart however the bytes arrive', () => {
  const bytes = Buffer.from(ANSWERS.join('').repeat(3));
  const cuts = fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 20 });
  fc.assert(
    fc.property(cuts, (positions) => {
      const sorted = [0, ...positions.sort((a, b) => a - b), bytes.length];
      const found = read(sorted.slice(1).map((end, n) => bytes.subarray(sorted[n], end)));
      expect(found.map(({ status, body }) => [status, body.toString()])).toEqual(
        Array.from({ length: 3 }, () => [
          [200, 'hello'],
          [404, ''],
          [200, 'hello'],
          [204, ''],
        ]).flat(),
      );
    }),
  );
});

test('the headers are given as text', () => {
  expect(read([Buffer.from(ANSWERS[1] as string)])[0]?.head).toContain('X-Consul-Index: 7');
});

test('a large body is counted whole and kept in part', () => {
  const [response] = read([Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n${'x'.repeat(200_000)}`)]);
  expect([response?.bodyBytes, response?.body.length]).toEqual([200_000, 1_024]);
});
