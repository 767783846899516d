import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KonsulError } from '../../../runtime/errors.ts';
import { compileRegex, MAX_PATTERN_LENGTH } from './regex.ts';

function refusal(pattern: string): string {
  try {
    compileRegex(pattern);
  } catch (error) {
    if (error instanceof KonsulError && error.code === 'REJECTED') return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

test.each([
  ['', ['', 'x'], []],
  ['b', ['abc'], ['ac', '']],
  ['^web-[0-9]+$', ['web-1', 'web-42'], ['web-', 'xweb-1', 'web-1\n']],
  ['a|bc|', ['', 'z'], []],
  ['^(a|bc)$', ['a', 'bc'], ['ab', '']],
  ['^a{2,3}$', ['aa', 'aaa'], ['a', 'aaaa']],
  ['^a{2}b{0,1}c{1,}$', ['aac', 'aabccc'], ['aabb', 'abc']],
  ['^a{,2}$', ['a{,2}'], ['aa']],
  ['^x{$', ['x{'], ['x']],
  ['^.$', ['a', '😀', 'é'], ['\n', '', 'ab']],
  ['(?s)^.$', ['\n'], []],
  ['(?i)WEB', ['web', 'WeB'], ['wb']],
  ['(?i)^[^a]$', ['b'], ['a', 'A']],
  ['(?i)^(?-i:A)b$', ['AB', 'Ab'], ['ab']],
  ['^(?i:a)b$', ['Ab'], ['AB']],
  ['((?i)a)b', ['Ab'], ['AB']],
  ['(?m)^b$', ['a\nb\nc'], ['ab']],
  ['\\Aa\\z', ['a'], ['a\n', 'ba']],
  ['\\bcat\\b', ['a cat!', 'cat'], ['cats', 'concat']],
  ['a\\Bb', ['ab'], ['a b']],
  ['^\\d+\\s\\w+\\D\\S\\W$', ['12 ab-x-'], ['12 ab']],
  ['^[\\d-]+$', ['1-2'], ['1a']],
  ['^[]a]+$', [']a'], ['b']],
  ['^[^]a]$', ['b', '\n'], [']', 'a']],
  ['^[a\\]\\-z-]+$', ['a]-z'], ['b']],
  ['^[[:alpha:]_]+$', ['aZ_'], ['a1']],
  ['^[[:^digit:]]$', ['a'], ['1']],
  ['^\\p{Greek}\\pL\\P{Lu}\\p{^Lu}$', ['αbcd'], ['abcd', 'αbCd']],
  ['^\\x41\\x{1F600}\\101\\07\\t$', ['A😀A\x07\t'], []],
  ['\\Qa.b\\E+', ['a.bb'], ['axb']],
  ['^\\Q(', ['('], []],
  ['^(?P<name>a)(?<other>b)(?:c)$', ['abc'], []],
  ['^a*?b+?c??$', ['aabbc', 'b'], ['ac']],
  ['^(a*)*$', ['', 'aaa'], ['b']],
  ['(^|,)x($|,)', ['x', 'a,x', 'x,b'], ['ax']],
  ['(?:^)*a', ['ba'], []],
  ['\\.\\*\\/', ['.*/'], []],
])('%j takes what RE2 takes', (pattern, matching, others) => {
  const matches = compileRegex(pattern);
  for (const text of matching) expect([text, matches(text)]).toEqual([text, true]);
  for (const text of others) expect([text, matches(text)]).toEqual([text, false]);
});

test.each([
  ['(', 'missing closing ): `(`'],
  ['a)', 'unexpected ): `a)`'],
  ['[a', 'missing closing ]: `[a`'],
  ['x[]', 'missing closing ]: `[]`'],
  ['[z-a]', 'invalid character class range: `z-a`'],
  ['[[:foo:]]', 'invalid character class range: `[:foo:]`'],
  ['\\p{Nope}', 'invalid character class range: `\\p{Nope}`'],
  ['*a', 'missing argument to repetition operator: `*`'],
  ['a|+', 'missing argument to repetition operator: `+`'],
  ['(?i)*', 'missing argument to repetition operator: `*`'],
  ['a**', 'invalid nested repetition operator: `**`'],
  ['a{1001}', 'invalid repeat count: `{1001}`'],
  ['a{3,2}', 'invalid repeat count: `{3,2}`'],
  ['(?=a)', 'invalid or unsupported Perl syntax: `(?=`'],
  ['(?<!a)', 'invalid or unsupported Perl syntax: `(?<`'],
  ['(a)\\1', 'invalid escape sequence: `\\1`'],
  ['\\y', 'invalid escape sequence: `\\y`'],
  ['\\x{110000}', 'invalid escape sequence: `\\x{110000}`'],
  ['a\\', 'trailing backslash at end of expression: ``'],
  ['((a{100}){100}){100}', 'expression too large'],
  ['(((){1000}){1000}){1000}', 'expression too large'],
  ['a'.repeat(MAX_PATTERN_LENGTH + 1), 'expression too large'],
])('%s is refused with Go’s words', (pattern, reason) => {
  expect(refusal(pattern)).toBe(`error parsing regexp: ${reason}`);
});

test('groups nested beyond reason are refused', () => {
  expect(refusal('('.repeat(200))).toMatch('expression nests too deeply');
});

test('patterns that make a backtracking engine hang are answered at once', () => {
  const text = 'a'.repeat(4_096);
  expect(compileRegex('^(a+)+$')(`${text}!`)).toBe(false);
  expect(compileRegex('^(a|aa|a*)*b')(text)).toBe(false);
  expect(compileRegex('.*.*.*.*=.*')(text)).toBe(false);
  expect(compileRegex('(x+x+)+y')('x'.repeat(4_096))).toBe(false);
  expect(compileRegex('(a?){200}a{200}$')(text)).toBe(true);
  expect(compileRegex('[ab]*a[ab]{12}c')('ab'.repeat(2_048))).toBe(false);
});

test('a matcher gives the same answers when it is used again, and after its cache was dropped', () => {
  const matches = compileRegex('^.*[α-ω]end$');
  const noise = Array.from({ length: 6_000 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('');
  for (let i = 0; i < 3; i++) {
    expect(matches(`${noise}ωend`)).toBe(true);
    expect(matches(`${noise}xend`)).toBe(false);
  }
});

/** Patterns that RE2 and JavaScript read alike. */
const pattern = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('a', 'b', '.', '\\w', '\\W', '\\d', '[ab]', '[^a]', '^', '$', '\\b', '\\B', '(?:)', '1', '\\.', '[a-c1]'),
    fc.tuple(tie('value'), tie('value')).map(([a, b]) => a + b),
    fc.tuple(tie('value'), tie('value')).map(([a, b]) => `(?:${a}|${b})`),
    fc.tuple(tie('value'), fc.constantFrom('*', '+', '?', '*?', '+?', '{2}', '{1,}', '{0,2}')).map(([a, q]) => `(?:${a})${q}`),
  ),
})).value;

test('the answers are those of the engine’s own regular expressions', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '.', ' ', 'é'), maxLength: 10 });
  fc.assert(
    fc.property(pattern, text, fc.boolean(), (source, subject, ignoreCase) => {
      const expected = new RegExp(source, ignoreCase ? 'iu' : 'u').test(subject);
      expect(compileRegex(ignoreCase ? `(?i)${source}` : source)(subject)).toBe(expected);
    }),
    { numRuns: 1_000 },
  );
});

const anyUnits = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) });

test('any pattern is taken or refused', () => {
  const noise = fc.array(
    fc.constantFrom(
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '*',
      '+',
      '?',
      '|',
      '\\',
      '^',
      '$',
      '-',
      ':',
      '1',
      'a',
      'p',
      'Q',
      'x',
      '<',
      'P',
      'i',
      ',',
      '.',
    ),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        anyUnits,
        noise.map((marks) => marks.join('')),
      ),
      fc.string(),
      (source, subject) => {
        try {
          compileRegex(source)(subject);
        } catch (error) {
          expect((error as KonsulError).code).toBe('REJECTED');
        }
      },
    ),
    { numRuns: 1_000 },
  );
});
