/** A parsed pattern as a program of small steps (a Thompson automaton). Its size is bounded, so counted repeats cannot blow it up. */
import type { CharTest } from './char-test.ts';
import { type Assertion, regexError, type Syntax } from './regex-syntax.ts';

/** Steps name the steps that follow by their number. */
export type Step =
  | { readonly op: 'match' }
  | { readonly op: 'char'; readonly test: CharTest; readonly next: number }
  | { readonly op: 'assert'; readonly assertion: Assertion; readonly next: number }
  /** Remembers the place in the text: 2n where group n begins, 2n + 1 where it ends. */
  | { readonly op: 'save'; readonly slot: number; readonly next: number }
  /** Goes on at all of them; the first is preferred. */
  | { readonly op: 'fork'; readonly nexts: readonly number[] };

export interface Program {
  readonly steps: readonly Step[];
  readonly start: number;
}

/** Pieces of a pattern, with repeats written out; the time per character of a text is at most in proportion to it. */
const MAX_PIECES = 1_000;

/** Throws REJECTED (`error parsing regexp: expression too large`). */
export function compileProgram(syntax: Syntax): Program {
  return new Compiler().program(syntax);
}

class Compiler {
  readonly #steps: Step[] = [];
  #pieces = 0;

  program(syntax: Syntax): Program {
    const start = this.#emit(syntax, this.#push({ op: 'match' }));
    return { steps: this.#steps, start };
  }

  #push(step: Step): number {
    return this.#steps.push(step) - 1;
  }

  /** Built from the end: `next` is what follows; gives where to enter. */
  #emit(syntax: Syntax, next: number): number {
    if (syntax.kind !== 'group' && ++this.#pieces > MAX_PIECES) throw regexError('expression too large');
    switch (syntax.kind) {
      case 'empty':
        return next;
      case 'char':
        return this.#push({ op: 'char', test: syntax.test, next });
      case 'assertion':
        return this.#push({ op: 'assert', assertion: syntax.assertion, next });
      case 'sequence':
        return syntax.parts.reduceRight((following, part) => this.#emit(part, following), next);
      case 'choice':
        return this.#push({ op: 'fork', nexts: syntax.options.map((option) => this.#emit(option, next)) });
      case 'repeat':
        return this.#emitRepeat(syntax, next);
      case 'group':
        return this.#emitGroup(syntax, next);
    }
  }

  #emitGroup({ number, of }: Syntax & { kind: 'group' }, next: number): number {
    const end = this.#push({ op: 'save', slot: 2 * number + 1, next });
    return this.#push({ op: 'save', slot: 2 * number, next: this.#emit(of, end) });
  }

  #emitRepeat(repeat: Syntax & { kind: 'repeat' }, next: number): number {
    const { of, min, max } = repeat;
    const isEndless = max === Infinity;
    let entry = isEndless ? this.#emitLoop(repeat, next) : next;
    for (let i = min; !isEndless && i < max; i++) entry = this.#push(oneMore(repeat, this.#emit(of, entry), next));
    for (let i = isEndless ? 1 : 0; i < min; i++) entry = this.#emit(of, entry);
    return entry;
  }

  /** Any number of times, or at least once if `min` says so; in Go's order of preference also where a round takes nothing. */
  #emitLoop(repeat: Syntax & { kind: 'repeat' }, next: number): number {
    const loop = this.#push({ op: 'match' });
    const round = this.#emit(repeat.of, loop);
    this.#steps[loop] = oneMore(repeat, round, next);
    if (repeat.min > 0) return round;
    return isNullable(repeat.of) ? this.#push(oneMore(repeat, round, next)) : loop;
  }
}

/** Whether it can match without taking a character. */
function isNullable(syntax: Syntax): boolean {
  switch (syntax.kind) {
    case 'char':
      return false;
    case 'empty':
    case 'assertion':
      return true;
    case 'sequence':
      return syntax.parts.every(isNullable);
    case 'choice':
      return syntax.options.some(isNullable);
    case 'repeat':
      return syntax.min === 0 || isNullable(syntax.of);
    case 'group':
      return isNullable(syntax.of);
  }
}

/** Once more, or on: in the order of preference. */
const oneMore = ({ isLazy }: { readonly isLazy: boolean }, again: number, next: number): Step => ({
  op: 'fork',
  nexts: isLazy ? [next, again] : [again, next],
});
