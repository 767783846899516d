/** A parsed pattern as a program of small steps (a Thompson automaton). Its size is bounded, so counted repeats cannot blow it up. */
import type { CharTest } from './char-test.ts';
import { type Assertion, regexError, type Syntax } from './regex-syntax.ts';

/** Steps name the steps that follow by their number. */
export type Step =
  | { readonly op: 'match' }
  | { readonly op: 'char'; readonly test: CharTest; readonly next: number }
  | { readonly op: 'assert'; readonly assertion: Assertion; readonly next: number }
  /** Goes on at all of them. */
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
    if (++this.#pieces > MAX_PIECES) throw regexError('expression too large');
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
    }
  }

  #emitRepeat({ of, min, max }: Syntax & { kind: 'repeat' }, next: number): number {
    let entry = max === Infinity ? this.#emitLoop(of, next) : next;
    if (max !== Infinity) {
      for (let i = min; i < max; i++) entry = this.#push({ op: 'fork', nexts: [this.#emit(of, entry), next] });
    }
    for (let i = 0; i < min; i++) entry = this.#emit(of, entry);
    return entry;
  }

  #emitLoop(of: Syntax, next: number): number {
    const loop = this.#push({ op: 'match' });
    this.#steps[loop] = { op: 'fork', nexts: [this.#emit(of, loop), next] };
    return loop;
  }
}
