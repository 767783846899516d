import { expect, test } from 'vitest';
import { readQuoted } from './hcl-string.ts';
import { TextCursor } from './text-cursor.ts';
import { ConfigSyntaxError } from './tree.ts';

/** What the quoted text says, and what is left behind it. */
function read(source: string): readonly [string, string] {
  const cursor = new TextCursor(source);
  cursor.take(1);
  return [readQuoted(cursor), cursor.takeWhile(() => true)];
}

test.each([
  ['nothing', '""', ''],
  ['plain text', '"a b # c // d"', 'a b # c // d'],
  ['every short escape', String.raw`"\a\b\f\n\r\t\v\\\""`, '\u0007\b\f\n\r\t\v\\"'],
  ['code points', String.raw`"\u00e9\U0001F600"`, 'é😀'],
  ['bytes that make a character', String.raw`"\xc3\xa9\303\251x"`, 'ééx'],
  ['bytes that make none', String.raw`"\xc3x\xff"`, '\uFFFDx\uFFFD'],
  ['half a surrogate pair', String.raw`"\ud83d\ude00"`, '\uFFFD\uFFFD'],
  ['a dollar alone', '"a$b$$c$"', 'a$b$$c$'],
  ['an interpolation', `"a \${b} c"`, `a \${b} c`],
  ['quotes, braces and escapes within', `"\${f("x", {}) \\n \\"}"`, `\${f("x", {}) \\n \\"}`],
  ['lines within', `"\${a\nb}"`, `\${a\nb}`],
  ['a second one right after', `"\${a}\${b}"`, `\${a}\${b}`],
  ['a dollar before it', `"$\${a}"`, `$\${a}`],
  ['a bare carriage return', '"a\rb"', 'a\rb'],
])('%s', (_what, source, text) => expect(read(`${source}rest`)).toEqual([text, 'rest']));

test.each([
  ['no end', '"a', 'literal not terminated'],
  ['a line end', '"a\n"', 'literal not terminated'],
  ['no end of an interpolation', `"\${a"`, 'literal not terminated'],
  ['no end after a dollar', '"$', 'literal not terminated'],
  ['an unknown escape', String.raw`"\q"`, 'illegal char escape'],
  ['an unknown escape in an interpolation', `"\${\\q}"`, 'illegal char escape'],
  ['an escaped single quote', String.raw`"\'"`, 'illegal char escape'],
  ['an escaped dollar', `"\\\${a}"`, 'illegal char escape'],
  ['an escape without end', '"\\', 'illegal char escape'],
  ['too few digits', String.raw`"\x4"`, 'illegal char escape'],
  ['too few octal digits', String.raw`"\18"`, 'illegal char escape'],
  ['an octal byte that is too large', String.raw`"\777"`, 'illegal char escape'],
  ['a code point that is too large', String.raw`"\U00110000"`, 'illegal char escape'],
])('%s is an error in the line where it is', (_what, source, message) => {
  expect(() => read(source)).toThrow(new ConfigSyntaxError(1, message));
});

test('a fault inside an interpolation is on its own line', () => {
  expect(() => read(`"\${a\n\\q}"`)).toThrow(expect.objectContaining({ line: 2 }));
});
