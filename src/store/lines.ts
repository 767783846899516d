/** Splits a stream of bytes into lines, within bounds, without joining more than one line at a time. */

export interface LineLimits {
  /** Of the whole stream. */
  readonly contentBytes: number;
  readonly lineBytes: number;
}

const NEWLINE = 0x0a;

/** The lines, without their ends; valid until the next one is asked for. Throws an `Error` beyond the limits. */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>, limits: LineLimits): AsyncGenerator<Uint8Array, void, undefined> {
  let contentBytes = 0;
  let begun = new LineParts(limits.lineBytes);
  for await (const chunk of chunks) {
    contentBytes += chunk.length;
    if (contentBytes > limits.contentBytes) throw new Error(`it is larger than ${limits.contentBytes} bytes`);
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      yield begun.join(chunk.subarray(from, end));
      begun = new LineParts(limits.lineBytes);
      from = end + 1;
    }
    begun.add(chunk.subarray(from));
  }
  if (!begun.isEmpty) yield begun.join(new Uint8Array());
}

/** The parts of a line whose end was not seen yet. */
class LineParts {
  readonly #maxBytes: number;
  readonly #parts: Uint8Array[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  add(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#bytes += part.length;
    if (this.#bytes > this.#maxBytes) throw new Error(`a line is longer than ${this.#maxBytes} bytes`);
    this.#parts.push(part);
  }

  /** The line that ends with `last`. */
  join(last: Uint8Array): Uint8Array {
    if (this.isEmpty && last.length <= this.#maxBytes) return last;
    this.add(last);
    return Buffer.concat(this.#parts);
  }
}
