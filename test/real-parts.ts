/**
 * Finds the real programs that tests run Konsul against: a real Consul, Prometheus, nginx, redis, strace. `.ci/run` fetches them and
 * sets KONSUL_REAL_PARTS=required, so that there a missing one is a failure; elsewhere it is a skip that says what is missing.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import type { TestContext } from 'vitest';

export type RealPartName =
  | 'consul'
  | 'nginx'
  | 'patroni'
  | 'prometheus'
  | 'promtool'
  | 'redis-cli'
  | 'redis-server'
  | 'python3'
  | 'strace'
  | 'systemd-analyze'
  | 'systemd-notify'
  | 'systemd-sysusers';

export interface RealPart {
  /** Absolute path of the program. */
  readonly path: string;
}

/** Unpacked packages come first, then the machine's own programs; the `sbin` folders are not on everybody's PATH. */
function folders(): readonly string[] {
  const unpacked = resolve(process.env.KONSUL_REAL_PARTS_DIR ?? '.real-parts');
  const installed = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return [`${unpacked}/usr/bin`, `${unpacked}/usr/sbin`, ...installed, '/usr/sbin', '/sbin'];
}

/** The program, or `undefined` if this machine has none. */
export function realPart(name: RealPartName): RealPart | undefined {
  const path = folders()
    .map((folder) => `${folder}/${name}`)
    .find(isExecutable);
  return path === undefined ? undefined : { path };
}

/**
 * The program for one test (`test('…', (context) => requireRealPart('nginx', context))`). Missing: the test is skipped with the reason,
 * or fails if KONSUL_REAL_PARTS is `required`. Call it first in the test: a skip ends the test there.
 */
export function requireRealPart(name: RealPartName, context: Pick<TestContext, 'skip'>): RealPart {
  const found = realPart(name);
  if (found !== undefined) return found;
  const reason = `${name} is not here; scripts/get-real-parts fetches it`;
  if (process.env.KONSUL_REAL_PARTS === 'required') throw new Error(reason);
  return context.skip(reason);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
