/**
 * The bytes of the local log: a header, then one frame per record (length, checksum, payload). Pure; `file-log.ts` does the I/O.
 * The checksum covers the length too, so that neither a flipped length nor a run of zeros passes for a record.
 */
import { crc32 } from 'node:zlib';
import { KonsulError } from '../runtime/errors.ts';

/** The format that this version writes. Newer is refused; there is no older one. */
export const LOG_FORMAT = 1;

const MAGIC: Buffer = Buffer.from('KONSULLG', 'latin1');
const FRAME_HEAD_BYTES = 8;

/** The length of every header. */
export const LOG_HEADER_BYTES: number = MAGIC.length + 4;

/** The longest record; far more than a request body may hold, so anything above it is damage. */
const MAX_RECORD_BYTES: number = 16 * 1024 * 1024;

export interface ParsedLog {
  /** The records of the longest good prefix, in the order in which they were written. They share the memory of the input. */
  readonly payloads: readonly Uint8Array[];
  /** Where that prefix ends; 0 if not even the header was finished. Everything behind it is to be cut off. */
  readonly goodBytes: number;
}

/** How a log begins. */
export function logHeader(): Buffer {
  const header = Buffer.alloc(LOG_HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt32LE(LOG_FORMAT, MAGIC.length);
  return header;
}

/** One record as it stands in the file. Throws STORE_FAILED for one above `MAX_RECORD_BYTES`. */
export function frameRecord(payload: Uint8Array): Buffer {
  if (payload.length > MAX_RECORD_BYTES) throw new KonsulError('STORE_FAILED', 'The registration is too large for the local log');
  const frame = Buffer.allocUnsafe(FRAME_HEAD_BYTES + payload.length);
  frame.writeUInt32LE(payload.length, 0);
  frame.writeUInt32LE(checksum(frame.subarray(0, 4), payload), 4);
  frame.set(payload, FRAME_HEAD_BYTES);
  return frame;
}

/** Reads a whole log. Throws STORE_UNREADABLE for a newer format and for a file that does not begin as a log. */
export function parseLog(bytes: Uint8Array): ParsedLog {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!hasWholeHeader(file)) return { payloads: [], goodBytes: 0 };
  const payloads: Uint8Array[] = [];
  let at = LOG_HEADER_BYTES;
  for (let payload = recordAt(file, at); payload !== undefined; payload = recordAt(file, at)) {
    payloads.push(payload);
    at += FRAME_HEAD_BYTES + payload.length;
  }
  return { payloads, goodBytes: at };
}

/** False for a header that was torn off: then nothing was ever written behind it. */
function hasWholeHeader(file: Buffer): boolean {
  const expected = logHeader();
  if (file.length < LOG_HEADER_BYTES && file.equals(expected.subarray(0, file.length))) return false;
  if (file.length < LOG_HEADER_BYTES || !file.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new KonsulError('STORE_UNREADABLE', 'The file is not a local log of Konsul, or its first bytes are damaged');
  }
  const format = file.readUInt32LE(MAGIC.length);
  if (format === LOG_FORMAT) return true;
  throw new KonsulError('STORE_UNREADABLE', `The local log has format ${format}; this version reads format ${LOG_FORMAT}`);
}

/** The payload of the frame at `at`, or `undefined` at the end or at the first damage. */
function recordAt(file: Buffer, at: number): Uint8Array | undefined {
  const start = at + FRAME_HEAD_BYTES;
  if (start > file.length) return undefined;
  const length = file.readUInt32LE(at);
  if (length > MAX_RECORD_BYTES || start + length > file.length) return undefined;
  const payload = file.subarray(start, start + length);
  return checksum(file.subarray(at, at + 4), payload) === file.readUInt32LE(at + 4) ? payload : undefined;
}

const checksum = (length: Uint8Array, payload: Uint8Array): number => crc32(payload, crc32(length));
