/**
 * The snapshot file: a gzip stream of JSON lines, so that `zcat` shows it. First a header, then one line for each record, last the
 * number of records and the SHA-256 of all lines before. Written and read in slices; what is read is checked record by record, so
 * that a hostile file can fail but not poison a state. Owns no data.
 */
import { createHash, type Hash } from 'node:crypto';
import { getHeapStatistics } from 'node:v8';
import { parseKey } from '../model/record.ts';
import { KonsulError, messageOf } from '../runtime/errors.ts';
import { gunzip, gzip } from '../runtime/gzip.ts';
import type { StoredRecord } from './engine.ts';
import { splitLines } from './lines.ts';
import { RecordReader, recordToJson } from './records.ts';
import { isTable, keyOf } from './shapes.ts';
import { parseStored } from './well-formed.ts';

export interface SnapshotHeader {
  readonly lineage: string;
  /** The index of everything in the snapshot; no record has a higher one. */
  readonly index: number;
  /** Konsul's version that wrote it. */
  readonly version: string;
  readonly datacenter: string;
  /** When it was taken, milliseconds since 1970. */
  readonly takenAtMs: number;
}

export interface Snapshot {
  readonly header: SnapshotHeader;
  readonly records: readonly StoredRecord[];
}

/** What a snapshot may cost before it is refused. */
export interface SnapshotLimits {
  readonly contentBytes: number;
  readonly lineBytes: number;
}

/** A quarter of the heap at most: what is read is kept, and a small file can hold gigabytes. */
export const SNAPSHOT_LIMITS: SnapshotLimits = {
  contentBytes: Math.min(4 * 1024 ** 3, Math.floor(getHeapStatistics().heap_size_limit / 4)),
  lineBytes: 64 * 1024 ** 2,
};

/** No index or count of a snapshot may be higher: a store that begins there would have none left. */
const MAX_INDEX = 2 ** 52;

/** The format of the snapshots written by this version. Newer is refused. */
export const SNAPSHOT_FORMAT = 1;

const KIND = 'konsul-snapshot';
const SLICE_BYTES = 64 * 1024;

/** The bytes of a snapshot file. `pause` (the clock's) is called between slices of 64 KiB, about 2 ms of work. */
export function encodeSnapshot(
  header: SnapshotHeader,
  records: Iterable<StoredRecord>,
  pause: () => Promise<void>,
): AsyncIterable<Uint8Array> {
  return gzip(slices(lines(header, records), pause));
}

/**
 * The content of a snapshot file. SNAPSHOT_INVALID, with a text that begins `failed to decompress snapshot: ` or `failed to read
 * snapshot file: `, for anything that `encodeSnapshot` did not write.
 */
export async function decodeSnapshot(chunks: AsyncIterable<Uint8Array>, limits: SnapshotLimits = SNAPSHOT_LIMITS): Promise<Snapshot> {
  const reader = new SnapshotReader();
  try {
    for await (const line of splitLines(decompress(chunks), limits)) reader.add(line);
    return reader.finish();
  } catch (error) {
    if (error instanceof KonsulError && error.code === 'SNAPSHOT_INVALID') throw error;
    throw invalid(`failed to read snapshot file: ${messageOf(error)}`, error);
  }
}

function* lines(header: SnapshotHeader, records: Iterable<StoredRecord>): Generator<string, void, undefined> {
  const hash = createHash('sha256');
  const hashed = (line: string): string => {
    hash.update(line);
    return line;
  };
  yield hashed(`${JSON.stringify({ kind: KIND, format: SNAPSHOT_FORMAT, ...header })}\n`);
  let count = 0;
  for (const { table, key, value } of records) {
    count++;
    yield hashed(`${JSON.stringify({ table, key, value: recordToJson(table, value) })}\n`);
  }
  yield `${JSON.stringify({ count, sha256: hash.digest('hex') })}\n`;
}

async function* slices(texts: Iterable<string>, pause: () => Promise<void>): AsyncGenerator<Uint8Array, void, undefined> {
  let slice = '';
  for (const text of texts) {
    slice += text;
    if (slice.length < SLICE_BYTES) continue;
    yield Buffer.from(slice);
    slice = '';
    await pause();
  }
  yield Buffer.from(slice);
}

async function* decompress(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* gunzip(chunks);
  } catch (error) {
    throw invalid(`failed to decompress snapshot: ${messageOf(error)}`, error);
  }
}

type JsonObject = Readonly<Record<string, unknown>>;

const FROM_CONSUL =
  'it is a snapshot of a Consul server, which cannot be read here: move the keys with "consul kv export" there and "konsul kv import" here';

/** A Consul server writes a tar archive, whose first file has this name; some versions put the checksums first. */
const isConsulArchive = (line: Uint8Array): boolean =>
  /^(?:meta\.json|state\.bin|SHA256SUMS)\0/.test(Buffer.from(line.subarray(0, 16)).toString('latin1'));

/** Takes a snapshot line by line. Throws plain errors; the caller says what was being read. */
class SnapshotReader {
  readonly #hash: Hash = createHash('sha256');
  readonly #reader = new RecordReader();
  readonly #records: StoredRecord[] = [];
  readonly #keys = new Set<string>();
  #header: SnapshotHeader | undefined;
  #isComplete = false;

  add(line: Uint8Array): void {
    if (this.#isComplete) throw new Error('there is something after its end');
    if (this.#header === undefined && isConsulArchive(line)) throw new Error(FROM_CONSUL);
    const json = parseLine(line, this.#header === undefined ? 'the header' : `record ${this.#records.length + 1}`);
    if (this.#header === undefined) this.#header = readHeader(json);
    else if (!('sha256' in json)) this.#addRecord(json, this.#header);
    else this.#end(json);
    if (!this.#isComplete) this.#hash.update(line).update('\n');
  }

  finish(): Snapshot {
    if (this.#header === undefined) throw new Error('it is empty');
    if (!this.#isComplete) throw new Error('it was cut off');
    return { header: this.#header, records: this.#records };
  }

  #end(json: JsonObject): void {
    if (json.sha256 !== this.#hash.digest('hex')) throw new Error('its checksum does not match');
    if (json.count !== this.#records.length) throw new Error('records are missing');
    this.#isComplete = true;
  }

  #addRecord(json: JsonObject, header: SnapshotHeader): void {
    const record = readRecord(this.#reader, json);
    const { createIndex, modifyIndex } = record.value;
    const lockIndex = record.table === 'kv' ? record.value.lockIndex : 0;
    if (createIndex < 1 || modifyIndex < createIndex || modifyIndex > header.index || lockIndex > MAX_INDEX)
      throw new Error(`the indexes of ${record.key} are not valid`);
    if (this.#keys.has(record.key)) throw new Error(`it has ${record.key} twice`);
    this.#keys.add(record.key);
    this.#records.push(record);
  }
}

function parseLine(line: Uint8Array, what: string): JsonObject {
  const text = Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString();
  try {
    const json: unknown = parseStored(text);
    if (isObject(json)) return json;
  } catch (error) {
    throw new Error(`${what} is not JSON`, { cause: error });
  }
  throw new Error(`${what} is not a JSON object`);
}

function readHeader(json: JsonObject): SnapshotHeader {
  const { kind, format, lineage, index, version, datacenter, takenAtMs } = json;
  if (kind !== KIND || typeof format !== 'number') throw new Error('it is not a snapshot of Konsul');
  if (format > SNAPSHOT_FORMAT) throw new Error(`it has format ${format}, this version reads ${SNAPSHOT_FORMAT}`);
  if (!isName(lineage) || !isCount(index) || index < 1 || index > MAX_INDEX) throw new Error('its header is not valid');
  if (!isName(version) || !isName(datacenter) || !isCount(takenAtMs)) throw new Error('its header is not valid');
  return { lineage, index, version, datacenter, takenAtMs };
}

function readRecord(reader: RecordReader, { table, key, value }: JsonObject): StoredRecord {
  if (!isTable(table) || typeof key !== 'string' || !isObject(value)) throw new Error('it has a record of an unknown table');
  const record = reader.fromJson(table, value);
  if (parseKey(key)?.table !== table || keyOf(table, record) !== key)
    throw new Error(`a ${table} has the key ${JSON.stringify(key)} of another`);
  return { table, key, value: record } as StoredRecord;
}

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
const isName = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function invalid(message: string, cause: unknown): KonsulError {
  return new KonsulError('SNAPSHOT_INVALID', message, { cause });
}
