/**
 * The body of one relayed request, as it comes in chunks. Credit is given back as the reader takes what came, so that no more than the
 * first credit is ever held here. One reader.
 */
import type { KonsulError } from '../runtime/errors.ts';
import { INITIAL_CREDIT_BYTES } from './frames.ts';

/** More chunks than this wait as one: what a chunk costs besides its bytes is bounded too. */
const MAX_PIECES = 256;

export class ServingBody implements AsyncIterable<Uint8Array> {
  readonly #giveCredit: (bytes: number) => void;
  #chunks: Uint8Array[] = [];
  #credit = INITIAL_CREDIT_BYTES;
  #isWhole: boolean;
  #error: KonsulError | undefined;
  #wake: () => void = () => {};

  /** `hasBody` false: there is nothing to come. */
  constructor(hasBody: boolean, giveCredit: (bytes: number) => void) {
    this.#isWhole = !hasBody;
    this.#giveCredit = giveCredit;
  }

  /** A chunk has come; an empty one is the end. False: it was sent without credit, or behind the end. */
  put(bytes: Uint8Array): boolean {
    if (this.#isWhole || bytes.length > this.#credit) return false;
    this.#credit -= bytes.length;
    if (bytes.length === 0) this.#isWhole = true;
    else this.#chunks.push(bytes);
    if (this.#chunks.length > MAX_PIECES) this.#chunks = [Buffer.concat(this.#chunks)];
    this.#wake();
    return true;
  }

  /** Nothing more will come: whoever reads on gets the error. */
  break(error: KonsulError): void {
    this.#error = error;
    this.#chunks = [];
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      if (this.#error !== undefined) throw this.#error;
      const next = this.#chunks.shift();
      if (next === undefined && this.#isWhole) return;
      if (next === undefined) await new Promise<void>((wake) => (this.#wake = wake));
      else yield this.#taken(next);
    }
  }

  #taken(chunk: Uint8Array): Uint8Array {
    this.#credit += chunk.length;
    if (!this.#isWhole) this.#giveCredit(chunk.length);
    return chunk;
  }
}
