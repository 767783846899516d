/** A pattern read from left to right, by characters; and the escapes that stand for one character. */
import { regexError } from './regex-syntax.ts';

/** Escapes of control characters. */
const CONTROLS: Readonly<Record<string, number>> = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 };

export class PatternReader {
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  get at(): number {
    return this.#at;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#pattern.length;
  }

  /** What was read since `start`; for error texts. */
  since(start: number): string {
    return this.#pattern.slice(start, this.#at);
  }

  rest(): string {
    return this.#pattern.slice(this.#at);
  }

  startsWith(text: string): boolean {
    return this.#pattern.startsWith(text, this.#at);
  }

  /** Takes exactly `text`, if it is here. */
  take(text: string): boolean {
    const isHere = this.startsWith(text);
    if (isHere) this.#at += text.length;
    return isHere;
  }

  /** Takes a sticky pattern, if it is here. */
  takeMatch(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#pattern) ?? undefined;
    if (found !== undefined) this.#at += found[0].length;
    return found;
  }

  /** Takes one character; only where there is one. */
  codePoint(): number {
    const codePoint = this.#pattern.codePointAt(this.#at) ?? 0;
    this.#at += codePoint > 0xffff ? 2 : 1;
    return codePoint;
  }

  /** Takes an escape that stands for one character, backslash included. */
  escape(): number {
    const start = this.#at;
    this.#at++;
    if (this.isAtEnd) throw regexError('trailing backslash at end of expression', '');
    const octal = this.takeMatch(OCTAL)?.[0];
    if (octal !== undefined) return Number.parseInt(octal, 8);
    const hex = this.takeMatch(HEX);
    if (hex !== undefined) return this.#hexadecimal(hex, start);
    const codePoint = this.codePoint();
    const character = String.fromCodePoint(codePoint);
    const control = Object.hasOwn(CONTROLS, character) ? CONTROLS[character] : undefined;
    if (control !== undefined) return control;
    if (codePoint < 0x80 && !/[A-Za-z0-9]/.test(character)) return codePoint;
    throw regexError('invalid escape sequence', this.since(start));
  }

  #hexadecimal([, short, long]: RegExpExecArray, start: number): number {
    const codePoint = Number.parseInt(short ?? long ?? '', 16);
    if (codePoint > 0x10ffff) throw regexError('invalid escape sequence', this.since(start));
    return codePoint;
  }
}

/** A lone digit other than 0 would be a backreference, which RE2 has not. */
const OCTAL = /0[0-7]{0,2}|[1-7][0-7]{1,2}/y;
const HEX = /x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]+)\})/y;
