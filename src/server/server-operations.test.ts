/** How many snapshots are sent and taken at once; their content is tested in `store/snapshot.test.ts`. */
import { expect, test } from 'vitest';
import type { Authority } from '../authority/authority.ts';
import { KonsulError } from '../runtime/errors.ts';
import { ServerOperations, type ServerOperationsOptions } from './server-operations.ts';

const tooMany = { code: 'TOO_MANY_CONNECTIONS', message: 'too many snapshots at once, try again later' };

/** Parts of a server that are enough for snapshots of nothing. */
function operationsOf(parts: object = {}): ServerOperations {
  const base = {
    state: { index: 7, records: () => [] },
    feed: { lineage: 'a-b', replaced: () => {} },
    config: { current: { datacenter: 'dc1' } },
    clock: { wallMs: () => 1, pause: async () => {} },
    engine: { replace: async () => ({}) },
    authority: { exclusively: async (work: (leadership: unknown) => Promise<unknown>) => work({}) } as unknown as Authority,
  };
  return new ServerOperations({ ...base, ...parts } as unknown as ServerOperationsOptions);
}

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

async function begin(operations: ServerOperations): Promise<AsyncIterator<Uint8Array>> {
  const iterator = operations.saveSnapshot().chunks[Symbol.asyncIterator]();
  await iterator.next();
  return iterator;
}

test('two snapshots are sent at once, a third one is refused until one has ended or was broken off', async () => {
  const operations = operationsOf();
  const first = await begin(operations);
  const second = await begin(operations);
  expect(() => operations.saveSnapshot()).toThrow(expect.objectContaining(tooMany));
  await first.return?.();
  const third = await begin(operations);
  expect(() => operations.saveSnapshot()).toThrow(KonsulError);
  while ((await second.next()).done !== true);
  await third.return?.();
  await Promise.all([begin(operations), begin(operations)]);
});

test('a snapshot that fails, and one that nobody begins to read, hold no place', async () => {
  let isBroken = true;
  const records = function* (): Generator<never, void, undefined> {
    if (isBroken) throw new Error('broken state');
    yield* [];
  };
  const operations = operationsOf({ state: { index: 7, records } });
  for (let n = 0; n < 3; n++) {
    operations.saveSnapshot();
    await expect(bytesOf(operations.saveSnapshot().chunks)).rejects.toThrow('broken state');
  }
  isBroken = false;
  expect((await bytesOf(operations.saveSnapshot().chunks)).length).toBeGreaterThan(0);
});

test('of three that begin at one moment, the third one fails', async () => {
  const operations = operationsOf();
  const asked = [1, 2, 3].map(() => operations.saveSnapshot().chunks);
  const outcomes = await Promise.allSettled(asked.map(async (chunks) => chunks[Symbol.asyncIterator]().next()));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
});

test('one restore at a time; a second one is refused, and the place is free again after a failure', async () => {
  const operations = operationsOf();
  const file = await bytesOf(operations.saveSnapshot().chunks);
  const chunksOf = async function* (bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
    yield bytes;
  };
  const first = operations.restoreSnapshot(chunksOf(file));
  await expect(operations.restoreSnapshot(chunksOf(file))).rejects.toMatchObject(tooMany);
  await first;
  await expect(operations.restoreSnapshot(chunksOf(Buffer.from('x')))).rejects.toMatchObject({ code: 'SNAPSHOT_INVALID' });
  await operations.restoreSnapshot(chunksOf(file));
});
