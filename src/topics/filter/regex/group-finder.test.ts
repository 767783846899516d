import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileGroups } from './regex.ts';

test.each<[pattern: string, text: string, groups: readonly string[] | undefined]>([
  ['a', 'xay', ['a']],
  ['b', 'xay', undefined],
  ['', 'xay', ['']],
  ['^(.*)-(.*)$', 'a-b-c', ['a-b-c', 'a-b', 'c']],
  ['^(.*?)-(.*)$', 'a-b-c', ['a-b-c', 'a', 'b-c']],
  ['(?U)^(.*)-(.*)$', 'a-b-c', ['a-b-c', 'a', 'b-c']],
  ['(?U)^(.*?)-(.*)$', 'a-b-c', ['a-b-c', 'a-b', 'c']],
  ['(?:x|(y))(z)', 'xz', ['xz', '', 'z']],
  ['(?P<one>a)(?<two>b)', 'ab', ['ab', 'a', 'b']],
  ['((a)(b))', 'ab', ['ab', 'ab', 'a', 'b']],
  ['(a|ab)(c|bcd)', 'abcd', ['abcd', 'a', 'bcd']],
  ['(a){2}', 'aa', ['aa', 'a']],
  ['(a|b)+', 'abab', ['abab', 'b']],
  ['(a+?)(a*)', 'aaa', ['aaa', 'a', 'aa']],
  ['x{1,2}?(x*)', 'xxx', ['xxx', 'xx']],
  ['\\b(\\w+)\\b', '-word-', ['word', 'word']],
  ['(?i)(ABC)', 'xabc', ['abc', 'abc']],
  ['(.)', '😀', ['😀', '😀']],
  ['a*', 'baa', ['']],
  ['(?m)^(b)$', 'a\nb\nc', ['b', 'b']],
  // Rounds that take nothing, as in Go since 1.17 (golang.org/issue/46123); before, only those of `*` were otherwise.
  ['(?:(a*?))+', 'ab', ['', '']],
  ['^(.((?U)a*)+)*', '-a', ['-a', 'a', '']],
  ['^((((a|b))*?|(ab|a)))+', 'abb', ['', '', '']],
  ['^(((a*?)|ab?))*', 'a-', ['', '', '', '']],
  ['^(|a)*', 'aa', ['', '']],
  ['^(|a)+', 'aa', ['', '']],
  ['^(a|)*', 'aa', ['aa', 'a']],
])('%s on %s takes %j', (pattern, text, groups) => {
  expect(compileGroups(pattern)(text)).toEqual(groups);
});

test.each([
  ['(', 'error parsing regexp: missing closing ): `(`'],
  ['(?=a)', 'error parsing regexp: invalid or unsupported Perl syntax: `(?=`'],
  ['a'.repeat(513), 'error parsing regexp: expression too large'],
])('%s is refused', (pattern, text) => {
  expect(() => compileGroups(pattern)).toThrow(text);
});

/** Patterns whose repeats always take something: where they do not, Go and JavaScript differ from each other. */
const pattern = fc.letrec<{ all: string; some: string }>((tie) => ({
  some: fc.constantFrom('a', 'b', '[ab]', '(a)', '(?:b)', '(a|b)', '(ab|a)', 'ab?', '(b?a)'),
  all: fc.oneof(
    { maxDepth: 3 },
    tie('some'),
    fc.tuple(tie('some'), fc.constantFrom('*', '+', '?', '*?', '+?', '??', '{1,2}', '{2}?')).map(([one, times]) => `(?:${one})${times}`),
    fc.tuple(tie('all'), tie('all')).map(([one, other]) => one + other),
    fc.tuple(tie('all'), tie('all')).map(([one, other]) => `(${one}|${other})`),
  ),
})).all;

test('Matches and groups outside of repeats are those that the engine of JavaScript prefers', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 });
  fc.assert(
    fc.property(pattern, text, (source, given) => {
      const expected = new RegExp(source, 'u').exec(given);
      const found = compileGroups(source)(given);
      expect(found?.[0]).toBe(expected?.[0]);
      if (!/\)[*+?{]/.test(source)) expect(found).toEqual(expected?.slice(0, found?.length).map((group) => group ?? ''));
    }),
    { numRuns: 500 },
  );
});

test('A pattern that would go back over the text again and again takes steps in proportion to the text', () => {
  const find = compileGroups('^(a*)*(a|aa)*$');
  expect(find(`${'a'.repeat(1_024)}b`)).toBeUndefined();
  expect(find('a'.repeat(1_024))?.[0]).toHaveLength(1_024);
});
