/**
 * Frames and chunks as the messages of a link, and back. A message is JSON (it begins with `{`), raw deflated JSON (0x01), or a chunk
 * (0x02, an id of 32 bits, bytes). What comes out is deeply frozen and of the shape that `frames.ts` says; nothing else comes out.
 */
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { KonsulError } from '../runtime/errors.ts';
import { readValue, writeValue } from '../wire/record-json.ts';
import { frameShape } from './codec-frames.ts';
import type { Chunk, DownFrame, UpFrame } from './frames.ts';

const DEFLATED = 0x01;
const CHUNK = 0x02;
const OPEN_BRACE = 0x7b;
const CHUNK_HEAD_BYTES = 5;

/** Longer texts are deflated. */
const DEFLATE_ABOVE_BYTES = 1_024;

/** No frame is longer, as text: neither is one written, nor read. */
export const MAX_FRAME_BYTES: number = 32 * 1_048_576;

export type Message =
  /** `sizeBytes`: of its text, before it was deflated. */
  | { readonly kind: 'frame'; readonly frame: UpFrame | DownFrame; readonly sizeBytes: number }
  | { readonly kind: 'chunk'; readonly chunk: Chunk };

/** Below what every transport takes (16 MiB): one large frame must not end a link. */
const MAX_MESSAGE_BYTES = 15 * 1_048_576;

/** The bytes of a frame: may be sent to many, and must not be changed. Throws TOO_LARGE for what no link carries. */
export function encodeFrame(frame: UpFrame | DownFrame): Uint8Array {
  return encodeText(writeValue(frame));
}

/** The bytes of a frame whose text is there already. */
export function encodeText(json: string): Uint8Array {
  const text = Buffer.from(json);
  if (text.length > MAX_FRAME_BYTES) throw tooLarge(text.length);
  if (text.length <= DEFLATE_ABOVE_BYTES) return text;
  const message = Buffer.concat([Uint8Array.of(DEFLATED), deflateRawSync(text, { level: constants.Z_BEST_SPEED })]);
  if (message.length > MAX_MESSAGE_BYTES) throw tooLarge(message.length);
  return message;
}

/** The bytes of a chunk. */
export function encodeChunk({ id, bytes }: Chunk): Uint8Array {
  const message = Buffer.allocUnsafe(CHUNK_HEAD_BYTES + bytes.length);
  message[0] = CHUNK;
  message.writeUInt32BE(id, 1);
  message.set(bytes, CHUNK_HEAD_BYTES);
  return message;
}

/**
 * What a message is. Throws BAD_REQUEST, with a text for people, for anything that no correct peer sends. A frame may have `maxBytes` as
 * text: little before its sender is known. A chunk's bytes are a part of the message, not copied.
 */
export function decodeMessage(message: Uint8Array, maxBytes: number = MAX_FRAME_BYTES): Message {
  switch (message[0]) {
    case OPEN_BRACE:
      return parseFrame(checkedLength(message, maxBytes));
    case DEFLATED:
      return parseFrame(inflate(message.subarray(1), maxBytes));
    case CHUNK:
      return { kind: 'chunk', chunk: parseChunk(message) };
    default:
      throw malformed(message.length === 0 ? 'it is empty' : `its first byte is ${message[0]}`);
  }
}

function checkedLength(message: Uint8Array, maxBytes: number): Uint8Array {
  if (message.length > maxBytes) throw tooLong(maxBytes);
  return message;
}

function inflate(bytes: Uint8Array, maxBytes: number): Uint8Array {
  try {
    return inflateRawSync(bytes, { maxOutputLength: maxBytes });
  } catch (cause) {
    throw (cause as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE' ? tooLong(maxBytes) : malformed('it cannot be inflated', cause);
  }
}

function parseFrame(bytes: Uint8Array): Message {
  const frame = readValue(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
  const problem = frameShape(frame);
  if (problem !== undefined) throw malformed(`frame ${kindOf(frame)}${problem}`);
  return { kind: 'frame', frame: frame as UpFrame | DownFrame, sizeBytes: bytes.length };
}

function parseChunk(message: Uint8Array): Chunk {
  if (message.length < CHUNK_HEAD_BYTES) throw malformed('a chunk without an id');
  const id = new DataView(message.buffer, message.byteOffset, CHUNK_HEAD_BYTES).getUint32(1);
  return { id, bytes: message.subarray(CHUNK_HEAD_BYTES) };
}

/** For an error's text: the problem itself names an unknown kind. */
function kindOf(frame: unknown): string {
  const kind = (frame as { t?: unknown } | null)?.t;
  return typeof kind === 'string' && kind.length < 20 ? kind : '';
}

const malformed = (what: string, cause?: unknown): KonsulError => new KonsulError('BAD_REQUEST', `malformed message: ${what}`, { cause });
const tooLarge = (bytes: number): KonsulError => new KonsulError('TOO_LARGE', `A frame of ${bytes} bytes is too large for a link`);
const tooLong = (maxBytes: number): KonsulError => malformed(`a frame is longer than ${maxBytes} bytes`);
