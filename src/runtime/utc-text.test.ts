import { expect, test } from 'vitest';
import { rfc3339 } from './utc-text.ts';

test.each([
  [0, '1970-01-01T00:00:00Z'],
  [1_727_085_600_999, '2024-09-23T10:00:00Z'],
])('%d ms are %s', (wallMs, text) => {
  expect(rfc3339(wallMs)).toBe(text);
});
