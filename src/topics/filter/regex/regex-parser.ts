/** Parses RE2 syntax, as Go's `regexp` takes it: no backreferences, no look-around. */

import { anyButNewline, anyChar, type CharTest, foldCase, range } from './char-test.ts';
import { parseBracketClass, parseNamedClass } from './class-parser.ts';
import { PatternReader } from './pattern-reader.ts';
import { type Assertion, EMPTY, regexError, type Syntax } from './regex-syntax.ts';

/** Groups may be nested so deep. */
const MAX_DEPTH = 100;

/** The most that `{n,m}` may ask for, as in RE2. */
const MAX_REPEAT = 1_000;

interface Flags {
  readonly i: boolean;
  readonly s: boolean;
  readonly m: boolean;
  /** Swaps greedy and lazy. */
  readonly U: boolean;
}

/** Throws REJECTED with Go's text (`error parsing regexp: missing closing ): …`). */
export function parseRegex(pattern: string): Syntax {
  return new RegexParser(pattern).whole();
}

class RegexParser {
  readonly #pattern: string;
  readonly #reader: PatternReader;
  #flags: Flags = { i: false, s: false, m: false, U: false };
  #depth = 0;
  #groups = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
    this.#reader = new PatternReader(pattern);
  }

  whole(): Syntax {
    const syntax = this.#choice();
    if (!this.#reader.isAtEnd) throw regexError('unexpected )', this.#pattern);
    return syntax;
  }

  #choice(): Syntax {
    if (++this.#depth > MAX_DEPTH) throw regexError('expression nests too deeply', this.#pattern);
    const options = [this.#sequence()];
    while (this.#reader.take('|')) options.push(this.#sequence());
    this.#depth--;
    return options.length === 1 ? (options[0] ?? EMPTY) : { kind: 'choice', options };
  }

  #sequence(): Syntax {
    const parts: Syntax[] = [];
    while (!this.#reader.isAtEnd && !this.#reader.startsWith('|') && !this.#reader.startsWith(')')) {
      if (this.#reader.take('\\Q')) parts.push(...this.#quoted());
      else if (!this.#takeFlags()) parts.push(this.#repeated(this.#atom()));
      else this.#refuseQuantifier();
    }
    return parts.length === 1 ? (parts[0] ?? EMPTY) : { kind: 'sequence', parts };
  }

  #refuseQuantifier(): void {
    const quantifier = this.#reader.takeMatch(QUANTIFIER);
    if (quantifier !== undefined) throw regexError('missing argument to repetition operator', quantifier[0]);
  }

  /** `\Q…\E`: literal text; a quantifier behind it takes the last character. */
  #quoted(): Syntax[] {
    const text = this.#reader.takeMatch(QUOTED)?.[1] ?? '';
    const parts = [...text].map((character) => this.#literal(character.codePointAt(0) ?? 0));
    const last = parts.pop();
    return last === undefined ? parts : [...parts, this.#repeated(last)];
  }

  #repeated(of: Syntax): Syntax {
    const start = this.#reader.at;
    const quantifier = this.#reader.takeMatch(QUANTIFIER);
    if (quantifier === undefined) return of;
    const second = this.#reader.takeMatch(QUANTIFIER);
    if (second !== undefined) throw regexError('invalid nested repetition operator', this.#reader.since(start));
    const [min, max] = bounds(quantifier);
    if (min > MAX_REPEAT || (max > MAX_REPEAT && max !== Infinity) || min > max) throw regexError('invalid repeat count', quantifier[0]);
    return { kind: 'repeat', of, min, max, isLazy: /.\?$/.test(quantifier[0]) !== this.#flags.U };
  }

  #atom(): Syntax {
    this.#refuseQuantifier();
    const reader = this.#reader;
    if (reader.startsWith('(')) return this.#group();
    if (reader.startsWith('[')) return { kind: 'char', test: parseBracketClass(reader, this.#flags.i) };
    if (reader.startsWith('\\')) return this.#escape();
    if (reader.take('.')) return { kind: 'char', test: this.#flags.s ? anyChar : anyButNewline };
    if (reader.take('^')) return assert(this.#flags.m ? 'line-start' : 'text-start');
    if (reader.take('$')) return assert(this.#flags.m ? 'line-end' : 'text-end');
    return this.#literal(reader.codePoint());
  }

  #escape(): Syntax {
    const assertion = this.#reader.takeMatch(ASSERTION)?.[0];
    if (assertion !== undefined) return assert(ASSERTIONS[assertion] ?? 'text-end');
    const named = parseNamedClass(this.#reader);
    if (named !== undefined) return { kind: 'char', test: this.#folded(named) };
    return this.#literal(this.#reader.escape());
  }

  #literal(codePoint: number): Syntax {
    return { kind: 'char', test: this.#folded(range(codePoint, codePoint)) };
  }

  #folded(test: CharTest): CharTest {
    return this.#flags.i ? foldCase(test) : test;
  }

  /** Flags set within a group end with it. */
  #group(): Syntax {
    const outer = this.#flags;
    const opening = this.#reader.takeMatch(GROUP);
    if (opening === undefined) throw regexError('invalid or unsupported Perl syntax', this.#reader.rest().slice(0, 3));
    const number = opening[1] === undefined ? ++this.#groups : undefined;
    this.#setFlags(opening[1] ?? '');
    const of = this.#choice();
    if (!this.#reader.take(')')) throw regexError('missing closing )', this.#pattern);
    this.#flags = outer;
    return number === undefined ? of : { kind: 'group', number, of };
  }

  /** Takes `(?i)`, which holds to the end of the group around it. */
  #takeFlags(): boolean {
    const flags = this.#reader.takeMatch(FLAGS)?.[1];
    if (flags === undefined) return false;
    this.#setFlags(flags);
    return true;
  }

  #setFlags(text: string): void {
    const [on = '', off = ''] = text.split('-');
    const next = (flag: keyof Flags): boolean => (this.#flags[flag] || on.includes(flag)) && !off.includes(flag);
    this.#flags = { i: next('i'), s: next('s'), m: next('m'), U: next('U') };
  }
}

const QUANTIFIER = /(?:([*+?])|\{([0-9]+)(,?)([0-9]*)\})\??/y;
const QUOTED = /(.*?)(?:\\E|$)/sy;
const ASSERTION = /\\[AzbB]/y;
const FLAGS = /\(\?([imsU]+(?:-[imsU]+)?|-[imsU]+)\)/y;
/** The flags of a group that captures nothing are its first group, if only ''. */
const GROUP = /\((?:\?(?:P?<[A-Za-z0-9_]+>|([imsU]*(?:-[imsU]+)?):)|(?!\?))/y;

const ASSERTIONS: Readonly<Record<string, Assertion>> = {
  '\\A': 'text-start',
  '\\z': 'text-end',
  '\\b': 'word-boundary',
  '\\B': 'no-word-boundary',
};

const assert = (assertion: Assertion): Syntax => ({ kind: 'assertion', assertion });

function bounds([, sign, min = '', comma, max = '']: RegExpExecArray): [number, number] {
  if (sign === '*') return [0, Infinity];
  if (sign === '+') return [1, Infinity];
  if (sign === '?') return [0, 1];
  if (comma === '') return [Number(min), Number(min)];
  return [Number(min), max === '' ? Infinity : Number(max)];
}
