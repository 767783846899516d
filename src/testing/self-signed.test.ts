import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { selfSigned } from './self-signed.ts';

test('a certificate is for its name, signed by itself, and fits its key', () => {
  const { cert, key } = selfSigned('web.test');
  const parsed = new X509Certificate(cert);
  expect(parsed.subject).toBe('CN=web.test');
  expect(parsed.checkHost('web.test')).toBe('web.test');
  expect(parsed.checkHost('other.test')).toBeUndefined();
  expect(parsed.verify(parsed.publicKey)).toBe(true);
  expect(key).toContain('BEGIN PRIVATE KEY');
});
