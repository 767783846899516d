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
  /** Re-indents compact JSON text. */
  readonly indent: (json: string) => string;
}

/** Shorter bodies are not worth compressing; Consul's limit. */
const MIN_GZIP_BYTES = 1_400;
/** Longer lists are sent as they are rendered, in slices of at most `SLICE_MS`. */
const MAX_WHOLE_ITEMS = 1_000;
const SLICE_MS = 5;
const ITEMS_BETWEEN_CLOCK_READS = 64;
const EMPTY = Buffer.alloc(0);
const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain; charset=utf-8';

export class Renderer {
  readonly #clock: Clock;
  readonly #indentsAlways: boolean;
  readonly #indent: (json: string) => string;

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
        return respond(answer, undefined, EMPTY);
      case 'text':
        return respond(answer, TEXT_TYPE, Buffer.from(body.text));
      case 'bytes':
        return this.#compressed(answer, undefined, { body: asBuffer(body.bytes), gzip: undefined }, request);
      case 'stream':
        return respond(answer, undefined, body.chunks);
      case 'json':
        return this.#remembered(answer, request, () => this.#jsonText(body.json, request));
      case 'list':
        if (body.list.items.length > MAX_WHOLE_ITEMS) return this.#streamed(answer, body.list, request);
        return this.#remembered(answer, request, () => this.#wholeList(body.list, request));
    }
  }

  #remembered(answer: Answer, request: RenderRequest, make: () => string): Response | Promise<Response> {
    const name = answer.memo === undefined ? '' : `${answer.memo.selection}${request.isPretty ? '\npretty' : ''}`;
    let rendered = answer.memo?.variants.get(name);
    if (rendered === undefined) {
      rendered = { body: Buffer.from(make()), gzip: undefined };
      answer.memo?.variants.set(name, rendered);
    }
    return this.#compressed(answer, JSON_TYPE, rendered, request, (gzipped) =>
      answer.memo?.variants.set(name, { body: rendered.body, gzip: gzipped }),
    );
  }

  #compressed(
    answer: Answer,
    type: string | undefined,
    rendered: Rendered,
    request: RenderRequest,
    remember?: (gzipped: Buffer) => void,
  ): Response | Promise<Response> {
    if (!request.acceptsGzip || rendered.body.length < MIN_GZIP_BYTES) return respond(answer, type, rendered.body);
    if (rendered.gzip !== undefined) return respond(zipped(answer), type, rendered.gzip);
    return gzipBuffer(rendered.body).then((bytes) => {
      remember?.(bytes);
      return respond(zipped(answer), type, bytes);
    });
  }

  #streamed(answer: Answer, list: JsonList, request: RenderRequest): Response {
    const chunks = this.#slices(list, request);
    return request.acceptsGzip ? respond(zipped(answer), JSON_TYPE, gzip(chunks)) : respond(answer, JSON_TYPE, chunks);
  }

  /** The list's text, a slice of at most a few milliseconds of work at a time. */
  async *#slices(list: JsonList, request: RenderRequest): AsyncIterable<Uint8Array> {
    const { open, between, close } = this.#punctuation(request);
    let text = '';
    let isFirst = true;
    let sliceEndMs = this.#clock.nowMs() + SLICE_MS;
    for (let i = 0; i < list.items.length; i += 1) {
      const item = list.items[i];
      if (list.where === undefined || list.where(item)) {
        text += (isFirst ? open : between) + this.#item(list.encode(item), request);
        isFirst = false;
      }
      if (i % ITEMS_BETWEEN_CLOCK_READS !== 0 || this.#clock.nowMs() < sliceEndMs) continue;
      if (text !== '') yield Buffer.from(text);
      text = '';
      await this.#clock.pause();
      sliceEndMs = this.#clock.nowMs() + SLICE_MS;
    }
    yield Buffer.from(text + (isFirst ? `[]${request.isPretty ? '\n' : ''}` : close));
  }

  #wholeList({ items, where, encode }: JsonList, request: RenderRequest): string {
    const texts: string[] = [];
    for (const item of items) if (where === undefined || where(item)) texts.push(this.#item(encode(item), request));
    const { open, between, close } = this.#punctuation(request);
    return texts.length === 0 ? `[]${request.isPretty ? '\n' : ''}` : open + texts.join(between) + close;
  }

  #item(json: string, request: RenderRequest): string {
    return this.#isIndented(request) ? this.#indent(json).replaceAll('\n', '\n    ') : json;
  }

  #punctuation(request: RenderRequest): { open: string; between: string; close: string } {
    if (!this.#isIndented(request)) return { open: '[', between: ',', close: ']' };
    return { open: '[\n    ', between: ',\n    ', close: request.isPretty ? '\n]\n' : '\n]' };
  }

  #jsonText(json: string, request: RenderRequest): string {
    if (!this.#isIndented(request)) return json;
    return request.isPretty ? `${this.#indent(json)}\n` : this.#indent(json);
  }

  #isIndented(request: RenderRequest): boolean {
    return request.isPretty || this.#indentsAlways;
  }
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const zipped = (answer: Answer): Answer => ({ ...answer, headers: { ...answer.headers, 'Content-Encoding': 'gzip' } });

function respond(answer: Answer, type: string | undefined, body: Response['body']): Response {
  const headers = type === undefined || 'Content-Type' in answer.headers ? answer.headers : { 'Content-Type': type, ...answer.headers };
  return { status: answer.status, headers, body };
}
