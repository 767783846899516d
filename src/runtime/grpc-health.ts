/**
 * The two messages of `grpc.health.v1.Health/Check` as bytes, each with gRPC's prefix of five. Only what they need of protobuf
 * (https://protobuf.dev/programming-guides/encoding/): one field each, and how to step over fields that a newer protocol adds.
 */

const PREFIX_BYTES = 5;
/** Field 1 of HealthCheckRequest: the service's name, length-delimited. */
const SERVICE_TAG = 0x0a;
const SERVING_STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

/** A request about a service; '' is the whole server. */
export function encodeHealthRequest(service: string): Uint8Array {
  const name = Buffer.from(service);
  const message = name.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.from([SERVICE_TAG, ...varint(name.length)]), name]);
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** The status that an answer holds: `SERVING`, `NOT_SERVING`, …, or its number. Throws an Error for bytes that are no answer. */
export function decodeHealthResponse(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < PREFIX_BYTES) throw new Error('EOF');
  if (buffer[0] !== 0) throw new Error('the message is compressed, which was not asked for');
  const message = buffer.subarray(PREFIX_BYTES);
  if (buffer.readUInt32BE(1) !== message.length) throw new Error('unexpected EOF');
  const status = new FieldReader(message).lastVarint(1);
  return SERVING_STATUSES[status] ?? String(status);
}

function varint(value: number): number[] {
  const bytes = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest];
}

/** Goes once through the fields of a message. */
class FieldReader {
  readonly #message: Buffer;
  #at = 0;

  constructor(message: Buffer) {
    this.#message = message;
  }

  /** The value of a number field; the last one counts, and 0 stands for none. */
  lastVarint(field: number): number {
    let found = 0;
    while (this.#at < this.#message.length) {
      const tag = this.#varint();
      if (tag === field * 8) found = this.#varint();
      else this.#skip(tag % 8);
    }
    return found;
  }

  #varint(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 70; scale *= 128) {
      const byte = this.#message[this.#at];
      if (byte === undefined) throw new Error('unexpected EOF');
      this.#at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new Error('variable length integer overflow');
  }

  #skip(wireType: number): void {
    if (wireType === 0) this.#varint();
    else if (wireType === 1) this.#advance(8);
    else if (wireType === 2) this.#advance(this.#varint());
    else if (wireType === 5) this.#advance(4);
    else throw new Error(`cannot parse reserved wire type ${wireType}`);
  }

  #advance(byteCount: number): void {
    this.#at += byteCount;
    if (this.#at > this.#message.length) throw new Error('unexpected EOF');
  }
}
