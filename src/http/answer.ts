/** What a route gives back, free of sockets: `render.ts` turns it into bytes. */
import type { Variants } from '../topics/view.ts';

export type Headers = Readonly<Record<string, string>>;

/** A list rendered item by item, in slices, so that a large one never holds the event loop. */
export interface JsonList<T = unknown> {
  readonly items: readonly T[];
  /** Leaves items out; evaluated item by item. */
  readonly where: ((item: T) => boolean) | undefined;
  /** One item as JSON text. */
  readonly encode: (item: T) => string;
  /** Where the list is no answer by itself but in an object: the compact JSON text before and after it. */
  readonly within?: { readonly before: string; readonly after: string };
}

export type Body =
  /** No body at all. */
  | { readonly kind: 'empty' }
  /** Plain text; the content type is Consul's for errors. */
  | { readonly kind: 'text'; readonly text: string }
  /** JSON text, compact; made pretty where the request asks for it. */
  | { readonly kind: 'json'; readonly json: string }
  | { readonly kind: 'list'; readonly list: JsonList }
  /** Bytes as they are; the route sets the content type. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** Bytes as they come; the route sets the content type. Compressed on their way only if that is said. */
  | { readonly kind: 'stream'; readonly chunks: AsyncIterable<Uint8Array>; readonly isCompressible?: boolean };

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
  /**
   * Where the rendered bytes may be remembered and found: the view's variants and the name of the selection in them. Only for
   * bodies of kind `json` and `list`.
   */
  readonly memo?: { readonly variants: Variants; readonly selection: string };
}

const NO_HEADERS: Headers = Object.freeze({});

export const emptyAnswer = (status = 200, headers: Headers = NO_HEADERS): Answer => ({ status, headers, body: { kind: 'empty' } });

export const textAnswer = (status: number, text: string, headers: Headers = NO_HEADERS): Answer => ({
  status,
  headers,
  body: { kind: 'text', text },
});

/** `json` is JSON text. */
export const jsonAnswer = (json: string, status = 200, headers: Headers = NO_HEADERS): Answer => ({
  status,
  headers,
  body: { kind: 'json', json },
});

/** As `jsonAnswer`, but `make` gives the text, and is not called where the rendered answer is remembered. */
export const lazyJsonAnswer = (make: () => string): Answer => ({
  status: 200,
  headers: NO_HEADERS,
  body: {
    kind: 'json',
    get json(): string {
      return make();
    },
  },
});

export function listAnswer<T>(list: JsonList<T>, status = 200, headers: Headers = NO_HEADERS): Answer {
  return { status, headers, body: { kind: 'list', list: list as JsonList } };
}
