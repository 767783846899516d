/** A template's text read from left to right: characters outside of `${…}`, tokens within. Linear: places are counted for errors only. */
import type { KonsulError } from '../../runtime/errors.ts';
import { templateFault } from './value.ts';

export interface Token {
  readonly kind: 'number' | 'name' | 'sign' | 'other' | 'end';
  /** As it stands; '' at the end. */
  readonly text: string;
  /** Where it begins. */
  readonly at: number;
}

const SPACE = /[ \t\r\n]*/y;
const NUMBER = /\d[\d.]*/y;
/** A name may hold dots and dashes: `name.full`. */
const NAME = /[\p{L}_][\p{L}\p{M}\p{N}_.*-]*/uy;
const SIGN = /==|!=|<=|>=|&&|\|\||[-+*/%<>!?:(),}"]/y;
const OTHER = /[\s\S]/uy;

export class ExpressionReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** Takes exactly `text`, if it is here. */
  take(text: string): boolean {
    const isHere = this.#text.startsWith(text, this.#at);
    if (isHere) this.#at += text.length;
    return isHere;
  }

  /** Takes one character; '' at the end. */
  character(): string {
    return this.#match(OTHER);
  }

  /** Takes the next token, and the space before it. */
  token(): Token {
    this.#match(SPACE);
    const at = this.#at;
    const number = this.#match(NUMBER);
    if (number !== '') return { kind: 'number', text: number, at };
    const name = this.#match(NAME);
    if (name !== '') return { kind: 'name', text: name, at };
    const sign = this.#match(SIGN);
    if (sign !== '') return { kind: 'sign', text: sign, at };
    return { kind: this.isAtEnd ? 'end' : 'other', text: this.character(), at };
  }

  /** The next token, which stays. */
  peek(): Token {
    const start = this.#at;
    const token = this.token();
    this.#at = start;
    return token;
  }

  /** Takes the next token if it is this sign. */
  takeSign(sign: string): boolean {
    const isHere = this.peek().text === sign;
    if (isHere) this.token();
    return isHere;
  }

  /** Takes this sign, or throws the parse error. */
  expectSign(sign: string): void {
    const token = this.token();
    if (token.text !== sign) throw this.unexpected(JSON.stringify(sign), token);
  }

  /** `line:column` of a token, from 1:1. */
  placeOf({ at }: Pick<Token, 'at'>): string {
    const lines = this.#text.slice(0, at).split('\n');
    return `${lines.length}:${[...(lines.at(-1) ?? '')].length + 1}`;
  }

  /** The error of a token that should have been something else. */
  unexpected(what: string, token: Token): KonsulError {
    const found = token.kind === 'end' ? 'the end' : JSON.stringify(token.text);
    return templateFault(`parse error at ${this.placeOf(token)}: expected ${what} but found ${found}`);
  }

  #match(expression: RegExp): string {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }
}
