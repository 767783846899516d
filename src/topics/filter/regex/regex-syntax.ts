/** What a regular expression is once parsed, and what may be wrong with one, in the words of Go's `regexp`. */
import { KonsulError } from '../../../runtime/errors.ts';
import type { CharTest } from './char-test.ts';

/** Places that a pattern can ask for; they take no character. */
export type Assertion = 'text-start' | 'text-end' | 'line-start' | 'line-end' | 'word-boundary' | 'no-word-boundary';

export type Syntax =
  | { readonly kind: 'empty' }
  | { readonly kind: 'char'; readonly test: CharTest }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly Syntax[] }
  | { readonly kind: 'choice'; readonly options: readonly Syntax[] }
  /** `max` may be Infinity. Lazy: as few times as will do, which matters to groups only. */
  | { readonly kind: 'repeat'; readonly of: Syntax; readonly min: number; readonly max: number; readonly isLazy: boolean }
  /** What a match of it took is remembered under its number, from 1 in the order of the opening brackets; 0 is the whole. */
  | { readonly kind: 'group'; readonly number: number; readonly of: Syntax };

export const EMPTY: Syntax = Object.freeze({ kind: 'empty' });

/** REJECTED with the text of Go's `regexp/syntax`; `part` is the piece of the pattern that is to blame. */
export const regexError = (code: string, part?: string): KonsulError =>
  new KonsulError('REJECTED', `error parsing regexp: ${code}${part === undefined ? '' : `: \`${part}\``}`);
