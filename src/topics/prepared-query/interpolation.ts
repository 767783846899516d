/**
 * Texts with `${…}` in them, as in Consul's query templates (HIL): `${name.suffix}`, `${match(1)}`, arithmetic, comparison, `? :`, quoted
 * texts; `$${` is a plain `${`. A text is parsed once into a function. Every part is evaluated, also behind `&&` and `?`, so that a trial
 * shows every fault. Knows no query.
 */
import { ExpressionReader, type Token } from './expression-reader.ts';
import { integerOf, operate, templateFault, toBoolean, toInteger, toText, type Value } from './value.ts';

/** What names stand for. */
export interface Scope {
  /** `undefined` for an unknown name. */
  variable(name: string): string | undefined;
  /** What a group of the template's expression took; '' if there is none. */
  match(group: number): string;
}

/** Gives the text for a scope. Throws REJECTED with what cannot be evaluated. */
export type TextTemplate = (scope: Scope) => string;

/** Throws REJECTED (`parse error at 1:3: …`). */
export function compileText(text: string): TextTemplate {
  return text.includes('$') ? new Parser(text).whole() : () => text;
}

type Expression = (scope: Scope) => Value;

/** Expressions may be nested so deep. */
const MAX_DEPTH = 50;
/** Binary operators in one text; each is a call within the next one. */
const MAX_OPERATORS = 500;

/** From the weakest to the strongest. */
const PRECEDENCE: readonly (readonly string[])[] = [['||'], ['&&'], ['==', '!='], ['<', '>', '<=', '>='], ['+', '-'], ['*', '/', '%']];

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ['n', '\n'],
  ['"', '"'],
]);

class Parser {
  readonly #reader: ExpressionReader;
  #depth = 0;
  #operators = 0;

  constructor(text: string) {
    this.#reader = new ExpressionReader(text);
  }

  whole(): TextTemplate {
    return this.#text(false);
  }

  /** Literal text and expressions, up to the end or to the closing quote. */
  #text(isQuoted: boolean): TextTemplate {
    const parts: Expression[] = [];
    let literal = '';
    const flush = (): void => {
      const text = literal;
      if (text !== '') parts.push(() => text);
      literal = '';
    };
    while (!this.#isTextEnd(isQuoted)) {
      if (this.#reader.take('$$')) literal += '$';
      else if (isQuoted && this.#reader.take('\\')) literal += this.#escaped();
      else if (this.#reader.take('${')) {
        flush();
        parts.push(this.#expression());
        this.#reader.expectSign('}');
      } else literal += this.#reader.character();
    }
    flush();
    return (scope) => parts.map((part) => toText(part(scope))).join('');
  }

  #isTextEnd(isQuoted: boolean): boolean {
    if (isQuoted && this.#reader.take('"')) return true;
    if (!this.#reader.isAtEnd) return false;
    if (isQuoted) throw this.#reader.unexpected('a closing quote', this.#reader.token());
    return true;
  }

  #escaped(): string {
    const escaped = ESCAPES.get(this.#reader.character());
    if (escaped === undefined) throw templateFault('invalid backslash escape sequence');
    return escaped;
  }

  #expression(): Expression {
    if (++this.#depth > MAX_DEPTH) throw templateFault('expressions nest too deeply');
    const condition = this.#operation(0);
    const expression = this.#reader.takeSign('?') ? this.#choice(condition) : condition;
    this.#depth--;
    return expression;
  }

  #choice(condition: Expression): Expression {
    const then = this.#expression();
    this.#reader.expectSign(':');
    const otherwise = this.#expression();
    return (scope) => {
      const [isTrue, one, other] = [toBoolean(condition(scope)), then(scope), otherwise(scope)];
      return isTrue ? one : other;
    };
  }

  #operation(level: number): Expression {
    const operators = PRECEDENCE[level];
    if (operators === undefined) return this.#term();
    let left = this.#operation(level + 1);
    for (let next = this.#reader.peek().text; operators.includes(next); next = this.#reader.peek().text) {
      if (++this.#operators > MAX_OPERATORS) throw templateFault('expression too large');
      const operator = this.#reader.token().text;
      left = operation(operator, left, this.#operation(level + 1));
    }
    return left;
  }

  #term(): Expression {
    const token = this.#reader.token();
    if (token.kind === 'number') return this.#number(token);
    if (token.kind === 'name') return this.#named(token);
    if (token.text === '"') return this.#text(true);
    if (token.text === '(') return this.#bracketed();
    if (token.text === '-' || token.text === '!') return this.#signed(token.text);
    throw this.#reader.unexpected('an expression', token);
  }

  #bracketed(): Expression {
    const inner = this.#expression();
    this.#reader.expectSign(')');
    return inner;
  }

  #signed(sign: '-' | '!'): Expression {
    if (++this.#depth > MAX_DEPTH) throw templateFault('expressions nest too deeply');
    const operand = this.#term();
    this.#depth--;
    return sign === '-' ? operation('-', () => 0n, operand) : (scope) => !toBoolean(operand(scope));
  }

  #number(token: Token): Expression {
    const value = token.text.includes('.') ? Number(token.text) : integerOf(token.text);
    if (value === undefined || Number.isNaN(value)) throw this.#reader.unexpected('a number', token);
    return () => value;
  }

  #named(token: Token): Expression {
    const { text: name } = token;
    if (name === 'true' || name === 'false') return () => name === 'true';
    if (this.#reader.takeSign('(')) return this.#call(token);
    return (scope) => {
      const value = scope.variable(name);
      if (value === undefined) throw templateFault(`${this.#reader.placeOf(token)}: unknown variable accessed: ${name}`);
      return value;
    };
  }

  /** `match` is the only function. */
  #call(token: Token): Expression {
    const given = this.#arguments();
    const place = (): string => this.#reader.placeOf(token);
    if (token.text !== 'match') {
      return () => {
        throw templateFault(`${place()}: unknown function called: ${token.text}`);
      };
    }
    const [group, ...others] = given;
    if (group === undefined || others.length > 0) {
      return () => {
        throw templateFault(`${place()}: match: expected 1 arguments, got ${given.length}`);
      };
    }
    return (scope) => scope.match(Number(toInteger(group(scope))));
  }

  #arguments(): readonly Expression[] {
    if (this.#reader.takeSign(')')) return [];
    const given = [this.#expression()];
    while (this.#reader.takeSign(',')) given.push(this.#expression());
    this.#reader.expectSign(')');
    return given;
  }
}

const operation =
  (operator: string, left: Expression, right: Expression): Expression =>
  (scope) =>
    operate(operator, left(scope), right(scope));
