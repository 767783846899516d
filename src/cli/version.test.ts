import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { KONSUL_VERSION } from '../model/version.ts';

test('The version in the code is that of the package', () => {
  expect(KONSUL_VERSION).toBe(manifest.version);
});
