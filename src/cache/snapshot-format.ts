/**
 * The bytes of the cache's snapshot: JSON lines. A header; for each view a line that says what it is, then one line for each item; last the
 * number of views and the CRC-32 of all bytes before. Pure: what is read is whole and was written here, or is refused with a reason.
 */
import { crc32 } from 'node:zlib';
import type { Topic } from '../topics/topic.ts';
import { topics } from '../topics/topics.ts';
import { readValue, writeValue } from '../wire/record-json.ts';

/** The format that this version writes. Newer is refused; there is no older one. */
export const SNAPSHOT_FORMAT = 1;

const KIND = 'konsul-cache';
const NEWLINE = 0x0a;
/** A last line is not longer. */
const MAX_END_BYTES = 200;

export interface SnapshotHeader {
  /** Of what was held when it was written, and the highest index seen by then in any. */
  readonly lineage: string;
  readonly seen: number;
  /** When it was written, by the wall clock: milliseconds since 1970. */
  readonly wallMs: number;
}

export interface SnapshotView {
  readonly topic: Topic<unknown>;
  readonly key: string;
  readonly index: number;
  readonly lineage: string;
  readonly sizeBytes: number;
  /** Until when it was true, by the wall clock. */
  readonly trueMs: number;
  /** How much it was looked at, from 0 to 3. */
  readonly looks: number;
  readonly items: readonly unknown[];
}

export interface SnapshotFile {
  readonly header: SnapshotHeader;
  /** In the order in which they were written. Read as they are asked for; throws an `Error` at one that makes no sense. */
  readonly views: Iterable<SnapshotView>;
}

/** The lines of a snapshot, in pieces of one line each. */
export function* snapshotLines(header: SnapshotHeader, views: Iterable<SnapshotView>): Generator<Buffer, void, undefined> {
  let crc = 0;
  let count = 0;
  const line = (value: unknown): Buffer => {
    const bytes = Buffer.from(`${writeValue(value)}\n`);
    crc = crc32(bytes, crc);
    return bytes;
  };
  yield line({ kind: KIND, format: SNAPSHOT_FORMAT, ...header });
  for (const { topic, items, ...view } of views) {
    count += 1;
    yield line({ topic: topic.name, ...view, count: items.length });
    for (const item of items) yield line(item);
  }
  yield Buffer.from(`${JSON.stringify({ views: count, crc32: crc })}\n`);
}

/** Reads a whole snapshot. Throws an `Error` that says why it is no good. */
export function parseSnapshot(bytes: Uint8Array): SnapshotFile {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lines = new Lines(file.subarray(0, checkedEnd(file)));
  return { header: readHeader(lines.next()), views: readViews(lines) };
}

/** Where the last line begins. */
function checkedEnd(file: Buffer): number {
  if (file.at(-1) !== NEWLINE) throw new Error(isOurs(file) ? 'it was cut off' : 'it is no snapshot of a cache');
  const end = file.lastIndexOf(NEWLINE, -2) + 1;
  const last = file.length - end > MAX_END_BYTES ? undefined : parseObject(file.subarray(end));
  if (last?.crc32 === crc32(file.subarray(0, end))) return end;
  throw new Error(isOurs(file) ? 'its checksum does not match' : 'it is no snapshot of a cache');
}

const isOurs = (file: Buffer): boolean => file.subarray(0, KIND.length + 16).includes(KIND);

function readHeader(line: Buffer | undefined): SnapshotHeader {
  const { kind, format, lineage, seen, wallMs } = parseObject(line) ?? {};
  if (kind !== KIND || typeof format !== 'number') throw new Error('it is no snapshot of a cache');
  if (format > SNAPSHOT_FORMAT) throw new Error(`it has format ${format}, this version reads ${SNAPSHOT_FORMAT}`);
  if (typeof lineage !== 'string' || !isCount(seen) || !isCount(wallMs)) throw new Error('its header makes no sense');
  return { lineage, seen, wallMs };
}

function* readViews(lines: Lines): Generator<SnapshotView, void, undefined> {
  const byName = new Map(topics.map((topic) => [topic.name, topic]));
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    const { topic: name, key, index, lineage, sizeBytes, trueMs, looks, count } = parseObject(line) ?? {};
    if (typeof name !== 'string' || typeof key !== 'string' || typeof lineage !== 'string') throw new Error('a view makes no sense');
    if (!isCount(index) || !isCount(sizeBytes) || !isCount(trueMs) || !isCount(looks) || !isCount(count)) {
      throw new Error('a view makes no sense');
    }
    const topic = byName.get(name);
    // A topic that this version does not know: of another version.
    if (topic === undefined) lines.skip(count);
    else yield { topic, key, index, lineage, sizeBytes, trueMs, looks: Math.min(looks, 3), items: readItems(lines, topic, count) };
  }
}

function readItems(lines: Lines, topic: Topic<unknown>, count: number): readonly unknown[] {
  const items: unknown[] = [];
  for (let at = 0; at < count; at += 1) {
    const item = parseObject(lines.next());
    if (item === undefined) throw new Error('an item is missing');
    // Whoever shows an item counts on the parts by which it is told apart.
    topic.idOf(item);
    topic.stampOf(item);
    items.push(item);
  }
  return Object.freeze(items);
}

/** The object on a line, frozen; `undefined` for anything else. */
function parseObject(line: Buffer | undefined): Readonly<Record<string, unknown>> | undefined {
  if (line === undefined) return undefined;
  try {
    const value = readValue(line.toString());
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** Goes through bytes line by line. */
class Lines {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Without its end; `undefined` after the last. */
  next(): Buffer | undefined {
    const end = this.#bytes.indexOf(NEWLINE, this.#at);
    if (end < 0) return undefined;
    const line = this.#bytes.subarray(this.#at, end);
    this.#at = end + 1;
    return line;
  }

  skip(count: number): void {
    for (let left = count; left > 0; left -= 1) if (this.next() === undefined) throw new Error('an item is missing');
  }
}
