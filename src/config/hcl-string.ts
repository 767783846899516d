/**
 * A quoted text of HCL 1: escapes are Go's, and `${…}` stays as it is written, quotes and line ends included, since Consul gives it to
 * nobody to replace. (Learnt from hashicorp/hcl 1.0: hcl/scanner, hcl/strconv.)
 */
import type { TextCursor } from './text-cursor.ts';

const SIMPLE: ReadonlyMap<string, string> = new Map([
  ['a', '\u0007'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
  ['"', '"'],
]);

/** Digits after the letter. Octal ones have no letter. */
const HEX_DIGITS: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);
const OCTAL_DIGITS = 3;
const MAX_CODE_POINT = 0x10ffff;

const isPlain = (character: string): boolean => !'"\\\n$'.includes(character);
const isPlainInside = (character: string): boolean => !'\\{}'.includes(character);
const isHexadecimal = (text: string): boolean => /^[0-9a-fA-F]+$/.test(text);
const isOctal = (text: string): boolean => /^[0-7]+$/.test(text);

/** The cursor stands behind the opening quote, and afterwards behind the closing one. */
export function readQuoted(cursor: TextCursor): string {
  const text = new PiecedText();
  while (!cursor.takeIf('"')) {
    if (cursor.takeIf('${')) text.add(interpolation(cursor));
    else if (cursor.takeIf('\\')) text.add(readEscape(cursor));
    else text.add(plain(cursor));
  }
  return text.toString();
}

function plain(cursor: TextCursor): string {
  if (cursor.isAtEnd || cursor.startsWith('\n')) throw cursor.error('literal not terminated');
  return cursor.takeIf('$') ? '$' : cursor.takeWhile(isPlain);
}

/** Behind `${`: up to its closing brace, as written. Quotes do not end the text in here; escapes must be good all the same. */
function interpolation(cursor: TextCursor): string {
  const start = cursor.offset;
  for (let open = 1; open > 0; ) {
    cursor.takeWhile(isPlainInside);
    if (cursor.takeIf('{')) open++;
    else if (cursor.takeIf('}')) open--;
    else if (cursor.takeIf('\\')) readEscape(cursor);
    else throw cursor.error('literal not terminated');
  }
  return `\${${cursor.since(start)}`;
}

/** Behind the backslash. A text, or one byte of UTF-8: `\x` and octal escapes are bytes, `\u` and `\U` code points. */
function readEscape(cursor: TextCursor): string | number {
  const letter = cursor.peek();
  if (isOctal(letter)) return octalByte(cursor);
  const simple = SIMPLE.get(letter);
  const hexDigits = HEX_DIGITS.get(letter);
  if (simple === undefined && hexDigits === undefined) throw cursor.error('illegal char escape');
  cursor.take(1);
  if (hexDigits === undefined) return simple ?? '';
  const value = digits({ cursor, length: hexDigits, base: 16, fits: isHexadecimal });
  return letter === 'x' ? value : characterOf(value, cursor);
}

/** Half a surrogate pair is no character. */
function characterOf(point: number, cursor: TextCursor): string {
  if (point > MAX_CODE_POINT) throw cursor.error('illegal char escape');
  return point >= 0xd800 && point <= 0xdfff ? '\uFFFD' : String.fromCodePoint(point);
}

function octalByte(cursor: TextCursor): number {
  const value = digits({ cursor, length: OCTAL_DIGITS, base: 8, fits: isOctal });
  if (value > 0xff) throw cursor.error('illegal char escape');
  return value;
}

interface Digits {
  readonly cursor: TextCursor;
  readonly length: number;
  readonly base: number;
  readonly fits: (text: string) => boolean;
}

function digits({ cursor, length, base, fits }: Digits): number {
  const { line } = cursor;
  const text = cursor.take(length);
  if (text.length < length || !fits(text)) throw cursor.error('illegal char escape', line);
  return Number.parseInt(text, base);
}

/** A text made of texts and of bytes; bytes that follow each other may be one character in UTF-8. */
class PiecedText {
  readonly #pieces: string[] = [];
  #bytes: number[] = [];

  add(piece: string | number): void {
    if (typeof piece === 'number') {
      this.#bytes.push(piece);
      return;
    }
    this.#flush();
    this.#pieces.push(piece);
  }

  toString(): string {
    this.#flush();
    return this.#pieces.join('');
  }

  #flush(): void {
    if (this.#bytes.length === 0) return;
    this.#pieces.push(Buffer.from(this.#bytes).toString('utf8'));
    this.#bytes = [];
  }
}
