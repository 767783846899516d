import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KonsulError } from '../../runtime/errors.ts';
import { compileText, type Scope } from './interpolation.ts';

const VARIABLES = new Map([
  ['name.full', 'zz-foo-bar'],
  ['name.prefix', 'zz-'],
  ['name.suffix', 'foo-bar'],
  ['empty', ''],
]);
const GROUPS = ['zz-foo-bar', 'foo', '-bar'];

const scope: Scope = { variable: (name) => VARIABLES.get(name), match: (group) => GROUPS[group] ?? '' };
const render = (text: string): string => compileText(text)(scope);

/** What Consul 1.8.7 gives, but for what stands after `since 1.9`. */
test.each<[text: string, result: string]>([
  ['', ''],
  ['plain', 'plain'],
  ['é }{ % %{x} \\n', 'é }{ % %{x} \\n'],
  ['${name.full}', 'zz-foo-bar'],
  ['${ name.prefix }-${name.suffix}', 'zz--foo-bar'],
  ['${\n\tname.suffix\r\n}', 'foo-bar'],
  ['${(name.suffix)}', 'foo-bar'],
  ['${name.full }}', 'zz-foo-bar}'],
  ['$${name.full}', '${name.full}'],
  ['a$$${name.prefix}', 'a$zz-'],
  ['a $x $$y', 'a $x $y'],
  ['\\${name.prefix}', '\\zz-'],
  ['${match(0)}|${match(1)}|${match(2)}|${match(9)}|${match(-1)}', 'zz-foo-bar|foo|-bar||'],
  ['${match(1+1)}', '-bar'],
  ['${match(1.7)}', 'foo'],
  ['${match("1")}', 'foo'],
  ['${"lit"}${""}', 'lit'],
  ['${"a ${name.suffix} b"}', 'a foo-bar b'],
  ['${"a ${"${match(1)}"}"}', 'a foo'],
  ['${"}"}', '}'],
  ['${"\\"\\\\\\n"}', '"\\\n'],
  ['${"$${x}"}', '${x}'],
  ['a${1+1}b', 'a2b'],
  ['${7/2} ${7%4} ${7-2-1} ${(1+2)*3} ${-1} ${-(1)}', '3 3 4 9 -1 -1'],
  ['${2.5} ${1.0} ${1.5+2.5}', '2.5 1 4'],
  // since 1.9
  ['${1 + 2 * 3} ${2 * 3 + 1}', '7 7'],
  ['${true} ${!true}', 'true false'],
  ['${name.suffix == "" ? "none" : name.suffix}', 'foo-bar'],
  ['${empty == "" ? "none" : empty}', 'none'],
  ['${match(2) == "-bar" && 1 < 2 ? "y" : "n"}', 'y'],
  ['${false || 2 >= 3 ? 1 : match(1) != "foo" ? 2 : 3}', '3'],
  ['$', '$'],
  ['$$$', '$$'],
])('%j becomes %j', (text, result) => {
  expect(render(text)).toBe(result);
});

test.each<[text: string, fault: string]>([
  ['${', 'parse error at 1:3: expected an expression but found the end'],
  ['${}', 'parse error at 1:3: expected an expression but found "}"'],
  ['${name.full', 'parse error at 1:12: expected "}" but found the end'],
  ['a\nb${name.full name.full}', 'parse error at 2:14: expected "}" but found "name.full"'],
  ['${match(1}', 'parse error at 1:10: expected ")" but found "}"'],
  ['${"open}', 'parse error at 1:9: expected a closing quote but found the end'],
  ['${"\\t"}', 'invalid backslash escape sequence'],
  ['${name . full}', 'parse error at 1:8: expected "}" but found "."'],
  ['${1 ? 2}', 'parse error at 1:8: expected ":" but found "}"'],
  ['${1.2.3}', 'parse error at 1:3: expected a number but found "1.2.3"'],
  ['${99999999999999999999}', 'parse error at 1:3: expected a number'],
  ['é${nope}', '1:4: unknown variable accessed: nope'],
  ['${match}', '1:3: unknown variable accessed: match'],
  ['${foo(1)}', '1:3: unknown function called: foo'],
  ['${match()}', '1:3: match: expected 1 arguments, got 0'],
  ['${match(1, 2)}', '1:3: match: expected 1 arguments, got 2'],
  ['${match(name.suffix)}', 'strconv.ParseInt: parsing "foo-bar": invalid syntax'],
  ['${1/0}', 'divide by zero'],
  ['${true ? 1 : nope}', '1:14: unknown variable accessed: nope'],
  ['${1 ? 2 : 3}', 'a boolean is expected, not "1"'],
  [`\${${'('.repeat(60)}1${')'.repeat(60)}}`, 'expressions nest too deeply'],
  [`\${${'-'.repeat(60)}1}`, 'expressions nest too deeply'],
  ['${"'.repeat(60), 'expressions nest too deeply'],
  [`\${1${'+1'.repeat(501)}}`, 'expression too large'],
])('%j is refused: %s', (text, fault) => {
  expect(() => render(text)).toThrow(fault);
});

test('A text without expressions is itself, once its dollars are doubled', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(render(text.replaceAll('$', '$$$$'))).toBe(text);
    }),
  );
});

test('Any parts, each literal or an expression, give their values one after the other', () => {
  const part = fc.oneof(
    fc.string().map((text) => [text.replaceAll('$', '$$$$'), text] as const),
    fc.constantFrom(...VARIABLES).map(([name, value]) => [`\${ ${name} }`, value] as const),
    fc.nat({ max: 4 }).map((group) => [`\${match(${group})}`, GROUPS[group] ?? ''] as const),
    fc.string().map((text) => [`\${"${text.replaceAll(/["\\]/g, '\\$&').replaceAll('$', '$$$$')}"}`, text] as const),
    fc.tuple(fc.integer(), fc.integer()).map(([a, b]) => [`\${${a} + ${b}}`, String(a + b)] as const),
    fc.tuple(fc.integer(), fc.integer()).map(([a, b]) => [`\${${a} < ${b} ? "y" : "n"}`, a < b ? 'y' : 'n'] as const),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      expect(render(parts.map(([text]) => text).join(''))).toBe(parts.map(([, value]) => value).join(''));
    }),
  );
});

test('Whatever the text, it is a text or REJECTED', () => {
  const piece = fc.constantFrom(
    '${',
    '}',
    '"',
    '$$',
    '$',
    '(',
    ')',
    'match',
    'name.full',
    '1',
    '2.5',
    '+',
    '?',
    ':',
    '==',
    '!',
    '\\',
    ' ',
    'x',
    ',',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      try {
        expect(render(pieces.join(''))).toEqual(expect.any(String));
      } catch (error) {
        expect(error).toBeInstanceOf(KonsulError);
        expect(error).toMatchObject({ code: 'REJECTED' });
      }
    }),
    { numRuns: 1_000 },
  );
});
