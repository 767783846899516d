import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutReason } from './ws-link-end.ts';

test.each([
  ['', 0],
  ['bye', 3],
  ['x'.repeat(123), 123],
  ['x'.repeat(124), 123],
  [`${'x'.repeat(122)}ä`, 122],
  [`${'x'.repeat(120)}😀`, 120],
  [`${'x'.repeat(119)}😀`, 123],
])('a reason of a close frame: %j has %i bytes', (reason, length) => {
  expect(cutReason(reason).byteLength).toBe(length);
});

test('a cut reason is as long a beginning of the text as has room, in whole characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (reason) => {
      const bytes = cutReason(reason);
      const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
      expect(reason.startsWith(text)).toBe(true);
      const next = [...reason.slice(text.length)][0] ?? 'x'.repeat(124);
      expect(bytes.byteLength + Buffer.byteLength(next)).toBeGreaterThan(123);
    }),
  );
});
