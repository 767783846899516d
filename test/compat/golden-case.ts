/**
 * The words in which golden cases are written: `get('/v1/kv/x').json([…]).meta()`. Pure data; `runner.ts` sends and judges.
 * Any text may hold `{{p}}` (a name prefix unique to the case and run), `{{self}}`, `{{selfId}}` (the answering agent's node), or a
 * captured value. What is expected comes from the specification of the API, never from Konsul's own answers.
 */
import { anyIndex, capture, greaterThan, type Matcher, type Pattern } from './pattern.ts';

export interface GoldenRequest {
  readonly method: string;
  /** Path and query, sent as it is after `{{…}}` is filled. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as it is after `{{…}}` is filled; '' sends no body. */
  readonly body: string | Uint8Array | CapturedBytes;
}

/** The body of an earlier answer, that `bytes(capture(name, …))` kept. */
export class CapturedBytes {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

export type ExpectedBody =
  | { readonly kind: 'empty' }
  | { readonly kind: 'json'; readonly pattern: Pattern }
  | { readonly kind: 'text'; readonly pattern: Pattern }
  | { readonly kind: 'bytes'; readonly pattern: Matcher };

/** The header must not be there. */
export const ABSENT: unique symbol = Symbol('absent');
export type HeaderPattern = Pattern | typeof ABSENT;

/** Which of the headers of section 1.6 an answer carries. */
export type MetaHeaders =
  /** Index, leader, last contact and backend, and the consistency level: catalog and health. */
  | 'meta with level'
  /** The same without the level: KV, sessions, snapshot. */
  | 'meta'
  | 'none'
  /** Not judged: errors may carry them or not. */
  | 'any';

export interface Expected {
  readonly status: number;
  readonly body: ExpectedBody;
  readonly meta: MetaHeaders;
  /** Lower-case name to value. */
  readonly headers: Readonly<Record<string, HeaderPattern>>;
  /** False for what no endpoint answers: unknown paths and redirects lack the headers that endpoints always send. */
  readonly fromEndpoint: boolean;
  /** The answer comes after at least so many milliseconds; 0: no matter. */
  readonly afterMs: number;
  /** Sent while this request waits; the answer must come after they were answered. */
  readonly during: readonly Step[];
}

const NOTHING: Expected = {
  status: 200,
  body: { kind: 'empty' },
  meta: 'none',
  headers: {},
  fromEndpoint: true,
  afterMs: 0,
  during: [],
};

/** One request and what must come back. Each method gives a new step. */
export class Step {
  readonly request: GoldenRequest;
  readonly expected: Expected;

  constructor(request: GoldenRequest, expected: Expected = NOTHING) {
    this.request = request;
    this.expected = expected;
  }

  /** Request headers. */
  sending(headers: Readonly<Record<string, string>>): Step {
    return new Step({ ...this.request, headers }, this.expected);
  }

  /** JSON that fits `pattern`, with 200 unless said otherwise. */
  json(pattern: Pattern, status = 200): Step {
    return this.#expect({ status, body: { kind: 'json', pattern } });
  }

  /** An empty body. */
  empty(status = 200): Step {
    return this.#expect({ status, body: { kind: 'empty' }, meta: status < 400 ? 'none' : 'any' });
  }

  /** An error: a status and a plain text. */
  fails(status: number, text: Pattern): Step {
    return this.#expect({ status, body: { kind: 'text', pattern: text }, meta: 'any' });
  }

  text(pattern: Pattern, status = 200): Step {
    return this.#expect({ status, body: { kind: 'text', pattern } });
  }

  /** The body as Latin-1 text, since a pattern judges texts. */
  bytes(pattern: Matcher, status = 200): Step {
    return this.#expect({ status, body: { kind: 'bytes', pattern } });
  }

  /** The answer carries meta headers; `level` is the consistency that was used. */
  meta(level?: 'leader' | 'consistent' | 'stale'): Step {
    if (level === undefined) return this.#expect({ meta: 'meta' });
    return this.#expect({ meta: 'meta with level' }).headers({ 'x-consul-effective-consistency': level });
  }

  /** Response headers, besides those that follow from the body and from `meta`. */
  headers(headers: Readonly<Record<string, HeaderPattern>>): Step {
    return this.#expect({ headers: { ...this.expected.headers, ...headers } });
  }

  /** Keeps the answer's index as `{{name}}`, besides what is asked of it before. */
  index(name: string): Step {
    const asked = this.expected.headers['x-consul-index'];
    return this.headers({ 'x-consul-index': capture(name, asked === undefined || asked === ABSENT ? anyIndex : asked) });
  }

  sameIndex(name: string): Step {
    return this.headers({ 'x-consul-index': `{{${name}}}` });
  }

  laterIndex(name: string): Step {
    return this.headers({ 'x-consul-index': greaterThan(name) });
  }

  /** No endpoint answers this: without the headers that all endpoints send. */
  fromNoEndpoint(): Step {
    return this.#expect({ fromEndpoint: false, meta: 'any' });
  }

  /** The answer must take so long. */
  afterMs(afterMs: number): Step {
    return this.#expect({ afterMs });
  }

  /** The request waits until all of `steps` were answered. */
  wokenBy(...steps: readonly Step[]): Step {
    return this.#expect({ during: steps });
  }

  #expect(part: Partial<Expected>): Step {
    return new Step(this.request, { ...this.expected, ...part });
  }
}

export interface GoldenCase {
  readonly name: string;
  readonly steps: readonly Step[];
  /** Changes what other cases see (the whole store, the node's health): runs after all others, alone. */
  readonly exclusive: boolean;
}

export function goldenCase(name: string, ...steps: readonly Step[]): GoldenCase {
  return { name, steps, exclusive: false };
}

/** A case that changes what others see. It must put things right again. */
export function exclusiveCase(name: string, ...steps: readonly Step[]): GoldenCase {
  return { name, steps, exclusive: true };
}

type RequestBody = GoldenRequest['body'] | object;

/** Objects other than bytes are sent as JSON. */
export function request(method: string, path: string, body: RequestBody = ''): Step {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array || body instanceof CapturedBytes;
  return new Step({ method, path, headers: {}, body: isRaw ? body : JSON.stringify(body) });
}

export const get = (path: string): Step => request('GET', path);
export const put = (path: string, body: RequestBody = ''): Step => request('PUT', path, body);
export const del = (path: string): Step => request('DELETE', path);
