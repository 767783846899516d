/** A request as routes see it: parsed, never a socket. Made by the server, by tests and by the simulator. */

import { parseDurationMs } from '../model/duration.ts';
import { KonsulError } from '../runtime/errors.ts';

export type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';

export interface ApiRequest {
  readonly method: string;
  /** Percent-decoded, without the query. */
  readonly path: string;
  /** As it came, behind the `?`; '' if there was none. */
  readonly rawQuery: string;
  readonly query: Query;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Whole, within the route's limit; empty for a route that takes the stream. */
  readonly body: Uint8Array;
  /** The body as it arrives, for a route with `body: 'stream'`. */
  readonly bodyStream: AsyncIterable<Uint8Array>;
  /** The client's address, '' in process. */
  readonly remoteAddress: string;
  /** Aborts when the client has gone or the process stops. */
  readonly signal: AbortSignal;
}

/** A query string, read as Go reads it: repeated names are kept in order, a name without `=` has the value ''. */
export class Query {
  readonly #values: ReadonlyMap<string, readonly string[]>;

  private constructor(values: ReadonlyMap<string, readonly string[]>) {
    this.#values = values;
  }

  /** `undefined` where Go refuses: a malformed escape, or a `;` that is not escaped. */
  static parse(raw: string): Query | undefined {
    if (raw === '') return EMPTY;
    if (raw.includes(';')) return undefined;
    const values = new Map<string, string[]>();
    for (const pair of raw.split('&')) {
      if (pair === '') continue;
      const [name, value] = decodePair(pair);
      if (name === undefined || value === undefined) return undefined;
      const list = values.get(name);
      if (list === undefined) values.set(name, [value]);
      else list.push(value);
    }
    return new Query(values);
  }

  /** Present, whatever its value: how Consul reads its flags. */
  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** The first value, '' if there is none. */
  get(name: string): string {
    return this.#values.get(name)?.[0] ?? '';
  }

  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  names(): Iterable<string> {
    return this.#values.keys();
  }
}

function decodePair(pair: string): [string | undefined, string | undefined] {
  const equals = pair.indexOf('=');
  if (equals === -1) return [decode(pair), ''];
  return [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
}

/** `undefined` for an escape without two hex digits. Bytes that are no UTF-8 are replaced. */
function decode(text: string): string | undefined {
  if (!/[%+]/.test(text)) return text;
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return /%(?![0-9a-fA-F]{2})/.test(spaced) ? undefined : decodeBytes(spaced);
  }
}

function decodeBytes(text: string): string {
  return text.replace(/(?:%[0-9a-fA-F]{2})+/g, (escapes) => Buffer.from(escapes.replaceAll('%', ''), 'hex').toString());
}

/** Consul's answer to a query string that cannot be decoded: 500 without a text. */
export const undecodableQuery = (): KonsulError => new KonsulError('BAD_REQUEST', '', { status: 500 });

const EMPTY: Query = Query.parse('&') as Query;

/** `?pretty` was given. Of the raw query, since one that cannot be decoded is answered too. */
export const asksPretty = (rawQuery: string): boolean => /(?:^|&)pretty(?:=|&|$)/.test(rawQuery);

const TRUE = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

/** Go's ParseBool; `undefined` for any other word. */
export function parseBool(text: string): boolean | undefined {
  if (TRUE.includes(text)) return true;
  return FALSE.includes(text) ? false : undefined;
}

/** Far more than any duration needs, and too few to keep a pattern busy. */
const MAX_DURATION_CHARS = 100;

/** A duration parameter in milliseconds, `undefined` if absent or empty; else 400 with `message`. */
export function durationParam(query: Query, name: string, message: string): number | undefined {
  const text = query.get(name);
  if (text === '') return undefined;
  const ms = text.length > MAX_DURATION_CHARS ? undefined : parseDurationMs(text);
  if (ms === undefined) throw new KonsulError('BAD_REQUEST', message);
  return ms;
}
