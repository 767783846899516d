import { expect, test } from 'vitest';
import { HclScanner } from './hcl-scanner.ts';

/** `kind` or `kind:value` of each token, with `@line` where the line is not the one before. */
function tokensOf(text: string): string {
  const scanner = new HclScanner(text);
  const shown: string[] = [];
  for (let line = 1; ; ) {
    const token = scanner.next();
    const value = token.value === '' ? '' : `:${JSON.stringify(token.value)}`;
    shown.push(token.kind + value + (token.line === line ? '' : `@${token.line}`));
    if (token.kind === 'end') return shown.join(' ');
    line = token.line;
  }
}

test.each([
  ['', 'end'],
  ['a-b.c_1 é1 _x', 'name:"a-b.c_1" name:"é1" name:"_x" end'],
  ['true false trueish', 'boolean:true boolean:false name:"trueish" end'],
  ['{}[],=', '{ } [ ] , = end'],
  ['a="b"', 'name:"a" = string:"b" end'],
  ['-5 0x1f .5', 'number:-5 number:31 number:0.5 end'],
  ['<<E\nx\nE\ny', 'heredoc:"x\\n" name:"y"@4 end'],
  ['# c\na // d "\n/* e\n * { */ b #', 'name:"a"@2 name:"b"@4 end'],
  ['/**/a/***/b', 'name:"a" name:"b" end'],
  ['\r\n\ta\r\n', 'name:"a"@2 end@3'],
  ['<<E\r\nx\r\nE\r\n', 'heredoc:"x\\n" end@4'],
])('%j is %s', (text, tokens) => expect(tokensOf(text)).toBe(tokens));

test.each([
  ['a ; b', 'illegal char ";"'],
  ["'a'", 'illegal char "\'"'],
  ['a : 1', 'illegal char ":"'],
  ['\f', 'illegal char "\\f"'],
  ['<a', 'illegal char "<"'],
  ['/a', "expected '/' for comment"],
  ['/* a', 'comment not terminated'],
  ['/*/', 'comment not terminated'],
  ['1x', 'not a number of 64 bits; a text needs quotes'],
  ['99999999999999999999', 'not a number of 64 bits; a text needs quotes'],
])('%j is an error', (text, message) => expect(() => tokensOf(text)).toThrow(message));

test('there is no token after the last', () => {
  const scanner = new HclScanner('a');
  expect([scanner.next().kind, scanner.next().kind, scanner.next().kind]).toEqual(['name', 'end', 'end']);
});
