/** Tests of how the real programs are found, on a made-up folder of programs. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { realPart, requireRealPart } from './real-parts.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'konsul-parts-'));
  mkdirSync(`${folder}/usr/bin`, { recursive: true });
  writeFileSync(`${folder}/usr/bin/consul`, '', { mode: 0o755 });
  writeFileSync(`${folder}/usr/bin/promtool`, '', { mode: 0o644 });
  vi.stubEnv('KONSUL_REAL_PARTS_DIR', folder);
  vi.stubEnv('KONSUL_REAL_PARTS', undefined);
  vi.stubEnv('PATH', '');
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

class Skipped extends Error {}

const context = {
  skip(reason?: unknown): never {
    throw new Skipped(String(reason));
  },
};

test('an unpacked program is found', () => {
  expect(realPart('consul')).toEqual({ path: `${folder}/usr/bin/consul` });
  expect(requireRealPart('consul', context)).toEqual({ path: `${folder}/usr/bin/consul` });
});

test('an installed program is found on the PATH', () => {
  writeFileSync(`${folder}/redis-cli`, '', { mode: 0o755 });
  vi.stubEnv('PATH', `/nowhere:${folder}`);
  expect(realPart('redis-cli')).toEqual({ path: `${folder}/redis-cli` });
});

test('a file that cannot be run is not a program', () => {
  expect(realPart('promtool')).toBeUndefined();
});

test('a missing program skips the test and says which', () => {
  expect(() => requireRealPart('prometheus', context)).toThrow(Skipped);
  expect(() => requireRealPart('prometheus', context)).toThrow('prometheus is not here');
});

test('a missing program fails the test where real parts are required', () => {
  vi.stubEnv('KONSUL_REAL_PARTS', 'required');
  expect(() => requireRealPart('prometheus', context)).not.toThrow(Skipped);
  expect(() => requireRealPart('prometheus', context)).toThrow('prometheus is not here');
});
