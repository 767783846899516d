import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { SystemClock } from './clock.ts';
import { NodeProber } from './node-prober.ts';
import type { ExecProbe, ExecProbeResult } from './prober.ts';

const prober = new NodeProber({ clock: new SystemClock() });
const never = new AbortController().signal;

const run = (args: readonly string[], fields: Partial<ExecProbe> = {}, signal = never): Promise<ExecProbeResult> =>
  prober.exec({ args, timeoutMs: 10_000, keepBytes: 4_096, ...fields }, signal);

const shell = (script: string): readonly string[] => ['/bin/sh', '-c', script];

/** Whether a process is there and not a zombie. */
async function isAlive(pid: string): Promise<boolean> {
  try {
    return !/^State:\s+Z/m.test(await readFile(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

test.each([[0], [1], [3]])('exit code %i comes back with stdout and stderr', async (code) => {
  const result = await run(shell(`echo out; echo err >&2; exit ${code}`));
  expect(result).toMatchObject({ exitCode: code, timedOut: false, error: undefined, outputBytes: 8 });
  expect(result.output.split('\n').sort()).toEqual(['', 'err', 'out']);
});

test('there is no shell: arguments are passed as they are', async () => {
  expect((await run(['echo', '$HOME; true', '*'])).output).toBe('$HOME; true *\n');
});

test('a program reads what it is given, and finds its environment added to ours', async () => {
  const result = await run(shell('cat; echo " $A $HOME"'), { input: Buffer.from('in'), environment: { A: 'b' } });
  expect(result.output).toBe(`in b ${process.env.HOME}\n`);
});

test('a program that ends without reading what it is given is fine', async () => {
  expect(await run(['true'], { input: Buffer.alloc(1_000_000) })).toMatchObject({ exitCode: 0 });
});

test('of a long output the end is kept and all of it counted', async () => {
  const result = await run(shell('head -c 200000 /dev/zero | tr "\\0" x; printf end'), { keepBytes: 5 });
  expect(result).toMatchObject({ output: 'xxend', outputBytes: 200_003 });
});

test.each([
  ['no-such-program-here', 'exec: "no-such-program-here": executable file not found in $PATH'],
  ['/no/such/program', 'fork/exec /no/such/program: no such file or directory'],
  ['/', 'fork/exec /: permission denied'],
])('%s cannot be started, which is a result', async (program, error) => {
  expect(await run([program])).toEqual({ exitCode: undefined, timedOut: false, error, output: '', outputBytes: 0 });
});

test('an argument that no system takes is a result, not a throw', async () => {
  expect(await run(['echo', 'a\0b'])).toMatchObject({ exitCode: undefined, error: expect.stringContaining('echo') });
});

test('a time-out kills the whole group and keeps the output so far', async () => {
  const result = await run(shell('sleep 60 & echo $!; wait'), { timeoutMs: 300 });
  expect(result).toMatchObject({ exitCode: undefined, timedOut: true, error: undefined });
  expect(result.output).toMatch(/^\d+\n$/);
  await expect.poll(() => isAlive(result.output.trim())).toBe(false);
});

test('an abort kills the whole group', async () => {
  const abort = new AbortController();
  const attempt = run(shell('sleep 60'), {}, abort.signal);
  abort.abort();
  expect(await attempt).toMatchObject({ exitCode: undefined, timedOut: false, error: 'aborted' });
  expect(await run(['echo'], {}, abort.signal)).toMatchObject({ error: 'aborted' });
});

test('a process left behind that holds the pipes does not hold the result, and is ended', async () => {
  const result = await run(shell('sleep 60 & echo $!; exit 1'));
  expect(result).toMatchObject({ exitCode: 1, timedOut: false });
  await expect.poll(() => isAlive(result.output.trim())).toBe(false);
});

test('a program killed by a signal has no exit code', async () => {
  expect(await run(shell('kill -9 $$'))).toMatchObject({ exitCode: undefined, timedOut: false, error: undefined });
});
