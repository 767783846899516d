/**
 * Reads HTTP/1.1 answers off a connection, as cheaply as the load generator needs: where one ends, its status, its headers as text, and
 * the head of its body. Trusts the server; not for any other use.
 */

const HEAD_END = Buffer.from('\r\n\r\n');
/** Enough to say what went wrong. */
const ERROR_BYTES = 1_024;
const EMPTY = Buffer.alloc(0);

export interface Response {
  readonly status: number;
  /** Status line and headers. */
  readonly head: string;
  /** At most the first `keepBytes` of the reader. */
  readonly body: Buffer;
  readonly bodyBytes: number;
}

type State = 'head' | 'body' | 'chunk-size' | 'chunk' | 'trailer';

export class ResponseReader {
  readonly #onResponse: (response: Response) => void;
  readonly #keepBytes: number;
  #state: State = 'head';
  #pending: Buffer = EMPTY;
  #head = '';
  #left = 0;
  #bodyBytes = 0;
  #kept: Buffer[] = [];
  #keptBytes = 0;

  constructor(onResponse: (response: Response) => void, keepBytes: number = ERROR_BYTES) {
    this.#onResponse = onResponse;
    this.#keepBytes = keepBytes;
  }

  /** The next bytes of the connection; what is kept of them is copied, so that the caller may use their memory again. */
  push(chunk: Buffer): void {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    while (this.#step()) {
      // each step takes something off
    }
    if (this.#pending.length > 0) this.#pending = Buffer.from(this.#pending);
  }

  /** False: more bytes are needed. */
  #step(): boolean {
    switch (this.#state) {
      case 'head':
        return this.#readHead();
      case 'body':
      case 'chunk':
        return this.#readBody();
      case 'chunk-size':
        return this.#readChunkSize();
      case 'trailer':
        return this.#readTrailer();
    }
  }

  #readHead(): boolean {
    const end = this.#pending.indexOf(HEAD_END);
    if (end === -1) return false;
    this.#head = this.#pending.toString('latin1', 0, end);
    this.#pending = this.#pending.subarray(end + 4);
    const length = /\r\ncontent-length: *(\d+)/i.exec(this.#head)?.[1];
    this.#left = Number(length ?? 0);
    if (length === undefined && /\r\ntransfer-encoding: *chunked/i.test(this.#head)) this.#state = 'chunk-size';
    else if (this.#left === 0) this.#finish();
    else this.#state = 'body';
    return true;
  }

  #readBody(): boolean {
    const part = this.#pending.subarray(0, this.#left);
    if (part.length === 0) return false;
    this.#keep(part);
    this.#pending = this.#pending.subarray(part.length);
    this.#left -= part.length;
    if (this.#left > 0) return false;
    if (this.#state === 'body') this.#finish();
    else this.#state = 'chunk-size';
    return true;
  }

  /** Takes the line with the size; the line end behind the chunk before it is an empty line. */
  #readChunkSize(): boolean {
    const end = this.#pending.indexOf('\r\n');
    if (end === -1) return false;
    const line = this.#pending.toString('latin1', 0, end);
    this.#pending = this.#pending.subarray(end + 2);
    if (line === '') return true;
    this.#left = Number.parseInt(line, 16);
    this.#state = this.#left === 0 ? 'trailer' : 'chunk';
    return true;
  }

  #readTrailer(): boolean {
    if (this.#pending.length < 2) return false;
    this.#pending = this.#pending.subarray(2);
    this.#finish();
    return true;
  }

  #keep(part: Buffer): void {
    this.#bodyBytes += part.length;
    const room = this.#keepBytes - this.#keptBytes;
    if (room <= 0) return;
    this.#kept.push(Buffer.from(part.subarray(0, room)));
    this.#keptBytes += Math.min(part.length, room);
  }

  #finish(): void {
    const status = Number(this.#head.slice(9, 12));
    const body = this.#kept.length === 1 ? (this.#kept[0] as Buffer) : Buffer.concat(this.#kept);
    const response = { status, head: this.#head, body, bodyBytes: this.#bodyBytes };
    this.#state = 'head';
    this.#bodyBytes = 0;
    this.#kept = [];
    this.#keptBytes = 0;
    this.#onResponse(response);
  }
}
