import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KonsulError } from '../../runtime/errors.ts';
import type { Expression } from './expression.ts';
import { parseFilter } from './parse.ts';

/** One line per expression: `any(a Equal 1, not(b Is Empty))`. */
function show(expression: Expression): string {
  switch (expression.kind) {
    case 'match':
      return `${expression.selector.join('/')} ${expression.operator} ${JSON.stringify(expression.value)}`;
    case 'not':
      return `not(${show(expression.operand)})`;
    default:
      return `${expression.kind}(${expression.operands.map(show).join(', ')})`;
  }
}

function refusal(text: string): string {
  try {
    parseFilter(text);
  } catch (error) {
    if (error instanceof KonsulError && error.code === 'REJECTED') return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

test.each([
  ['a == 1', 'a Equal "1"'],
  ['a==1', 'a Equal "1"'],
  ['a!= b.c', 'a Not Equal "b.c"'],
  ['a == -1.5', 'a Equal "-1.5"'],
  [' \t a == "x" \n', 'a Equal "x"'],
  ['a == "say \\"hi\\"\\u0041\\x41\\101\\n"', 'a Equal "say \\"hi\\"AAA\\n"'],
  ['a == `raw \\n`', 'a Equal "raw \\\\n"'],
  ['Tags contains web', 'Tags In "web"'],
  ['Tags not contains web', 'Tags Not In "web"'],
  ['web in Tags', 'Tags In "web"'],
  ['"web" not in Tags', 'Tags Not In "web"'],
  ['3 in Tags', 'Tags In "3"'],
  ['a matches `^x`', 'a Matches "^x"'],
  ['a not matches "x"', 'a Not Matches "x"'],
  ['a is empty', 'a Is Empty ""'],
  ['a is not empty', 'a Is Not Empty ""'],
  ['Meta["a-b"].c == x', 'Meta/a-b/c Equal "x"'],
  ['Meta[`a.b`] == x', 'Meta/a.b Equal "x"'],
  ['not a == 1', 'not(a Equal "1")'],
  ['not not a == 1', 'not(not(a Equal "1"))'],
  ['not == 1', 'not Equal "1"'],
  ['a == and and b == or', 'all(a Equal "and", b Equal "or")'],
  ['a == 1 and b == 2 or c == 3', 'any(all(a Equal "1", b Equal "2"), c Equal "3")'],
  ['a == 1 or b == 2 and c == 3', 'any(a Equal "1", all(b Equal "2", c Equal "3"))'],
  ['(a == 1 or b == 2) and not ( c == 3 )', 'all(any(a Equal "1", b Equal "2"), not(c Equal "3"))'],
  ['((a==1))', 'a Equal "1"'],
  ['a == 1\nand b == 2', 'all(a Equal "1", b Equal "2")'],
])('%s is understood', (text, shown) => {
  expect(show(parseFilter(text))).toBe(shown);
});

test.each([
  ['Port == ', '1:9 (8)'],
  ['a = 1', '1:3 (2)'],
  ['a == 1 and', '1:11 (10)'],
  ['a == 1 or b', '1:12 (11)'],
  ['a == 1 b == 2', '1:8 (7)'],
  ['(a == 1', '1:8 (7)'],
  ['a == 1)', '1:7 (6)'],
  ['a == prod-1', '1:10 (9)'],
  ['a == 01', '1:6 (5)'],
  ['a == "\\q"', '1:6 (5)'],
  ['a == "open', '1:6 (5)'],
  ['Tags contains"x"', '1:14 (13)'],
  ['Meta[a] == 1', '1:6 (5)'],
  ['a == "é" x', '1:10 (10)'],
  ['a == 1 and\n ü', '2:2 (12)'],
  ['   ', '1:4 (3)'],
])('%j is refused where it goes wrong', (text, position) => {
  expect(refusal(text)).toMatch(`${position}: no match found, expected: `);
});

test('what was expected is listed', () => {
  expect(refusal('a is')).toBe('1:5 (4): no match found, expected: [ \\t\\r\\n]');
  expect(refusal('a == 1)')).toBe('1:7 (6): no match found, expected: EOF or [ \\t\\r\\n]');
});

test('depth is bounded, length is not', () => {
  expect(show(parseFilter(`${'('.repeat(90)}a==1${')'.repeat(90)}`))).toBe('a Equal "1"');
  expect(refusal(`${'('.repeat(50_000)}a==1`)).toMatch('expression is nested deeper than 100 levels');
  expect(refusal(`${'not '.repeat(50_000)}a==1`)).toMatch('expression is nested deeper than 100 levels');
  const chain = parseFilter(Array.from({ length: 20_000 }, () => 'a==1').join(' and '));
  expect(chain.kind === 'all' && chain.operands.length).toBe(20_000);
});

const word = fc.constantFrom(
  'a',
  'not',
  'and',
  'or',
  'in',
  'is',
  'empty',
  'contains',
  'matches',
  '==',
  '!=',
  '(',
  ')',
  '.',
  '[',
  ']',
  '"x"',
  '`y`',
  '1',
  '-',
  '"',
  '\\',
  ' ',
);

test('any text is understood or refused, and never takes long', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(word, { maxLength: 200 }).map((words) => words.join('')),
        fc.array(word, { maxLength: 200 }).map((words) => words.join(' ')),
      ),
      (text) => {
        try {
          parseFilter(text);
        } catch (error) {
          expect((error as KonsulError).code).toBe('REJECTED');
        }
      },
    ),
    { numRuns: 500 },
  );
});

const expression = fc.letrec<{ value: Expression }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.record({
      kind: fc.constant('match' as const),
      selector: fc.array(fc.constantFrom('a', 'in', 'B_2'), { minLength: 1, maxLength: 3 }),
      operator: fc.constantFrom('Equal', 'Not Equal', 'In', 'Not In', 'Matches', 'Not Matches'),
      value: fc.string({ unit: 'grapheme' }),
    }),
    fc.record({ kind: fc.constant('not' as const), operand: tie('value') }),
  ),
})).value;

const WORDS: Record<string, string> = {
  Equal: '==',
  'Not Equal': '!=',
  In: 'contains',
  'Not In': 'not contains',
  Matches: 'matches',
  'Not Matches': 'not matches',
};

test('what is written out is understood the same', () => {
  const write = (e: Expression): string => {
    if (e.kind === 'match') return `${e.selector.join('.')} ${WORDS[e.operator]} ${JSON.stringify(e.value)}`;
    return e.kind === 'not' ? `not (${write(e.operand)})` : e.operands.map(write).join(` ${e.kind} `);
  };
  fc.assert(
    fc.property(expression, (e) => {
      expect(parseFilter(write(e))).toEqual(e);
    }),
  );
});
