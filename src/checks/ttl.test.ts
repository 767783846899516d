import { expect, test } from 'vitest';
import { cutTtlOutput, expiredText } from './ttl.ts';

test('an expired check shows what it said last', () => {
  expect(expiredText('')).toBe('TTL expired');
  expect(expiredText('all fine')).toBe('TTL expired (last output before timeout follows): all fine');
});

test.each([
  ['short', 5, 'short'],
  ['longer', 4, 'long ... (captured 4 of 6 bytes)'],
  ['aé', 2, 'a ... (captured 2 of 3 bytes)'],
  ['€', 1, ' ... (captured 1 of 3 bytes)'],
  ['x', 0, ' ... (captured 0 of 1 bytes)'],
])('%j cut to %i bytes is %j', (output, maxBytes, expected) => {
  expect(cutTtlOutput(output, maxBytes)).toBe(expected);
});
