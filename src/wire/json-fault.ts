/** What is wrong with a JSON text, in the words of Go's decoder. Only makes errors; all are BAD_REQUEST. */
import { KonsulError } from '../runtime/errors.ts';

export const malformed = (message: string): KonsulError => new KonsulError('BAD_REQUEST', message);

/** `invalid character 'x' in string literal`; `where` says what was being read. */
export function invalidCharacter(codePoint: number, where: string): KonsulError {
  return malformed(`invalid character ${showCharacter(String.fromCodePoint(codePoint))} ${where}`);
}

function showCharacter(character: string): string {
  if (character === "'") return "'\\''";
  return character === '"' ? `'"'` : `'${JSON.stringify(character).slice(1, -1)}'`;
}

const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Why `token`, which starts with a quote, is no JSON string. */
export function stringFault(token: string): KonsulError {
  for (let at = 1; at < token.length; at++) {
    const code = token.charCodeAt(at);
    if (code < 0x20) return invalidCharacter(code, 'in string literal');
    if (token[at] !== '\\') continue;
    ESCAPE.lastIndex = at;
    const found = ESCAPE.exec(token)?.[0];
    if (found === undefined) return escapeFault(token.slice(at + 1, at + 1 + LONGEST_ESCAPE));
    at += found.length - 1;
  }
  return malformed('unexpected EOF');
}

/** Code units of `u12` and the character that should be its last digits. */
const LONGEST_ESCAPE = 6;

/** `rest` is what follows the backslash. */
function escapeFault(rest: string): KonsulError {
  const digits = /^u[0-9a-fA-F]*/.exec(rest)?.[0] ?? '';
  const codePoint = rest.codePointAt(digits.length);
  if (codePoint === undefined) return malformed('unexpected EOF');
  return invalidCharacter(codePoint, digits === '' ? 'in string escape code' : 'in \\u hexadecimal character escape');
}
