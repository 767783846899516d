import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { readWhole } from './read-whole.ts';

test('chunks become one value, bytes or texts', async () => {
  expect(Buffer.from(await readWhole(Readable.from([Buffer.from('a'), 'ü'], { objectMode: true }))).toString()).toBe('aü');
  expect((await readWhole(Readable.from([]))).byteLength).toBe(0);
});

test('more than the limit is refused before it is kept', async () => {
  let read = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (; ; read += 1) yield Buffer.alloc(10);
  }
  await expect(readWhole(endless(), 25)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  expect(read).toBe(2);
});
