/**
 * A strict JSON parser that keeps integers beyond 2^53 - 1 exact, as bigints, and says what is wrong in Go's words. It is the slow
 * path of `parseJson`: used for texts with long digits, and for texts that `JSON.parse` refused. Recursion is bounded.
 */
import type { Json } from '../model/values.ts';
import type { KonsulError } from '../runtime/errors.ts';
import { invalidCharacter, malformed, stringFault } from './json-fault.ts';

/** Arrays and objects may be nested so deep; more is refused, so that whoever walks the value cannot overflow the stack. */
export const MAX_JSON_DEPTH = 128;

/** Characters of an unusable number that an error shows. */
const MAX_SHOWN = 40;

const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;

/** Parses the whole text. Throws BAD_REQUEST with the text of Go's decoder. */
export function parseExactJson(text: string): Json {
  return new JsonParser(text).document();
}

/** Sets an own property even where the key is `__proto__`, which plain assignment would take for the prototype. */
export function setOwn<T>(object: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}

class JsonParser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Json {
    const value = this.#value();
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#unexpected('after top-level value');
    return value;
  }

  #value(): Json {
    this.#skipSpace();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#nested(() => this.#object());
      case '[':
        return this.#nested(() => this.#array());
      case '"':
        return this.#string();
      case 't':
        return this.#literal('true', true);
      case 'f':
        return this.#literal('false', false);
      case 'n':
        return this.#literal('null', null);
      default:
        return this.#number();
    }
  }

  #nested(parse: () => Json): Json {
    if (++this.#depth > MAX_JSON_DEPTH) throw malformed('exceeded max depth');
    this.#at++;
    const value = parse();
    this.#depth--;
    return value;
  }

  #array(): Json {
    const items: Json[] = [];
    if (this.#take(']')) return items;
    do items.push(this.#value());
    while (this.#take(','));
    if (!this.#take(']')) throw this.#unexpected('after array element');
    return items;
  }

  #object(): Json {
    const members: Record<string, Json> = {};
    if (this.#take('}')) return members;
    do this.#member(members);
    while (this.#take(','));
    if (!this.#take('}')) throw this.#unexpected('after object key:value pair');
    return members;
  }

  #member(members: Record<string, Json>): void {
    this.#skipSpace();
    if (this.#text[this.#at] !== '"') throw this.#unexpected('looking for beginning of object key string');
    const key = this.#string();
    if (!this.#take(':')) throw this.#unexpected('after object key');
    setOwn(members, key, this.#value());
  }

  /** Finds the token's end here; `JSON.parse` then validates it and resolves its escapes. */
  #string(): string {
    const end = endOfString(this.#text, this.#at);
    const token = this.#text.slice(this.#at, end);
    try {
      const value = JSON.parse(token) as string;
      this.#at = end;
      return value;
    } catch {
      throw stringFault(token);
    }
  }

  #number(): number | bigint {
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    if (match === null) throw this.#unexpected('looking for beginning of value');
    const [token, fraction, exponent] = match;
    const value = Number(token);
    if (!Number.isFinite(value))
      throw malformed(`json: cannot unmarshal number ${token.slice(0, MAX_SHOWN)} into Go value of type float64`);
    this.#at += token.length;
    return fraction === undefined && exponent === undefined && !Number.isSafeInteger(value) ? BigInt(token) : value;
  }

  #literal<T extends Json>(word: string, value: T): T {
    for (const [i, letter] of [...word].entries()) {
      if (this.#text[this.#at] !== letter) {
        throw this.#unexpected(i === 0 ? 'looking for beginning of value' : `in literal ${word} (expecting '${letter}')`);
      }
      this.#at++;
    }
    return value;
  }

  #take(mark: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== mark) return false;
    this.#at++;
    return true;
  }

  #skipSpace(): void {
    while (isSpace(this.#text.charCodeAt(this.#at))) this.#at++;
  }

  #unexpected(where: string): KonsulError {
    const codePoint = this.#text.codePointAt(this.#at);
    return codePoint === undefined ? malformed('unexpected EOF') : invalidCharacter(codePoint, where);
  }
}

/** The offset behind the closing quote of the string that opens at `start`; the text's end if there is none. Linear. */
export function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
  }
  return text.length;
}

const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
