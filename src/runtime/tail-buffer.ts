/** Keeps the last bytes of a stream whose length nobody knows: a ring of a fixed size, so that bytes which come one by one cost no more than a block. */

/** Of what a target says, no more is read than this. */
export const MAX_READ_BYTES = 1_048_576;
/** Nor in more pieces (64 bytes each, say): each costs time, however small it is. */
export const MAX_READ_CHUNKS = 16_384;

export class TailBuffer {
  readonly #ring: Buffer;
  #totalBytes = 0;
  #chunks = 0;

  constructor(keepBytes: number) {
    this.#ring = Buffer.allocUnsafe(keepBytes);
  }

  /** Bytes seen in all, kept or not. */
  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** Whether so much was seen, or in so many pieces, that a stream without an end should be left. */
  get hasSeenEnough(): boolean {
    return this.#totalBytes >= MAX_READ_BYTES || this.#chunks >= MAX_READ_CHUNKS;
  }

  push(chunk: Uint8Array): void {
    const { length: keepBytes } = this.#ring;
    const skippedBytes = Math.max(chunk.byteLength - keepBytes, 0);
    const last = chunk.subarray(skippedBytes);
    const start = keepBytes === 0 ? 0 : (this.#totalBytes + skippedBytes) % keepBytes;
    const untilEnd = keepBytes - start;
    this.#ring.set(last.subarray(0, untilEnd), start);
    this.#ring.set(last.subarray(untilEnd), 0);
    this.#totalBytes += chunk.byteLength;
    this.#chunks += 1;
  }

  /** What was kept, as UTF-8; a character that was cut at the front is left out. */
  text(): string {
    const { length: keepBytes } = this.#ring;
    if (this.#totalBytes <= keepBytes) return this.#ring.subarray(0, this.#totalBytes).toString();
    const start = keepBytes === 0 ? 0 : this.#totalBytes % keepBytes;
    const tail = Buffer.concat([this.#ring.subarray(start), this.#ring.subarray(0, start)]);
    return tail.subarray(firstWholeCharacter(tail)).toString();
  }
}

/** Where the first UTF-8 character starts: at most three continuation bytes may come before it. */
function firstWholeCharacter(bytes: Buffer): number {
  let start = 0;
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return start;
}
