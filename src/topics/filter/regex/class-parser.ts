/** Character classes of RE2: `[a-z\d[:alpha:]]`, `\w`, `\p{Greek}`. */
import { type CharTest, either, except, foldCase, perlClasses, posixClasses, range, unicodeClass } from './char-test.ts';
import type { PatternReader } from './pattern-reader.ts';
import { regexError } from './regex-syntax.ts';

/** Takes a class in brackets; the reader stands on the `[`. */
export function parseBracketClass(reader: PatternReader, ignoreCase: boolean): CharTest {
  const whole = reader.rest();
  reader.take('[');
  const isNegated = reader.take('^');
  const tests: CharTest[] = [];
  do {
    if (reader.isAtEnd) throw regexError('missing closing ]', whole);
    tests.push(parseNamedClass(reader) ?? parseRange(reader, whole));
  } while (!reader.take(']'));
  const folded = ignoreCase ? foldCase(either(tests)) : either(tests);
  return isNegated ? except(folded) : folded;
}

/** Takes a class that has a name, in or out of brackets, if there is one here. */
export function parseNamedClass(reader: PatternReader): CharTest | undefined {
  const posix = reader.takeMatch(POSIX);
  if (posix !== undefined) return parsePosix(posix);
  const perl = reader.takeMatch(PERL)?.[1];
  if (perl !== undefined) return perlClasses[perl];
  const unicode = reader.takeMatch(UNICODE);
  return unicode === undefined ? undefined : parseUnicode(unicode);
}

const POSIX = /\[:(\^?)([a-z]+):\]/y;
const PERL = /\\([dDsSwW])/y;
const UNICODE = /\\([pP])(?:\{(\^?)([^}]*)\}|(.))/uy;

function parsePosix([text, negation, name = '']: RegExpExecArray): CharTest {
  const test = Object.hasOwn(posixClasses, name) ? posixClasses[name] : undefined;
  if (test === undefined) throw regexError('invalid character class range', text);
  return negation === '^' ? except(test) : test;
}

function parseUnicode([text, letter, negation, long, short]: RegExpExecArray): CharTest {
  const test = unicodeClass(long ?? short ?? '');
  if (test === undefined) throw regexError('invalid character class range', text);
  return (letter === 'P') !== (negation === '^') ? except(test) : test;
}

function parseRange(reader: PatternReader, whole: string): CharTest {
  const start = reader.at;
  const from = classChar(reader, whole);
  const isRange = reader.startsWith('-') && !reader.startsWith('-]') && reader.take('-');
  if (!isRange) return range(from, from);
  const to = classChar(reader, whole);
  if (to < from) throw regexError('invalid character class range', reader.since(start));
  return range(from, to);
}

function classChar(reader: PatternReader, whole: string): number {
  if (reader.isAtEnd) throw regexError('missing closing ]', whole);
  return reader.startsWith('\\') ? reader.escape() : reader.codePoint();
}
