/**
 * The grammar of `?filter=` (go-bexpr 0.1.2), by recursive descent with one step back: a rule that fails leaves the cursor where it
 * was. `not` binds before `and`, `and` before `or`. Knows no record; depth is bounded, and time is linear in the text.
 */
import { Cursor } from './cursor.ts';
import type { Chain, Expression, Match, Operator } from './expression.ts';
import { unquoteGo } from './literal.ts';

/** Parentheses and `not` may be nested so deep. */
const MAX_DEPTH = 100;

/** Parses a whole expression. Throws REJECTED with `1:5 (4): no match found, expected: …`. */
export function parseFilter(text: string): Expression {
  return new FilterParser(text).input();
}

const IDENT = /[a-zA-Z][a-zA-Z0-9_]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?=[\s)]|$)/y;
const STRING = /"(?:[^"\\]|\\.)*"|`[^`]*`/sy;

class FilterParser {
  readonly #cursor: Cursor;
  #depth = 0;

  constructor(text: string) {
    this.#cursor = new Cursor(text);
  }

  input(): Expression {
    this.#cursor.skipSpace();
    const expression = this.#or();
    this.#cursor.skipSpace();
    if (expression !== undefined && this.#cursor.isAtEnd) return expression;
    this.#cursor.miss('EOF');
    throw this.#cursor.syntaxError();
  }

  #or(): Expression | undefined {
    return this.#chain('any', 'or', () => this.#and());
  }

  #and(): Expression | undefined {
    return this.#chain('all', 'and', () => this.#not());
  }

  #chain(kind: Chain['kind'], word: string, operand: () => Expression | undefined): Expression | undefined {
    const first = operand();
    if (first === undefined) return undefined;
    const operands = [first];
    for (let mark = this.#cursor.mark; this.#cursor.spacedWords(word); mark = this.#cursor.mark) {
      const next = operand();
      if (next === undefined) {
        this.#cursor.back(mark);
        break;
      }
      operands.push(next);
    }
    return operands.length === 1 ? first : { kind, operands };
  }

  /** `not` may also be the first word of a match, so its failure is not the end. */
  #not(): Expression | undefined {
    const mark = this.#cursor.mark;
    if (this.#cursor.word('not') && this.#cursor.space()) {
      const operand = this.#nested(() => this.#not());
      if (operand !== undefined) return { kind: 'not', operand };
    }
    this.#cursor.back(mark);
    return this.#parenthesis() ?? this.#match();
  }

  #parenthesis(): Expression | undefined {
    const mark = this.#cursor.mark;
    if (!this.#cursor.word('(')) return undefined;
    this.#cursor.skipSpace();
    const inner = this.#nested(() => this.#or());
    this.#cursor.skipSpace();
    return inner !== undefined && this.#cursor.word(')') ? inner : this.#cursor.back(mark);
  }

  #nested<T>(rule: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw this.#cursor.errorHere(`expression is nested deeper than ${MAX_DEPTH} levels`);
    const result = rule();
    this.#depth--;
    return result;
  }

  #match(): Match | undefined {
    return this.#selectorFirst() ?? this.#valueFirst();
  }

  #selectorFirst(): Match | undefined {
    const mark = this.#cursor.mark;
    const selector = this.#selector();
    if (selector === undefined) return undefined;
    const operator = this.#valueOperator();
    const value = operator && this.#value();
    if (operator !== undefined && value !== undefined) return { kind: 'match', selector, operator, value };
    this.#cursor.back(mark);
    return this.#emptiness();
  }

  #emptiness(): Match | undefined {
    const mark = this.#cursor.mark;
    const selector = this.#selector();
    const isNegated = this.#cursor.spacedWords('is', 'not');
    const isEmpty = isNegated ? this.#cursor.word('empty') : this.#cursor.spacedWords('is') && this.#cursor.word('empty');
    if (selector === undefined || !isEmpty) return this.#cursor.back(mark);
    return { kind: 'match', selector, operator: isNegated ? 'Is Not Empty' : 'Is Empty', value: '' };
  }

  #valueFirst(): Match | undefined {
    const mark = this.#cursor.mark;
    const value = this.#value();
    if (value === undefined) return undefined;
    const isNegated = this.#cursor.spacedWords('not', 'in');
    const selector = isNegated || this.#cursor.spacedWords('in') ? this.#selector() : undefined;
    if (selector === undefined) return this.#cursor.back(mark);
    return { kind: 'match', selector, operator: isNegated ? 'Not In' : 'In', value };
  }

  #valueOperator(): Operator | undefined {
    const cursor = this.#cursor;
    if (this.#sign('==')) return 'Equal';
    if (this.#sign('!=')) return 'Not Equal';
    if (cursor.spacedWords('contains')) return 'In';
    if (cursor.spacedWords('matches')) return 'Matches';
    if (cursor.spacedWords('not', 'contains')) return 'Not In';
    return cursor.spacedWords('not', 'matches') ? 'Not Matches' : undefined;
  }

  #sign(sign: string): boolean {
    const mark = this.#cursor.mark;
    this.#cursor.skipSpace();
    const isHere = this.#cursor.word(sign);
    if (isHere) this.#cursor.skipSpace();
    else this.#cursor.back(mark);
    return isHere;
  }

  #selector(): string[] | undefined {
    const first = this.#cursor.take(IDENT, '[a-zA-Z]');
    if (first === undefined) return undefined;
    const parts = [first];
    for (let part = this.#selectorPart(); part !== undefined; part = this.#selectorPart()) parts.push(part);
    return parts;
  }

  #selectorPart(): string | undefined {
    const mark = this.#cursor.mark;
    if (this.#cursor.word('.')) return this.#cursor.take(IDENT, '[a-zA-Z]') ?? this.#cursor.back(mark);
    if (!this.#cursor.word('[')) return undefined;
    const key = this.#string();
    return key !== undefined && this.#cursor.word(']') ? key : this.#cursor.back(mark);
  }

  #value(): string | undefined {
    return this.#selector()?.join('.') ?? this.#cursor.take(NUMBER, 'number') ?? this.#string();
  }

  #string(): string | undefined {
    const mark = this.#cursor.mark;
    const literal = this.#cursor.take(STRING, 'string');
    return literal === undefined ? undefined : (unquoteGo(literal) ?? this.#cursor.back(mark));
  }
}
