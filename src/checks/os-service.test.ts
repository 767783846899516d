import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { env } from 'node:process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SystemClock } from '../runtime/clock.ts';
import { NodeProber } from '../runtime/node-prober.ts';
import type { CheckResult } from './define-check.ts';
import { osServiceCheck } from './os-service.ts';
import { checkSpecFrom } from './validate.ts';

/** Stands in for systemd: knows one unit, and says what it was asked. */
const SYSTEMCTL = `#!/bin/sh
test "$1 $2 $3 $4" = 'show --property=LoadState --property=ActiveState --' || { echo "asked: $*"; exit 2; }
case "$5" in
  -.mount) echo LoadState=loaded; echo ActiveState=active ;;
  broken) echo 'Failed to connect to bus' >&2; exit 1 ;;
  slow) exec sleep 60 ;;
  *) echo LoadState=not-found; echo ActiveState=inactive ;;
esac
`;

const { PATH } = env;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'systemctl-'));
});

afterEach(async () => {
  env.PATH = PATH;
  await rm(folder, { recursive: true });
});

async function installSystemctl(): Promise<void> {
  const path = join(folder, 'systemctl');
  await writeFile(path, SYSTEMCTL);
  await chmod(path, 0o755);
  env.PATH = `${folder}${delimiter}${PATH}`;
}

function run(osService: string, timeoutNs = 10e9): Promise<CheckResult> | undefined {
  const tools = { prober: new NodeProber({ clock: new SystemClock() }), outputMaxBytes: 4_096, followRedirects: true };
  return osServiceCheck.run?.(checkSpecFrom({ osService, intervalNs: 1e9, timeoutNs }), tools, new AbortController().signal);
}

test.each([
  ['-.mount', 'passing', 'Service "-.mount" is healthy'],
  ['none', 'critical', 'there is no service "none"'],
  ['broken', 'critical', 'error querying systemd: Failed to connect to bus'],
])('systemd is asked about %s by a program, without a shell', async (name, status, output) => {
  await installSystemctl();
  expect(await run(name)).toEqual({ status, output });
});

test('a systemd that does not answer ends by time-out', async () => {
  await installSystemctl();
  expect(await run('slow', 2e8)).toEqual({ status: 'critical', output: 'Timed out (200ms) running check' });
});

test('without systemd the check is critical, and says so', async () => {
  env.PATH = folder;
  const output = 'error querying systemd: exec: "systemctl": executable file not found in $PATH';
  expect(await run('sshd')).toEqual({ status: 'critical', output });
});
