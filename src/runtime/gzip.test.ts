import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { gunzip, gzip, gzipBuffer } from './gzip.ts';

async function* chunksOf(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, undefined> {
  yield* chunks;
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

const text = Buffer.from('all work and no play '.repeat(10_000));

test('what gzip writes, others can read', async () => {
  const file = await collect(gzip(chunksOf(text.subarray(0, 7), new Uint8Array(), text.subarray(7))));
  expect(gunzipSync(file).equals(text)).toBe(true);
  expect(file.length).toBeLessThan(text.length / 50);
});

test('nothing becomes an empty file', async () => {
  expect(gunzipSync(await collect(gzip(chunksOf()))).length).toBe(0);
});

test('gunzip reads what others wrote, in chunks of a bounded size', async () => {
  const sizes: number[] = [];
  const parts: Uint8Array[] = [];
  for await (const chunk of gunzip(chunksOf(gzipSync(text)))) {
    sizes.push(chunk.length);
    parts.push(chunk);
  }
  expect(Buffer.concat(parts).equals(text)).toBe(true);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(64 * 1024);
});

test.each([
  ['no gzip at all', Buffer.from('hello'), /incorrect header check/],
  ['a file that was cut off', gzipSync(text).subarray(0, 50), /unexpected end of file/],
  ['nothing', Buffer.alloc(0), /unexpected end of file/],
])('%s is an error', async (_name, file, message) => {
  const outcome = await collect(gunzip(chunksOf(file))).catch((error: Error) => error.message);
  expect(String(outcome)).toMatch(message);
});

test.each([
  ['gzip', gzip],
  ['gunzip', gunzip],
])('a failure of the source comes out of %s', async (_name, transform) => {
  // biome-ignore lint/correctness/useYield: it fails before it has anything
  async function* failing(): AsyncGenerator<Uint8Array, void, undefined> {
    throw new Error('source failed');
  }
  await expect(collect(transform(failing()))).rejects.toThrow('source failed');
});

test('who stops reading ends the source', async () => {
  let onEnd = (): void => {};
  const ended = new Promise<void>((resolve) => {
    onEnd = resolve;
  });
  async function* endless(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) yield text;
    } finally {
      onEnd();
    }
  }
  for await (const _chunk of gzip(endless())) break;
  await ended;
});

test('a buffer is compressed at once', async () => {
  const [fast, small] = await Promise.all([gzipBuffer(text, 1), gzipBuffer(text)]);
  expect(gunzipSync(fast).equals(text)).toBe(true);
  expect(small.length).toBeLessThan(fast.length);
});
