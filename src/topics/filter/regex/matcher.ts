/**
 * Runs a program on a text: all alternatives at once, each step of the program at most once per character. So the time is linear in
 * the text, whatever the pattern; there is nothing to go back over. Sets of steps that recur are kept, bounded, with what follows on a
 * character (a lazily built DFA), which makes the usual pattern one map look-up per character.
 */
import { isWordChar } from './char-test.ts';
import type { Program } from './program.ts';
import type { Assertion } from './regex-syntax.ts';

/** The end of the text, where a character would be. */
export const END = -1;

/** What stood before the next character, as far as assertions look back. */
export type Before = 'start' | 'newline' | 'word' | 'other';

interface State {
  /** Steps to go on from, each once. */
  readonly steps: readonly number[];
  readonly before: Before;
  /** By code point. */
  readonly next: Map<number, State>;
}

/** Reached a match: the answer is known. */
const MATCHED: State = { steps: [], before: 'other', next: new Map() };

/** Kept transitions; with more, all are forgotten. */
const MAX_TRANSITIONS = 4_096;

/** Larger sets hardly recur, and naming them would cost more than going through them. */
const MAX_NAMED_STEPS = 64;

export class Matcher {
  readonly #program: Program;
  readonly #initial: State;
  readonly #states = new Map<string, State>();
  #transitions = 0;
  /** Steps reached in this round, and steps to go on from in the next. */
  readonly #reached: Marks;
  readonly #found: Marks;

  constructor(program: Program) {
    this.#program = program;
    this.#initial = { steps: [program.start], before: 'start', next: new Map() };
    this.#reached = new Marks(program.steps.length);
    this.#found = new Marks(program.steps.length);
  }

  /** Whether the pattern matches anywhere in the text. */
  test(text: string): boolean {
    let state = this.#initial;
    for (let at = 0; at < text.length; ) {
      const codePoint = text.codePointAt(at) ?? END;
      at += codePoint > 0xffff ? 2 : 1;
      state = state.next.get(codePoint) ?? this.#advance(state, codePoint);
      if (state === MATCHED) return true;
    }
    return this.#advance(state, END) === MATCHED;
  }

  #advance(state: State, codePoint: number): State {
    const next = this.#nextState(state, codePoint);
    if (codePoint === END) return next;
    if (++this.#transitions > MAX_TRANSITIONS) this.#forget();
    state.next.set(codePoint, next);
    return next;
  }

  #forget(): void {
    this.#transitions = 1;
    this.#states.clear();
    this.#initial.next.clear();
  }

  /** A match may begin anywhere, so every set holds the program's start. */
  #nextState(state: State, codePoint: number): State {
    this.#found.clear();
    this.#found.add(this.#program.start);
    const next = [this.#program.start];
    for (const number of this.#reach(state, codePoint)) {
      const step = this.#program.steps[number];
      if (step?.op === 'match') return MATCHED;
      if (step?.op === 'char' && codePoint !== END && step.test(codePoint) && this.#found.add(step.next)) next.push(step.next);
    }
    return this.#intern(next, beforeOf(codePoint));
  }

  /** All steps that can be gone to without taking a character, where `codePoint` comes next. */
  #reach(state: State, codePoint: number): readonly number[] {
    this.#reached.clear();
    const reached: number[] = [];
    const pending = [...state.steps];
    for (let number = pending.pop(); number !== undefined; number = pending.pop()) {
      if (!this.#reached.add(number)) continue;
      const step = this.#program.steps[number];
      if (step?.op === 'fork') for (const next of step.nexts) pending.push(next);
      else if (step?.op === 'save') pending.push(step.next);
      else if (step?.op !== 'assert') reached.push(number);
      else if (holds(step.assertion, state.before, codePoint)) pending.push(step.next);
    }
    return reached;
  }

  #intern(steps: number[], before: Before): State {
    if (steps.length > MAX_NAMED_STEPS) return { steps, before, next: new Map() };
    const name = `${before} ${steps.sort((a, b) => a - b).join(' ')}`;
    const known = this.#states.get(name);
    if (known !== undefined) return known;
    const state: State = { steps, before, next: new Map() };
    this.#states.set(name, state);
    return state;
  }
}

/** A set of small numbers that is cleared at no cost. */
export class Marks {
  readonly #rounds: Uint32Array;
  #round = 1;

  constructor(size: number) {
    this.#rounds = new Uint32Array(size);
  }

  clear(): void {
    this.#round++;
  }

  /** False if it was in the set before. */
  add(number: number): boolean {
    if (this.#rounds[number] === this.#round) return false;
    this.#rounds[number] = this.#round;
    return true;
  }
}

/** How an assertion sees a character that it looks back at. */
export function beforeOf(codePoint: number): Before {
  if (codePoint === 0x0a) return 'newline';
  return isWordChar(codePoint) ? 'word' : 'other';
}

/** Whether an assertion holds between what stood before and the code point that comes next. */
export function holds(assertion: Assertion, before: Before, next: number): boolean {
  switch (assertion) {
    case 'text-start':
      return before === 'start';
    case 'text-end':
      return next === END;
    case 'line-start':
      return before === 'start' || before === 'newline';
    case 'line-end':
      return next === END || next === 0x0a;
    case 'word-boundary':
      return (before === 'word') !== isWordChar(next);
    case 'no-word-boundary':
      return (before === 'word') === isWordChar(next);
  }
}
