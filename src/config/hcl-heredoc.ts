/**
 * A heredoc of HCL 1, `<<NAME` and `<<-NAME`, with its rules of indentation as they are, not as one would wish them. (Learnt from
 * hashicorp/hcl 1.0: hcl/scanner, hcl/token.)
 */
import type { TextCursor } from './text-cursor.ts';

const isOfAnchor = (character: string): boolean => /[\p{L}\p{Nd}_]/u.test(character);
const isIndent = (character: string): boolean => ' \t\v\f\r'.includes(character);

/**
 * The cursor stands behind `<<`, and afterwards on the line after the closing one. `<<` keeps all as it is, and so ends with what stands
 * before the closing name. `<<-` takes the closing line's indent off every line, unless one of them, an empty one too, has less: then off none.
 */
export function readHeredoc(cursor: TextCursor): string {
  const { line } = cursor;
  const isIndented = cursor.takeIf('-');
  const anchor = cursor.takeWhile(isOfAnchor);
  if (cursor.isAtEnd) throw cursor.error('heredoc not terminated', line);
  if (!cursor.takeIf('\n')) throw cursor.error('invalid characters in heredoc anchor');
  if (anchor === '') throw cursor.error('zero-length heredoc anchor', line);
  const lines: string[] = [];
  for (;;) {
    const text = cursor.takeThrough('\n')?.slice(0, -1);
    if (text === undefined) throw cursor.error(notTerminated(isIndented), line);
    const indent = closingIndent(text, anchor);
    // HCL compares lengths with the minus counted in: without any indent, the name does not close `<<-NAME`.
    if (indent === undefined || (isIndented && indent === '')) lines.push(text);
    else return isIndented ? unindented(lines, indent) : textOf(lines) + indent;
  }
}

function notTerminated(isIndented: boolean): string {
  return `heredoc not terminated${isIndented ? ' (with <<- the line that ends it must be indented)' : ''}`;
}

/** `undefined` if the line is not the closing one. */
function closingIndent(line: string, anchor: string): string | undefined {
  let start = 0;
  while (start < line.length && isIndent(line.charAt(start))) start++;
  let end = line.length;
  while (end > start && line.charAt(end - 1) === '\r') end--;
  return line.slice(start, end) === anchor ? line.slice(0, start) : undefined;
}

function unindented(lines: readonly string[], indent: string): string {
  return textOf(lines.every((line) => line.startsWith(indent)) ? lines.map((line) => line.slice(indent.length)) : lines);
}

const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
