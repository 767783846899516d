/** From an answer to bytes: pretty printing, large lists in slices, compression, and the memory of rendered views. */
import type { Clock } from '../runtime/clock.ts';
import { gzip, gzipBuffer } from '../runtime/gzip.ts';
import type { Rendered } from '../topics/view.ts';
import type { Answer, JsonList } from './answer.ts';

export interface RenderRequest {
  /** `?pretty` was given: indented, with a newline at the end. */
  readonly isPretty: boolean;
  readonly acceptsGzip: boolean;
}

export interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | AsyncIterable<Uint8Array>;
}

export interface RendererOptions {
  readonly clock: Clock;
  /** A development agent indents all JSON. */
  readonly indentsAlways: boolean;
  /** Re-indents compact JSON text, also where that breaks off after an open bracket. */
  readonly indent: (json: string) => string;
}

/** Shorter bodies are not worth compressing; Consul's limit. */
const MIN_GZIP_BYTES = 1_400;
/** Longer lists are sent as they are rendered, in slices of at most `SLICE_MS` and one item. */
const MAX_WHOLE_ITEMS = 1_000;
const MAX_WHOLE_CHARS = 1024 * 1024;
const SLICE_MS = 5;
/** How much text is gathered before it is handed on. */
const CHUNK_CHARS = 64 * 1024;
const EMPTY = Buffer.alloc(0);
const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain; charset=utf-8';

export class Renderer {
  readonly #clock: Clock;
  readonly #indentsAlways: boolean;
  readonly #indent: (json: string) => string;
  /** The last slice in the line of those that wait for their turn. */
  #lastTurn: Promise<void> = Promise.resolve();
  /** Compressions under way, for all who want the same answer at one moment. */
  readonly #zipping = new WeakMap<Rendered, Promise<Buffer>>();

  constructor({ clock, indentsAlways, indent }: RendererOptions) {
    this.#clock = clock;
    this.#indentsAlways = indentsAlways;
    this.#indent = indent;
  }

  /** A promise only where something is compressed for the first time. */
  render(answer: Answer, request: RenderRequest): Response | Promise<Response> {
    const { body } = answer;
    switch (body.kind) {
      case 'empty':
        return respond(answer, EMPTY);
      case 'text':
        return this.#compressed(typed(answer, TEXT_TYPE), { body: Buffer.from(body.text), gzip: undefined }, request);
      case 'bytes':
        return this.#compressed(answer, { body: asBuffer(body.bytes), gzip: undefined }, request);
      case 'stream':
        return body.isCompressible === true && request.acceptsGzip
          ? respond(zipped(answer), gzip(body.chunks))
          : respond(answer, body.chunks);
      case 'json':
        return this.#remembered(answer, request) ?? this.#remember(answer, this.#jsonText(body.json, request), request);
      case 'list':
        return this.#remembered(answer, request) ?? this.#list(answer, body.list, request);
    }
  }

  #list(answer: Answer, list: JsonList, request: RenderRequest): Response | Promise<Response> {
    const text = this.#wholeList(list, request);
    return text === undefined ? this.#streamed(answer, list, request) : this.#remember(answer, text, request);
  }

  #remembered(answer: Answer, request: RenderRequest): Response | Promise<Response> | undefined {
    const rendered = answer.memo?.variants.get(variantOf(answer, request));
    return rendered && this.#compressed(typed(answer, JSON_TYPE), rendered, request);
  }

  #remember(answer: Answer, text: string, request: RenderRequest): Response | Promise<Response> {
    const rendered = { body: Buffer.from(text), gzip: undefined };
    answer.memo?.variants.set(variantOf(answer, request), rendered);
    return this.#compressed(typed(answer, JSON_TYPE), rendered, request);
  }

  #gzipped(answer: Answer, rendered: Rendered, request: RenderRequest): Promise<Buffer> {
    const begun = this.#zipping.get(rendered) ?? this.#zip(answer, rendered, request);
    this.#zipping.set(rendered, begun);
    return begun;
  }

  /** Forgotten once done: from then on the view's memory has it, or had no room for it. */
  async #zip(answer: Answer, rendered: Rendered, request: RenderRequest): Promise<Buffer> {
    try {
      const gzip = await gzipBuffer(rendered.body);
      answer.memo?.variants.set(variantOf(answer, request), { body: rendered.body, gzip });
      return gzip;
    } finally {
      this.#zipping.delete(rendered);
    }
  }

  #compressed(answer: Answer, rendered: Rendered, request: RenderRequest): Response | Promise<Response> {
    if (!request.acceptsGzip || rendered.body.length < MIN_GZIP_BYTES) return respond(answer, rendered.body);
    if (rendered.gzip !== undefined) return respond(zipped(answer), rendered.gzip);
    return this.#gzipped(answer, rendered, request).then((gzip) => respond(zipped(answer), gzip));
  }

  #streamed(answer: Answer, list: JsonList, request: RenderRequest): Response {
    const chunks = this.#slices(list, request);
    const shown = typed(answer, JSON_TYPE);
    return request.acceptsGzip ? respond(zipped(shown), gzip(chunks)) : respond(shown, chunks);
  }

  /** The list's text: handed on when there is enough of it, and other work let in after some milliseconds. */
  async *#slices(list: JsonList, request: RenderRequest): AsyncIterable<Uint8Array> {
    const { items, where, encode } = list;
    const { open, between, close, none, lineBreak } = this.#punctuation(list, request);
    let text = '';
    let isFirst = true;
    let sliceEndMs = await this.#sliceEnd();
    for (const item of items) {
      if (where === undefined || where(item)) {
        text += (isFirst ? open : between) + this.#item(encode(item), lineBreak);
        isFirst = false;
      }
      const isOver = this.#clock.nowMs() >= sliceEndMs;
      if (text !== '' && (isOver || text.length >= CHUNK_CHARS)) {
        yield Buffer.from(text);
        text = '';
      }
      if (isOver) sliceEndMs = await this.#sliceEnd();
    }
    yield Buffer.from(text + (isFirst ? none : close));
  }

  /** When the slice that begins now is over. Other work comes before it, and of many lists at one moment no other slice. */
  async #sliceEnd(): Promise<number> {
    this.#lastTurn = this.#lastTurn.then(() => this.#clock.pause());
    await this.#lastTurn;
    return this.#clock.nowMs() + SLICE_MS;
  }

  /** `undefined` for a list that is too long, or turns out to be. */
  #wholeList(list: JsonList, request: RenderRequest): string | undefined {
    const { items, where, encode } = list;
    if (items.length > MAX_WHOLE_ITEMS) return undefined;
    const { open, between, close, none, lineBreak } = this.#punctuation(list, request);
    let text = '';
    for (const item of items) {
      if (where !== undefined && !where(item)) continue;
      text += (text === '' ? open : between) + this.#item(encode(item), lineBreak);
      if (text.length > MAX_WHOLE_CHARS) return undefined;
    }
    return text === '' ? none : text + close;
  }

  #item(json: string, lineBreak: string): string {
    return lineBreak === '' ? json : this.#indent(json).replaceAll('\n', lineBreak);
  }

  /** Indented, what stands around the items is taken from the text of a list with one item. */
  #punctuation({ within: { before, after } = ALONE }: JsonList, request: RenderRequest): Punctuation {
    const none = this.#jsonText(`${before}[]${after}`, request);
    if (!this.#isIndented(request)) return { open: `${before}[`, between: ',', close: `]${after}`, none, lineBreak: '' };
    const open = this.#indent(`${before}[`);
    const close = this.#jsonText(`${before}[0]${after}`, request).slice(open.length + 1);
    const lineBreak = open.slice(open.lastIndexOf('\n'));
    return { open, between: `,${lineBreak}`, close, none, lineBreak };
  }

  #jsonText(json: string, request: RenderRequest): string {
    if (!this.#isIndented(request)) return json;
    return request.isPretty ? `${this.#indent(json)}\n` : this.#indent(json);
  }

  #isIndented(request: RenderRequest): boolean {
    return request.isPretty || this.#indentsAlways;
  }
}

const ALONE: Required<JsonList>['within'] = { before: '', after: '' };

/** What stands around the items of a list. */
interface Punctuation {
  readonly open: string;
  readonly between: string;
  readonly close: string;
  /** The whole text of an empty list. */
  readonly none: string;
  /** A new line with the indentation of an item; '' in compact text. */
  readonly lineBreak: string;
}

/** The name under which the rendered answer is remembered. */
const variantOf = ({ memo }: Answer, { isPretty }: RenderRequest): string => `${memo?.selection}${isPretty ? '\npretty' : ''}`;

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The route's own content type goes first. */
const typed = (answer: Answer, type: string): Answer => ({ ...answer, headers: { 'Content-Type': type, ...answer.headers } });

const zipped = (answer: Answer): Answer => ({ ...answer, headers: { ...answer.headers, 'Content-Encoding': 'gzip' } });

const respond = ({ status, headers }: Answer, body: Response['body']): Response => ({ status, headers, body });
