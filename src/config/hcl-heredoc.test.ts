import { expect, test } from 'vitest';
import { readHeredoc } from './hcl-heredoc.ts';
import { TextCursor } from './text-cursor.ts';
import { ConfigSyntaxError } from './tree.ts';

/** What the heredoc says, and what is left behind it. */
function read(source: string): readonly [string, string] {
  const cursor = new TextCursor(source);
  cursor.take(2);
  return [readHeredoc(cursor), cursor.takeWhile(() => true)];
}

test.each([
  ['all as it is', `<<EOF\n a\n\n  "b" \\n \${c}\nEOF\n`, ` a\n\n  "b" \\n \${c}\n`],
  ['nothing', '<<EOF\nEOF\n', ''],
  ['the indent of the closing line is left in the text', '<<EOF\n  a\n  EOF\n', '  a\n  '],
  ['a name of other letters and digits', '<<ÉÀ_1\na\nÉÀ_1\n', 'a\n'],
  ['a name with something behind it does not close', '<<EOF\nEOF x\nEOFX\nx EOF\nEOF\n', 'EOF x\nEOFX\nx EOF\n'],
  ['carriage returns behind the name do not count', '<<EOF\na\nEOF\r\r\n', 'a\n'],
  ['the closing indent is taken off', '<<-EOF\n    a\n      b\n    EOF\n', 'a\n  b\n'],
  ['tabs are an indent too', '<<-EOF\n\ta\n\tEOF\n', 'a\n'],
  ['one line with less indent keeps them all', '<<-EOF\n    a\n  b\n    EOF\n', '    a\n  b\n'],
  ['an empty line has less indent', '<<-EOF\n  a\n\n  b\n  EOF\n', '  a\n\n  b\n'],
  ['other white space is another indent', '<<-EOF\n\ta\n  EOF\n', '\ta\n'],
  ['a name without any indent does not close', '<<-EOF\n  a\nEOF\n  EOF\n', '  a\nEOF\n'],
  ['nothing, indented', '<<-EOF\n  EOF\n', ''],
])('%s', (_what, source, text) => expect(read(`${source}rest`)).toEqual([text, 'rest']));

test.each([
  ['no closing line', '<<EOF\na\n', 'heredoc not terminated'],
  ['a closing line that the file ends in', '<<EOF\na\nEOF', 'heredoc not terminated'],
  ['no line at all', '<<EOF', 'heredoc not terminated'],
  ['an unindented closing line', '<<-EOF\n a\nEOF\n', 'heredoc not terminated (with <<- the line that ends it must be indented)'],
  ['something behind the name', '<<EOF \na\nEOF\n', 'invalid characters in heredoc anchor'],
  ['a quoted name', '<<"EOF"\na\nEOF\n', 'invalid characters in heredoc anchor'],
  ['no name', '<<\na\n\n', 'zero-length heredoc anchor'],
  ['no name but the minus', '<<-\na\n\n', 'zero-length heredoc anchor'],
])('%s is an error in its first line', (_what, source, message) => {
  expect(() => read(source)).toThrow(expect.objectContaining({ line: 1, message }));
  expect(() => read(source)).toThrow(ConfigSyntaxError);
});
