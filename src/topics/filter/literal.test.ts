import { expect, test } from 'vitest';
import { unquoteGo } from './literal.ts';

test.each([
  ['""', ''],
  ['"plain"', 'plain'],
  ['"\\a\\b\\f\\n\\r\\t\\v\\\\\\""', '\x07\b\f\n\r\t\v\\"'],
  ['"\\x41\\102\\u0043\\U00000044"', 'ABCD'],
  ['"\\xc3\\xa9"', 'é'],
  ['"\\U0001F600"', '😀'],
  ['`a\\n"`', 'a\\n"'],
  ['`a\r\nb`', 'a\nb'],
])('%s is the text %j', (literal, text) => {
  expect(unquoteGo(literal)).toBe(text);
});

test.each(['"\\q"', '"\\x4"', '"\\8"', '"\\400"', '"\\ud800"', '"\\U00110000"', '"a\nb"', '"ok\\n\\q"', `"\\'"`])(
  '%j is no literal',
  (literal) => {
    expect(unquoteGo(literal)).toBeUndefined();
  },
);
