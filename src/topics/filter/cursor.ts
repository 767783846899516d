/** A place in the text of a filter, which can go back, and remembers what would have led further: for the error message. */

import type { KonsulError } from '../../runtime/errors.ts';
import { filterError } from './filter-error.ts';

export class Cursor {
  readonly #text: string;
  #at = 0;
  #farthest = 0;
  readonly #expected = new Set<string>();

  constructor(text: string) {
    this.#text = text;
  }

  /** For `back`. */
  get mark(): number {
    return this.#at;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  /** Returns to a mark; gives `undefined`, so that a rule can fail and go back in one step. */
  back(mark: number): undefined {
    this.#at = mark;
    return undefined;
  }

  /** Takes the pattern (sticky) here, or notes that `expected` was missing. */
  take(pattern: RegExp, expected: string): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) return this.miss(expected);
    this.#at += found.length;
    return found;
  }

  /** Takes exactly this word or mark. */
  word(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) {
      this.miss(JSON.stringify(word));
      return false;
    }
    this.#at += word.length;
    return true;
  }

  /** Takes these words, each with whitespace before and after it. */
  spacedWords(...words: readonly string[]): boolean {
    const start = this.#at;
    if (this.space() && words.every((word) => this.word(word) && this.space())) return true;
    this.back(start);
    return false;
  }

  /** Takes at least one whitespace character. */
  space(): boolean {
    return this.take(SPACE, '[ \\t\\r\\n]') !== undefined;
  }

  skipSpace(): void {
    SPACE.lastIndex = this.#at;
    this.#at += SPACE.exec(this.#text)?.[0].length ?? 0;
  }

  /** Notes that `expected` is not here. */
  miss(expected: string): undefined {
    if (this.#at > this.#farthest) this.#expected.clear();
    this.#farthest = Math.max(this.#farthest, this.#at);
    if (this.#at === this.#farthest) this.#expected.add(expected);
    return undefined;
  }

  /** `1:5 (4): no match found, expected: …` at the farthest place that was reached. */
  syntaxError(): KonsulError {
    const expected = [...this.#expected].sort();
    const last = expected.pop() ?? 'EOF';
    const list = expected.length === 0 ? last : `${expected.join(', ')} or ${last}`;
    return filterError(`${this.#position(this.#farthest)}: no match found, expected: ${list}`);
  }

  errorHere(reason: string): KonsulError {
    return filterError(`${this.#position(this.#at)}: ${reason}`);
  }

  /** Line and column count from 1, the offset counts bytes from 0. */
  #position(at: number): string {
    const before = this.#text.slice(0, at);
    const line = before.split('\n');
    return `${line.length}:${[...(line.at(-1) ?? '')].length + 1} (${Buffer.byteLength(before)})`;
  }
}

const SPACE = /[ \t\r\n]+/y;
