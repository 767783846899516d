/** Runs the examples of the SDK as they stand, each as a program of its own, and compares what they print; and what its hit path costs. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runProgram } from './run-program.ts';

const FOLDER = fileURLToPath(new URL('../../examples/sdk/', import.meta.url));
const GUIDE = fileURLToPath(new URL('../../docs/guides/sdk.md', import.meta.url));
/** No examples: what they share. */
const HELPERS = ['thread.ts'];

const printed: Readonly<Record<string, readonly string[]>> = {
  'find-and-pick.ts': ['at hand: web-1, web-2', 'the same array again: true', 'picks: web-1 6 times, web-2 2 times', 'live: true'],
  'follow-config.ts': ['banner: hello', 'banner: sale!', 'banner: (none)'],
  'lock.ts': [
    'one holds it; the number of the next is greater: true',
    'one holds it; the number of the next is greater: true',
    "[ 'done', 'done' ]",
    'LOCK_LOST: the lock jobs/nightly was lost: the lock was taken away',
  ],
  'register-with-heartbeat.ts': [
    'this cannot be registered: prot is unknown; did you mean port?; checks[0].intervalMs is missing: how often is it to be run?',
    'before the first report: critical',
    'with a heartbeat: passing',
    'with another report: warning',
    'afterwards: 0 instances',
  ],
  'worker-thread.ts': ['the worker sees web-1', 'the worker sees web-1, web-2', 'at hand in the worker: true'],
};

test.each(Object.entries(printed))('examples/sdk/%s prints what it should, and ends', async (file, lines) => {
  expect(await run(['--import', 'tsx', `${FOLDER}${file}`])).toBe(`${lines.join('\n')}\n`);
});

test('every example is run', () => {
  const files = readdirSync(FOLDER).filter((file) => !HELPERS.includes(file));
  expect(files.toSorted()).toEqual(Object.keys(printed).toSorted());
});

test('each line of code in the guide stands in an example', () => {
  const codeOf = (text: string): string[] =>
    text
      .replaceAll(/ \/\/ .*$/gm, '')
      .replaceAll("'../../src/index.ts'", "'konsul'")
      .split('\n')
      .map((line) => line.trim());
  const known = new Set(Object.keys(printed).flatMap((file) => codeOf(readFileSync(`${FOLDER}${file}`, 'utf8'))));
  const blocks = [...readFileSync(GUIDE, 'utf8').matchAll(/```ts\n(.*?)```/gs)].map(([, block = '']) => codeOf(block));
  expect(blocks.length).toBeGreaterThan(4);
  expect(blocks.flat().filter((line) => line !== '' && !line.startsWith('//') && !known.has(line))).toEqual([]);
});

test('a look-up of what is at hand, a read of a handle and a pick allocate nothing', async () => {
  const script = fileURLToPath(new URL('./sdk-allocation.ts', import.meta.url));
  const bytes = JSON.parse(await run(['--expose-gc', '--min-semi-space-size=32', '--max-semi-space-size=32', '--import', 'tsx', script]));
  expect(bytes['an array for each'].median).toBeGreaterThan(10);
  for (const name of ['health', 'health of all', 'instances', 'pick']) expect(bytes[name].least, name).toBeLessThan(1);
});

/** What it printed. */
async function run(args: readonly string[]): Promise<string> {
  const { code, out, err } = await runProgram([process.execPath, ...args]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
}
