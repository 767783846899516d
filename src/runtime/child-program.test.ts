import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startProgram } from './child-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'child-program-'));
afterAll(() => rmSync(folder, { recursive: true }));

const shell = (script: string): readonly string[] => ['/bin/sh', '-c', script];

test('a program reads what it is given, and finds its environment added to ours', async () => {
  const path = join(folder, 'out');
  const { ended } = startProgram({ args: shell(`(cat; echo "$A $HOME") > ${path}`), environment: { A: 'b' }, input: Buffer.from('in ') });
  expect(await ended).toEqual({ code: 0, signal: '' });
  expect(readFileSync(path, 'utf8')).toBe(`in b ${process.env.HOME}\n`);
});

test('a program that is given nothing reads nothing', async () => {
  const path = join(folder, 'none');
  expect(await startProgram({ args: shell(`cat > ${path}`), environment: {}, input: 'nothing' }).ended).toEqual({ code: 0, signal: '' });
  expect(readFileSync(path, 'utf8')).toBe('');
});

test('how it ended is told', async () => {
  expect(await startProgram({ args: shell('exit 3'), environment: {}, input: 'nothing' }).ended).toEqual({ code: 3, signal: '' });
  const endless = startProgram({ args: ['sleep', '60'], environment: {}, input: 'nothing' });
  endless.signal('SIGTERM');
  expect(await endless.ended).toEqual({ code: undefined, signal: 'SIGTERM' });
});

test('a program that ends without reading is fine', async () => {
  const input = Buffer.alloc(1_000_000);
  expect(await startProgram({ args: ['true'], environment: {}, input }).ended).toEqual({ code: 0, signal: '' });
});

test('a program that is not there is an error with Go’s text', async () => {
  const { ended } = startProgram({ args: ['/none/such'], environment: {}, input: 'nothing' });
  await expect(ended).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'fork/exec /none/such: no such file or directory' });
});
