import { expect, test } from 'vitest';
import { expiredText } from './ttl.ts';

test('an expired check shows what it said last', () => {
  expect(expiredText('')).toBe('TTL expired');
  expect(expiredText('all fine')).toBe('TTL expired (last output before timeout follows): all fine');
});
