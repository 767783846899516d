/** HCL 1 in tokens, without comments and white space, each with its line. Knows no grammar: that is `hcl-text.ts`. */
import { readHeredoc } from './hcl-heredoc.ts';
import { numberOf } from './hcl-number.ts';
import { readQuoted } from './hcl-string.ts';
import { TextCursor } from './text-cursor.ts';
import type { ConfigSyntaxError } from './tree.ts';

const PUNCTUATION = ['{', '}', '[', ']', ',', '='] as const;

/** `string` is quoted, `heredoc` is not; a `name` is bare. */
export type HclTokenKind = 'boolean' | 'end' | 'heredoc' | 'name' | 'number' | 'string' | (typeof PUNCTUATION)[number];

export interface HclToken {
  readonly kind: HclTokenKind;
  /** Of a value or a name; `''` for all others. */
  readonly value: string | number | boolean;
  /** Where it begins, from 1. */
  readonly line: number;
}

const isSpace = (character: string): boolean => ' \t\r\n'.includes(character);
const isLetter = (character: string): boolean => /[\p{L}_]/u.test(character);
const isOfName = (character: string): boolean => /[\p{L}\p{Nd}_.-]/u.test(character);
const isOfNumber = (character: string): boolean => /[0-9A-Za-z.+-]/.test(character);
const isInLine = (character: string): boolean => character !== '\n';

export class HclScanner {
  readonly #cursor: TextCursor;

  /** As in HCL, a line may end in `\r\n` everywhere, and a value then has only the `\n`. */
  constructor(text: string) {
    this.#cursor = new TextCursor(text.replaceAll('\r\n', '\n'));
  }

  /** The next token, `end` for ever once there is none. Throws ConfigSyntaxError. */
  next(): HclToken {
    this.#skip();
    const { line } = this.#cursor;
    const mark = PUNCTUATION.find((candidate) => this.#cursor.takeIf(candidate));
    if (mark !== undefined) return { kind: mark, value: '', line };
    if (this.#cursor.takeIf('"')) return { kind: 'string', value: readQuoted(this.#cursor), line };
    if (this.#cursor.takeIf('<<')) return { kind: 'heredoc', value: readHeredoc(this.#cursor), line };
    const next = this.#cursor.peek();
    if (next === '') return { kind: 'end', value: '', line };
    if (isLetter(next)) return this.#word(line);
    if (isOfNumber(next)) return this.#number(line);
    throw this.#illegal(next);
  }

  #skip(): void {
    for (;;) {
      this.#cursor.takeWhile(isSpace);
      if (this.#cursor.startsWith('#') || this.#cursor.startsWith('//')) this.#cursor.takeWhile(isInLine);
      else if (this.#cursor.startsWith('/*')) this.#skipLongComment();
      else return;
    }
  }

  #skipLongComment(): void {
    this.#cursor.take(2);
    if (this.#cursor.takeThrough('*/') === undefined) throw this.#cursor.error('comment not terminated');
  }

  #word(line: number): HclToken {
    const word = this.#cursor.takeWhile(isOfName);
    return word === 'true' || word === 'false' ? { kind: 'boolean', value: word === 'true', line } : { kind: 'name', value: word, line };
  }

  #number(line: number): HclToken {
    const value = numberOf(this.#cursor.takeWhile(isOfNumber));
    if (value === undefined) throw this.#cursor.error('not a number of 64 bits; a text needs quotes', line);
    return { kind: 'number', value, line };
  }

  #illegal(character: string): ConfigSyntaxError {
    return this.#cursor.error(character === '/' ? "expected '/' for comment" : `illegal char ${JSON.stringify(character)}`);
  }
}
