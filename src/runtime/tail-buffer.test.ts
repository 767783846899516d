import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_READ_BYTES, MAX_READ_CHUNKS, TailBuffer } from './tail-buffer.ts';

function tailOf(keepBytes: number, ...chunks: string[]): TailBuffer {
  const tail = new TailBuffer(keepBytes);
  for (const chunk of chunks) tail.push(Buffer.from(chunk));
  return tail;
}

test.each([
  [10, ['abc'], 'abc'],
  [3, ['abcdef'], 'def'],
  [3, ['a', 'b', 'c', 'd'], 'bcd'],
  [4, ['abcdef', 'g'], 'defg'],
  [4, ['ab', 'cdefgh'], 'efgh'],
  [0, ['abc'], ''],
])('keeping %i of %j leaves %j', (keepBytes, chunks, text) => {
  expect(tailOf(keepBytes, ...chunks).text()).toBe(text);
});

test('a character cut at the front is left out, and counted', () => {
  const tail = tailOf(4, 'é€x');
  expect(tail.text()).toBe('€x');
  expect(tailOf(3, 'é€x').text()).toBe('x');
  expect(tail.totalBytes).toBe(6);
});

test('whatever the chunks, it is the end of the whole', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary-ascii' })), fc.integer({ min: 0, max: 20 }), (chunks, keepBytes) => {
      const whole = chunks.join('');
      expect(tailOf(keepBytes, ...chunks).text()).toBe(keepBytes === 0 ? '' : whole.slice(-keepBytes));
      expect(tailOf(keepBytes, ...chunks).totalBytes).toBe(whole.length);
    }),
  );
});

test('bytes that come one by one are no dearer for being kept', () => {
  const tail = new TailBuffer(MAX_READ_BYTES);
  const one = Buffer.from('x');
  for (let i = 0; i < 2 * MAX_READ_BYTES; i += 1) tail.push(one);
  expect([tail.totalBytes, tail.text().length]).toEqual([2 * MAX_READ_BYTES, MAX_READ_BYTES]);
});

test.each([
  [1, MAX_READ_CHUNKS],
  [MAX_READ_BYTES / 4, 4],
])('of chunks of %i bytes %i are enough', (sizeBytes, count) => {
  const tail = new TailBuffer(10);
  for (let i = 1; i < count; i += 1) tail.push(Buffer.alloc(sizeBytes));
  expect(tail.hasSeenEnough).toBe(false);
  tail.push(Buffer.alloc(sizeBytes));
  expect(tail.hasSeenEnough).toBe(true);
});
