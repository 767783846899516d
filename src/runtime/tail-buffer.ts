/** Keeps the last bytes of a stream whose length nobody knows. */

export class TailBuffer {
  readonly #keepBytes: number;
  #tail: Buffer = Buffer.alloc(0);
  #totalBytes = 0;

  constructor(keepBytes: number) {
    this.#keepBytes = keepBytes;
  }

  /** Bytes seen in all, kept or not. */
  get totalBytes(): number {
    return this.#totalBytes;
  }

  push(chunk: Uint8Array): void {
    this.#totalBytes += chunk.byteLength;
    if (this.#keepBytes === 0) return;
    const kept = chunk.byteLength >= this.#keepBytes ? [] : [this.#tail.subarray(-(this.#keepBytes - chunk.byteLength))];
    this.#tail = Buffer.concat([...kept, chunk.subarray(-this.#keepBytes)]);
  }

  /** What was kept, as UTF-8; a character that was cut at the front is left out. */
  text(): string {
    const wasCut = this.#totalBytes > this.#tail.length;
    return this.#tail.subarray(wasCut ? firstWholeCharacter(this.#tail) : 0).toString();
  }
}

/** Where the first UTF-8 character starts: at most three continuation bytes may come before it. */
function firstWholeCharacter(bytes: Buffer): number {
  let start = 0;
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return start;
}
