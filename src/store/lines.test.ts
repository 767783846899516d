import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitLines } from './lines.ts';

const LIMITS = { contentBytes: 1_000, lineBytes: 100 };

async function* chunksOf(texts: readonly string[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const text of texts) yield Buffer.from(text);
}

async function split(...texts: readonly string[]): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of splitLines(chunksOf(texts), LIMITS)) lines.push(Buffer.from(line).toString());
  return lines;
}

test.each([
  ['nothing', [], []],
  ['one line', ['a\n'], ['a']],
  ['a line without an end', ['a\nb'], ['a', 'b']],
  ['empty lines', ['\n\na\n'], ['', '', 'a']],
  ['lines across chunks', ['a', 'b\nc', '', 'd', '\n'], ['ab', 'cd']],
])('%s', async (_name, chunks, lines) => {
  expect(await split(...chunks)).toEqual(lines);
});

test('the chunks do not matter', async () => {
  const texts = fc.array(fc.stringMatching(/^[ab\n]{0,9}$/), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(texts, async (chunks) => {
      expect(await split(...chunks)).toEqual(await split(chunks.join('')));
    }),
  );
});

test.each([
  ['a line in one chunk', [`${'x'.repeat(101)}\n`], 'a line is longer than 100 bytes'],
  ['a line in many', Array.from({ length: 11 }, () => 'x'.repeat(10)), 'a line is longer than 100 bytes'],
  ['the whole', Array.from({ length: 11 }, () => `${'x'.repeat(99)}\n`), 'it is larger than 1000 bytes'],
])('%s beyond its limit is refused', async (_name, chunks, reason) => {
  await expect(split(...chunks)).rejects.toThrow(reason);
});
