import { createHash } from 'node:crypto';
import { getHeapStatistics } from 'node:v8';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { at, kvRecord, sampleRecords, sorted } from '../../test/conformance/sample-records.ts';
import type { StoredRecord } from './engine.ts';
import { decodeSnapshot, encodeSnapshot, SNAPSHOT_LIMITS, type Snapshot, type SnapshotHeader, type SnapshotLimits } from './snapshot.ts';

const header: SnapshotHeader = { lineage: 'a-b', index: 90, version: '0.1.0', datacenter: 'dc1', takenAtMs: 1_700_000_000_000 };
const records = sampleRecords.map((record) => at(record, 7, 90));
const noPause = async (): Promise<void> => {};

async function encode(from: Iterable<StoredRecord>, pause = noPause): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of encodeSnapshot(header, from, pause)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The file in chunks of a few bytes, as a network might deliver it. */
async function* inChunks(file: Uint8Array, sizeBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let from = 0; from < file.length; from += sizeBytes) yield file.subarray(from, from + sizeBytes);
}

const decode = (file: Uint8Array, limits?: SnapshotLimits): Promise<Snapshot> => decodeSnapshot(inChunks(file, 4_096), limits);

/** A file of these lines, its last line correct. */
function fileOf(...lines: readonly unknown[]): Buffer {
  const body = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
  return gzipSync(`${body}${trailerOf(body, lines.length - 1)}`);
}

function trailerOf(body: string, count: number): string {
  return JSON.stringify({ count, sha256: createHash('sha256').update(body).digest('hex') });
}

const headerLine = { kind: 'konsul-snapshot', format: 1, ...header };
const kv = (members: object): object => ({
  table: 'kv',
  key: 'kv/a',
  value: { key: 'a', value: 'dg==', flags: '0', session: '', lockIndex: 0, createIndex: 1, modifyIndex: 2, ...members },
});

test('a snapshot holds every record, exactly', async () => {
  const { header: found, records: back } = await decode(await encode(records));
  expect(found).toEqual(header);
  expect(sorted(back)).toEqual(sorted(records));
});

test('records with the same members have them in the same order', async () => {
  const { records: back } = await decode(await encode(records));
  const nodes = back.filter(({ table }) => table === 'node').map(({ value }) => Object.keys(value).join());
  expect(new Set(nodes).size).toBe(1);
});

test('a snapshot of nothing is one, too', async () => {
  expect(await decode(await encode([]))).toEqual({ header, records: [] });
});

test('the file is gzip of JSON lines: a header, the records, and what they add up to', async () => {
  const lines = gunzipSync(await encode([at(kvRecord('a', { flags: 2n ** 64n - 1n }), 1, 2)]))
    .toString()
    .trimEnd()
    .split('\n');
  expect(lines.slice(0, 2).map((line) => JSON.parse(line))).toEqual([headerLine, kv({ flags: '18446744073709551615', value: 'dmFsdWU=' })]);
  expect(JSON.parse(lines[2] ?? '')).toEqual({ count: 1, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
});

test('it does not matter how the file is cut into chunks', async () => {
  const file = await encode(records);
  for (const sizeBytes of [1, 7, file.length]) {
    expect((await decodeSnapshot(inChunks(file, sizeBytes))).records.length).toBe(records.length);
  }
});

test('writing pauses between slices, and takes records as it goes', async () => {
  let taken = 0;
  const takenAtPause: number[] = [];
  function* many(): Generator<StoredRecord, void, undefined> {
    for (; taken < 5_000; taken++) yield at(kvRecord(`key-${taken}`), 1, 2);
  }
  await encode(many(), async () => {
    takenAtPause.push(taken);
  });
  expect(takenAtPause.length).toBeGreaterThan(5);
  expect(takenAtPause[0]).toBeLessThan(1_000);
});

test('a failure of the records ends the writing', async () => {
  function* failing(): Generator<StoredRecord, void, undefined> {
    yield at(kvRecord('a'), 1);
    throw new Error('broken store');
  }
  await expect(encode(failing())).rejects.toThrow('broken store');
});

const PREFIX = /^failed to (decompress snapshot|read snapshot file): ./;

test('a file that was cut off anywhere is refused', async () => {
  const file = await encode(records.slice(0, 2));
  for (let sizeBytes = 0; sizeBytes < file.length; sizeBytes++) {
    const cut = decode(file.subarray(0, sizeBytes));
    await expect(cut, `${sizeBytes} bytes`).rejects.toMatchObject({ code: 'SNAPSHOT_INVALID', message: expect.stringMatching(PREFIX) });
  }
});

test('a file with a byte changed anywhere is refused, or says the same', async () => {
  const file = await encode(records.slice(0, 2));
  const harmless: number[] = [];
  for (let position = 0; position < file.length; position++) {
    const changed = Buffer.from(file);
    changed[position] = (changed[position] ?? 0) ^ 0xff;
    const outcome = await decode(changed).catch((error: unknown) => error);
    if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'SNAPSHOT_INVALID', message: expect.stringMatching(PREFIX) });
    else harmless.push(position);
  }
  // The modification time, the extra flags and the operating system in the gzip header.
  expect(harmless.filter((position) => position < 4 || position > 9)).toEqual([]);
});

test('what is not gzip is refused with the reason', async () => {
  for (const file of ['', 'hello world', 'PK\u0003\u0004']) {
    await expect(decode(Buffer.from(file))).rejects.toThrow(/^failed to decompress snapshot: /);
  }
});

test.each([
  ['another gzip file', gzipSync('{"kind"'), 'the header is not JSON'],
  [
    'a snapshot of Consul',
    gzipSync('meta.json\0\0\0ustar'),
    'it is a snapshot of a Consul server, which cannot be read here: move the keys with "consul kv export" there and "konsul kv import" here',
  ],
  ['other JSON', fileOf({ a: 1 }), 'it is not a snapshot of Konsul'],
  ['no object', fileOf([1]), 'the header is not a JSON object'],
  ['an empty file', gzipSync(''), 'it is empty'],
  ['a newer format', fileOf({ ...headerLine, format: 2 }), 'it has format 2, this version reads 1'],
  ['an index of 0', fileOf({ ...headerLine, index: 0 }), 'its header is not valid'],
  ['no lineage', fileOf({ ...headerLine, lineage: '' }), 'its header is not valid'],
  ['no last line', gzipSync(`${JSON.stringify(headerLine)}\n`), 'it was cut off'],
  ['a wrong checksum', gzipSync(`${JSON.stringify(headerLine)}\n{"count":0,"sha256":"00"}`), 'its checksum does not match'],
  ['a wrong count', gzipSync(`${JSON.stringify(headerLine)}\n${trailerOf(`${JSON.stringify(headerLine)}\n`, 1)}`), 'records are missing'],
  ['more after the end', Buffer.concat([fileOf(headerLine), gzipSync('\n{}')]), 'there is something after its end'],
  ['an unknown table', fileOf(headerLine, { table: 'toString', key: 'kv/a', value: {} }), 'it has a record of an unknown table'],
  ['a record that is no object', fileOf(headerLine, { table: 'kv', key: 'kv/a', value: null }), 'it has a record of an unknown table'],
  ['a key of another table', fileOf(headerLine, { ...kv({}), key: 'session/a' }), 'a kv has the key "session/a" of another'],
  ['a key of another record', fileOf(headerLine, { ...kv({}), key: 'kv/b' }), 'a kv has the key "kv/b" of another'],
  ['a missing member', fileOf(headerLine, kv({ session: undefined })), 'the session of a kv is missing or not valid'],
  ['a member from the prototype', fileOf(headerLine, kv({ session: { toString: 'x' } })), 'the session of a kv is missing or not valid'],
  ['a number too large', fileOf(headerLine, kv({ flags: '18446744073709551616' })), 'the flags of a kv is missing or not valid'],
  ['a number that is none', fileOf(headerLine, kv({ flags: '0x10' })), 'the flags of a kv is missing or not valid'],
  ['bytes that are not base64', fileOf(headerLine, kv({ value: 'd g=' })), 'the value of a kv is missing or not valid'],
  ['a negative index', fileOf(headerLine, kv({ lockIndex: -1 })), 'the lockIndex of a kv is missing or not valid'],
  ['an index of its own', fileOf(headerLine, kv({ modifyIndex: 91 })), 'the indexes of kv/a are not valid'],
  ['a record changed before it was made', fileOf(headerLine, kv({ createIndex: 3 })), 'the indexes of kv/a are not valid'],
  ['an index that leaves no room for others', fileOf({ ...headerLine, index: 2 ** 53 - 1 }), 'its header is not valid'],
  ['an index just above the highest', fileOf({ ...headerLine, index: 2 ** 52 + 1 }), 'its header is not valid'],
  [
    'a count of locks that leaves no room for others',
    fileOf(headerLine, kv({ lockIndex: 2 ** 53 - 1 })),
    'the indexes of kv/a are not valid',
  ],
  ['a record twice', fileOf(headerLine, kv({}), kv({})), 'it has kv/a twice'],
  ['nesting without end', fileOf(headerLine, `${'['.repeat(200_000)}`), 'record 1 is not JSON'],
])('%s is refused', async (_name, file, reason) => {
  await expect(decode(file)).rejects.toMatchObject({ code: 'SNAPSHOT_INVALID', message: `failed to read snapshot file: ${reason}` });
});

test('a deeply nested definition is refused, without an end of the process', async () => {
  const check = { table: 'node', key: 'node/n', value: { name: 'n' } };
  const nested = `{"table":"service","key":"node/n/service/s","value":{"proxy":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
  await expect(decode(fileOf(headerLine, nested, check))).rejects.toMatchObject({ code: 'SNAPSHOT_INVALID' });
});

test('a bomb is refused before it fills the memory', async () => {
  const bomb = gzipSync(Buffer.alloc(1_000_000, ' '));
  await expect(decode(bomb, { contentBytes: 1_000_000, lineBytes: 1_000 })).rejects.toThrow('a line is longer than 1000 bytes');
  await expect(decode(bomb, { contentBytes: 999_999, lineBytes: 1_000_000 })).rejects.toThrow('it is larger than 999999 bytes');
});

test('a lone surrogate that an earlier version wrote is read as U+FFFD', async () => {
  const line = JSON.stringify({ ...kv({ key: 'a', session: '\ud800' }) });
  expect((await decode(fileOf(headerLine, line))).records[0]?.value).toMatchObject({ session: '\ufffd' });
});

test('without other limits the content is bounded by the memory there is', () => {
  expect(SNAPSHOT_LIMITS.contentBytes).toBeLessThanOrEqual(4 * 1024 ** 3);
  expect(SNAPSHOT_LIMITS.contentBytes).toBeLessThanOrEqual(getHeapStatistics().heap_size_limit / 4);
});

test('a failing source ends the reading', async () => {
  // biome-ignore lint/correctness/useYield: it fails before it has anything
  async function* failing(): AsyncGenerator<Uint8Array, void, undefined> {
    throw new Error('connection lost');
  }
  await expect(decodeSnapshot(failing())).rejects.toThrow('failed to decompress snapshot: connection lost');
});

test('any KV entry survives', async () => {
  const entry = fc.record({
    key: fc.string({ unit: 'binary' }),
    value: fc.uint8Array(),
    flags: fc.oneof(fc.maxSafeNat(), fc.bigInt(2n ** 53n, 2n ** 64n - 1n)),
    session: fc.string(),
  });
  await fc.assert(
    fc.asyncProperty(entry, async ({ key, ...members }) => {
      const record = at(kvRecord(key, members), 1, 2);
      expect(sorted((await decode(await encode([record]))).records)).toEqual(sorted([record]));
    }),
    { numRuns: 50 },
  );
});
