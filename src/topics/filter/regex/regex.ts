/**
 * Regular expressions for callers that are not trusted. The patterns are RE2's, and like RE2 they are run in time linear in the text:
 * the engine's own `RegExp` backtracks, and `(a+)+$` or even `.*.*.*=` on a few KB of check output would hold the process for minutes.
 */
import { GroupFinder } from './group-finder.ts';
import { Matcher } from './matcher.ts';
import { compileProgram } from './program.ts';
import { parseRegex } from './regex-parser.ts';
import { regexError } from './regex-syntax.ts';

/** Longer patterns are refused. */
export const MAX_PATTERN_LENGTH = 512;

export interface SizedRegex {
  /** Whether a text holds a match, anywhere, case-sensitive. Keeps a bounded cache; may be kept and shared. */
  readonly test: (text: string) => boolean;
  /** Of the compiled pattern: a text costs at most its length times this. */
  readonly steps: number;
}

/** As `compileRegex`, for callers that bound what they spend. */
export function compileSized(pattern: string): SizedRegex {
  if (pattern.length > MAX_PATTERN_LENGTH) throw regexError('expression too large');
  const program = compileProgram(parseRegex(pattern));
  const matcher = new Matcher(program);
  return { test: (text) => matcher.test(text), steps: program.steps.length };
}

/**
 * Whether a text holds a match, anywhere, case-sensitive. Throws REJECTED with Go's text (`error parsing regexp: missing closing ): …`).
 * The result keeps a bounded cache and may be kept and shared.
 */
export const compileRegex = (pattern: string): ((text: string) => boolean) => compileSized(pattern).test;

/** What the groups of the first match took, the whole match first; '' for a group that took no part. `undefined`: no match. */
export type FindGroups = (text: string) => readonly string[] | undefined;

/** As `compileRegex`, for callers that need the groups; slower. */
export function compileGroups(pattern: string): FindGroups {
  if (pattern.length > MAX_PATTERN_LENGTH) throw regexError('expression too large');
  const finder = new GroupFinder(compileProgram({ kind: 'group', number: 0, of: parseRegex(pattern) }));
  return (text) => {
    const places = finder.find(text);
    if (places === undefined) return undefined;
    return Array.from({ length: Math.ceil(places.length / 2) }, (_, group) =>
      text.slice(places[2 * group] ?? 0, places[2 * group + 1] ?? 0),
    );
  };
}
