/** JSON with the line of every value and every error. A name that comes twice counts as it stands last, as in Consul. */
import { TextCursor } from './text-cursor.ts';
import { type ConfigBlock, type ConfigList, type ConfigMember, ConfigSyntaxError, type ConfigTree, checkDepth } from './tree.ts';

export interface JsonOptions {
  /** Whether one comma may stand before a closing brace or bracket. Default: no. */
  readonly trailingCommas?: boolean;
}

const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
/** No number that means anything is longer; more is not looked at. */
const MAX_NUMBER_CHARS = 100;

const isSpace = (character: string): boolean => ' \t\r\n'.includes(character);
const isOfWord = (character: string): boolean => /[0-9A-Za-z.+-]/.test(character);
/** Neither the end of a string, nor a control character, which none may hold. */
const isOfString = (character: string): boolean => character !== '"' && character !== '\\' && character >= ' ';

/** Throws ConfigSyntaxError. The text must be one object. */
export function parseJson(text: string, options: JsonOptions = {}): ConfigBlock {
  return new JsonParser(text, options.trailingCommas === true).file();
}

class JsonParser {
  readonly #cursor: TextCursor;
  readonly #trailingCommas: boolean;

  constructor(text: string, trailingCommas: boolean) {
    this.#cursor = new TextCursor(text);
    this.#trailingCommas = trailingCommas;
  }

  file(): ConfigBlock {
    this.#skipSpace();
    const { line } = this.#cursor;
    const value = this.#value(1);
    if (value.kind !== 'block') throw new ConfigSyntaxError(line, 'must hold one object, { … }');
    this.#skipSpace();
    if (!this.#cursor.isAtEnd) throw this.#expected('the end of the file');
    return value;
  }

  /** The cursor stands on its first character, and afterwards behind its last one. */
  #value(depth: number): ConfigTree {
    const { line } = this.#cursor;
    if (this.#cursor.takeIf('{')) return this.#block(depth, line);
    if (this.#cursor.takeIf('[')) return this.#list(depth, line);
    if (this.#cursor.startsWith('"')) return { kind: 'scalar', value: this.#string(), line };
    return { kind: 'scalar', value: this.#word(), line };
  }

  #block(depth: number, line: number): ConfigBlock {
    const members = new Map<string, ConfigMember>();
    this.#series('}', depth, () => {
      const member = this.#member(depth);
      members.set(member.name, member);
    });
    return { kind: 'block', members: [...members.values()], line };
  }

  #member(depth: number): ConfigMember {
    const { line } = this.#cursor;
    if (!this.#cursor.startsWith('"')) throw this.#expected('a name in quotes');
    const name = this.#string();
    this.#skipSpace();
    if (!this.#cursor.takeIf(':')) throw this.#expected('":" after a name');
    this.#skipSpace();
    return { name, line, value: this.#value(depth + 1) };
  }

  #list(depth: number, line: number): ConfigList {
    const items: ConfigTree[] = [];
    this.#series(']', depth, () => items.push(this.#value(depth + 1)));
    return { kind: 'list', items, line };
  }

  /** What stands between commas up to `close`, which is taken too. */
  #series(close: '}' | ']', depth: number, readOne: () => void): void {
    checkDepth(depth, this.#cursor.line);
    this.#skipSpace();
    if (this.#cursor.takeIf(close)) return;
    for (;;) {
      readOne();
      this.#skipSpace();
      if (this.#cursor.takeIf(close)) return;
      if (!this.#cursor.takeIf(',')) throw this.#expected(`"," or "${close}"`);
      this.#skipSpace();
      if (this.#trailingCommas && this.#cursor.takeIf(close)) return;
    }
  }

  #string(): string {
    const { line, offset } = this.#cursor;
    this.#cursor.take(1);
    for (;;) {
      this.#cursor.takeWhile(isOfString);
      if (this.#cursor.takeIf('"')) return this.#unescaped(this.#cursor.since(offset), line);
      if (this.#cursor.isAtEnd || !this.#cursor.startsWith('\\')) throw this.#cursor.error('a text is not ended in its line');
      this.#cursor.take(2);
    }
  }

  /** `quoted` has no line end in it, so that all of it is on `line`. */
  #unescaped(quoted: string, line: number): string {
    try {
      return JSON.parse(quoted) as string;
    } catch {
      throw new ConfigSyntaxError(line, 'a text has an escape that JSON does not know');
    }
  }

  #word(): number | boolean | null {
    const { line } = this.#cursor;
    if (!isOfWord(this.#cursor.peek() || ' ')) throw this.#expected('a value');
    const text = this.#cursor.takeWhile(isOfWord);
    const word = WORDS.get(text);
    if (word !== undefined) return word;
    const value = text.length <= MAX_NUMBER_CHARS && NUMBER.test(text) ? Number(text) : Number.NaN;
    if (!Number.isFinite(value)) throw new ConfigSyntaxError(line, 'expected a value; a text needs quotes');
    return value;
  }

  #skipSpace(): void {
    this.#cursor.takeWhile(isSpace);
  }

  #expected(what: string): ConfigSyntaxError {
    const next = this.#cursor.peek();
    return this.#cursor.error(`expected ${what}, got ${next === '' ? 'the end of the file' : JSON.stringify(next)}`);
  }
}
