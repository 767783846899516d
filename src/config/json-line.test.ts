import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineOfFault } from './json-line.ts';

test.each([
  ['{', 1],
  ['{\n  "a": 1\n', 3],
  ['{\n  "a": 1,\n}', 3],
  ['{\n  "a": 1\n  "b": 2\n}', 3],
  ['{\n  a: 1\n}', 2],
  ['{\n  "a": [1,\n 2,,\n 3]\n}', 3],
  ['{\n  "a": "x\n",\n "b": 1}', 2],
  ['{\n  "a": "\\q"\n}', 2],
  ['{\n  "a": "\\u12"\n}', 2],
  ['{}\n\n}', 3],
  ['\n\nhello', 3],
])('%j is no JSON in line %d', (text, line) => {
  expect(lineOfFault(text)).toBe(line);
});

test('A stray sign in indented JSON is found in its own line', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 3 }), fc.nat(), (json, at) => {
      const lines = JSON.stringify(JSON.parse(json), undefined, 2).split('\n');
      const line = at % lines.length;
      lines[line] = `@${lines[line]}`;
      expect(lineOfFault(lines.join('\n'))).toBe(line + 1);
    }),
  );
});
