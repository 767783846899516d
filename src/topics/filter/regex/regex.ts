/**
 * Regular expressions for callers that are not trusted. The patterns are RE2's, and like RE2 they are run in time linear in the text:
 * the engine's own `RegExp` backtracks, and `(a+)+$` or even `.*.*.*=` on a few KB of check output would hold the process for minutes.
 */
import { Matcher } from './matcher.ts';
import { compileProgram } from './program.ts';
import { parseRegex } from './regex-parser.ts';
import { regexError } from './regex-syntax.ts';

/** Longer patterns are refused. */
export const MAX_PATTERN_LENGTH = 512;

/**
 * Whether a text holds a match, anywhere, case-sensitive. Throws REJECTED with Go's text (`error parsing regexp: missing closing ): …`).
 * The result keeps a bounded cache and may be kept and shared.
 */
export function compileRegex(pattern: string): (text: string) => boolean {
  if (pattern.length > MAX_PATTERN_LENGTH) throw regexError('expression too large');
  const matcher = new Matcher(compileProgram(parseRegex(pattern)));
  return (text) => matcher.test(text);
}
