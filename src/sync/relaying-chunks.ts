/** The chunks of a relayed answer between link and reader: at most as many bytes as credit was given, and read once. */
import { INITIAL_CREDIT_BYTES } from './frames.ts';

export interface RelayChunksOptions {
  /** So many bytes were read: as many more may be sent. Called for at least a quarter of the credit at a time. */
  readonly taken: (bytes: number) => void;
  /** The reader went away before the end. */
  readonly abandoned: () => void;
}

const GRANT_BYTES = INITIAL_CREDIT_BYTES / 4;

export class RelayChunks implements AsyncIterableIterator<Uint8Array> {
  readonly #options: RelayChunksOptions;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  /** Read, and not granted again yet. */
  #takenBytes = 0;
  #isFinished = false;
  #error: Error | undefined;
  #wake: () => void = () => {};

  constructor(options: RelayChunksOptions) {
    this.#options = options;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** False if there is no credit for it; then it is not kept. */
  put(bytes: Uint8Array): boolean {
    if (this.#queuedBytes + this.#takenBytes + bytes.length > INITIAL_CREDIT_BYTES) return false;
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    this.#wake();
    return true;
  }

  /** All has come. */
  finish(): void {
    this.#isFinished = true;
    this.#wake();
  }

  /** Nothing more comes. What has come is not read either: the answer is broken. */
  fail(error: Error): void {
    this.#error = error;
    this.#queue = [];
    this.#wake();
  }

  /** One reader, one chunk at a time. */
  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (;;) {
      const bytes = this.#queue.shift();
      if (bytes !== undefined) {
        this.#take(bytes.length);
        return { done: false, value: bytes };
      }
      if (this.#error !== undefined) throw this.#error;
      if (this.#isFinished) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (!this.#isFinished) this.#options.abandoned();
    this.#isFinished = true;
    this.#queue = [];
    return { done: true, value: undefined };
  }

  #take(bytes: number): void {
    this.#queuedBytes -= bytes;
    this.#takenBytes += bytes;
    if (this.#takenBytes < GRANT_BYTES) return;
    const granted = this.#takenBytes;
    this.#takenBytes = 0;
    this.#options.taken(granted);
  }
}
