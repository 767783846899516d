/** A place in a text that only moves forward, and the line it is on. The readers of HCL and JSON stand on it; it knows no grammar. */
import { ConfigSyntaxError } from './tree.ts';

export class TextCursor {
  readonly #text: string;
  #offset = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  /** Of the next character, from 1. */
  get line(): number {
    return this.#line;
  }

  /** UTF-16 units before the next character. */
  get offset(): number {
    return this.#offset;
  }

  get isAtEnd(): boolean {
    return this.#offset >= this.#text.length;
  }

  /** The next character (a whole code point), or `''` at the end. */
  peek(): string {
    const point = this.#text.codePointAt(this.#offset);
    return point === undefined ? '' : String.fromCodePoint(point);
  }

  startsWith(prefix: string): boolean {
    return this.#text.startsWith(prefix, this.#offset);
  }

  /** Takes the next `length` UTF-16 units, or what is left. */
  take(length: number): string {
    return this.#takeTo(Math.min(this.#offset + length, this.#text.length));
  }

  /** Takes `prefix` if the text goes on with it. */
  takeIf(prefix: string): boolean {
    if (!this.startsWith(prefix)) return false;
    this.take(prefix.length);
    return true;
  }

  /** Takes characters as long as they fit; each is asked about once. */
  takeWhile(fits: (character: string) => boolean): string {
    let end = this.#offset;
    while (end < this.#text.length) {
      const character = String.fromCodePoint(this.#text.codePointAt(end) as number);
      if (!fits(character)) break;
      end += character.length;
    }
    return this.#takeTo(end);
  }

  /** Takes all up to and with `mark`; `undefined`, and nothing is taken, if the text has no more of them. */
  takeThrough(mark: string): string | undefined {
    const found = this.#text.indexOf(mark, this.#offset);
    return found < 0 ? undefined : this.#takeTo(found + mark.length);
  }

  /** What was read since `offset`. */
  since(offset: number): string {
    return this.#text.slice(offset, this.#offset);
  }

  /** An error on the line where the cursor stands, or on `line`. */
  error(message: string, line: number = this.#line): ConfigSyntaxError {
    return new ConfigSyntaxError(line, message);
  }

  #takeTo(end: number): string {
    const taken = this.#text.slice(this.#offset, end);
    for (let at = taken.indexOf('\n'); at >= 0; at = taken.indexOf('\n', at + 1)) this.#line++;
    this.#offset = end;
    return taken;
  }
}
