/** Sets of characters, as tests of a code point: what `.`, `[a-z]`, `\d` and `\pL` stand for in RE2. */

export type CharTest = (codePoint: number) => boolean;

const NEWLINE = 0x0a;

export const anyChar: CharTest = () => true;

export const anyButNewline: CharTest = (codePoint) => codePoint !== NEWLINE;

export const range =
  (from: number, to: number): CharTest =>
  (codePoint) =>
    codePoint >= from && codePoint <= to;

export const either =
  (tests: readonly CharTest[]): CharTest =>
  (codePoint) =>
    tests.some((test) => test(codePoint));

export const except =
  (test: CharTest): CharTest =>
  (codePoint) =>
    !test(codePoint);

/** Also takes the other case of every character. */
export const foldCase =
  (test: CharTest): CharTest =>
  (codePoint) =>
    test(codePoint) || test(convert(codePoint, 'toLowerCase')) || test(convert(codePoint, 'toUpperCase'));

/** Conversions that change the number of characters do not count. */
function convert(codePoint: number, to: 'toLowerCase' | 'toUpperCase'): number {
  const converted = String.fromCodePoint(codePoint)[to]();
  const first = converted.codePointAt(0) ?? codePoint;
  return converted.length === (first > 0xffff ? 2 : 1) ? first : codePoint;
}

const bounds = (text: string): CharTest =>
  either(Array.from({ length: text.length / 2 }, (_, i) => range(text.charCodeAt(2 * i), text.charCodeAt(2 * i + 1))));

const digit = bounds('09');
const space = bounds('\t\n\f\r  ');

/** ASCII only, as in RE2. */
export const isWordChar: CharTest = bounds('09AZ__az');

/** `\d`, `\s`, `\w` by their letter. */
export const perlClasses: Readonly<Record<string, CharTest>> = {
  d: digit,
  D: except(digit),
  s: space,
  S: except(space),
  w: isWordChar,
  W: except(isWordChar),
};

/** `[:alpha:]` and the like by their name. */
export const posixClasses: Readonly<Record<string, CharTest>> = {
  alnum: bounds('09AZaz'),
  alpha: bounds('AZaz'),
  ascii: bounds('\x00\x7f'),
  blank: bounds('\t\t  '),
  cntrl: bounds('\x00\x1f\x7f\x7f'),
  digit,
  graph: bounds('!~'),
  lower: bounds('az'),
  print: bounds(' ~'),
  punct: bounds('!/:@[`{~'),
  space: bounds('\t\r  '),
  upper: bounds('AZ'),
  word: isWordChar,
  xdigit: bounds('09AFaf'),
};

/** `\p{name}`: a general category or a script; `undefined` if there is none of that name. */
export function unicodeClass(name: string): CharTest | undefined {
  if (name === 'Any') return anyChar;
  if (!/^[A-Za-z_]+$/.test(name)) return undefined;
  for (const property of [`General_Category=${name}`, `Script=${name}`]) {
    try {
      const member = new RegExp(`^\\p{${property}}$`, 'u');
      return (codePoint) => member.test(String.fromCodePoint(codePoint));
    } catch {
      // No such category or script: the engine's table is the only list of them.
    }
  }
  return undefined;
}
