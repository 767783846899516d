import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KonsulError } from '../runtime/errors.ts';
import { indentJson, mapJson, parseJson, quote, sortKeys, stringifyJson } from './json.ts';
import { MAX_JSON_DEPTH, parseExactJson } from './json-parser.ts';

/** JSON values with bigints where a double would not do. */
const anyJson = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false),
    fc.integer(),
    fc.double({ min: -1e15, max: 1e15, noNaN: true }).map((n) => n + 0),
    fc.bigInt(2n ** 53n, 2n ** 64n - 1n),
    fc.string({ unit: 'grapheme' }),
    fc.array(tie('value')),
    fc.dictionary(fc.string(), tie('value')),
  ),
})).value;

/** Lone surrogates included. */
const anyUnits = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) });

function thrownBy(run: () => unknown): KonsulError {
  try {
    run();
  } catch (error) {
    if (error instanceof KonsulError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test('what is written is read back the same, bigints included', () => {
  fc.assert(
    fc.property(anyJson, (value) => {
      expect(parseJson(stringifyJson(value))).toEqual(value);
      expect(parseExactJson(stringifyJson(value))).toEqual(value);
    }),
  );
});

test('both parsers agree with JSON.parse on what it takes, but for the digits it loses', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom('', ' ', '\n\t'), (json, space) => {
      const text = space + json + space;
      expect(JSON.parse(stringifyJson(parseExactJson(text)))).toEqual(JSON.parse(text));
      expect(JSON.parse(stringifyJson(parseJson(text)))).toEqual(JSON.parse(text));
    }),
  );
});

test('text that is no JSON gives BAD_REQUEST and nothing else', () => {
  const noise = fc.oneof(
    fc.string(),
    fc.array(fc.constantFrom('{', '}', '[', ']', ':', ',', '"a"', '1', '\\', '"', 'tru', '-', '1e', ' ')).map((t) => t.join('')),
  );
  fc.assert(
    fc.property(noise, (text) => {
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      if (isJson) expect(() => parseJson(text)).not.toThrow();
      else expect(thrownBy(() => parseJson(text)).code).toBe('BAD_REQUEST');
    }),
  );
});

test.each([
  ['9007199254740991', 9007199254740991],
  ['9007199254740992', 9007199254740992n],
  ['3304740253564472344', 3304740253564472344n],
  ['18446744073709551615', 18446744073709551615n],
  ['-9223372036854775808', -9223372036854775808n],
  ['1.2345678901234567890', 1.2345678901234567],
  ['1e20', 1e20],
])('%s is read exactly', (text, value) => {
  expect(parseJson(text)).toBe(value);
  expect(parseJson(`{"Flags":${text}}`)).toEqual({ Flags: value });
});

test.each([
  ['', 'unexpected EOF'],
  ['{"a":1', 'unexpected EOF'],
  ['"abc', 'unexpected EOF'],
  ['nope', "invalid character 'o' in literal null (expecting 'u')"],
  ['x', "invalid character 'x' looking for beginning of value"],
  ['[1,]', "invalid character ']' looking for beginning of value"],
  ['{a:1}', "invalid character 'a' looking for beginning of object key string"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 "b"', `invalid character '"' after object key:value pair`],
  ['[1 2]', "invalid character '2' after array element"],
  ['{} x', "invalid character 'x' after top-level value"],
  ['01', "invalid character '1' after top-level value"],
  ["'a'", "invalid character '\\'' looking for beginning of value"],
  ['"a\nb"', "invalid character '\\n' in string literal"],
  ['"\\q"', "invalid character 'q' in string escape code"],
  ['"\\u12x4"', "invalid character 'x' in \\u hexadecimal character escape"],
  ['"\\', 'unexpected EOF'],
  ['1e400', 'json: cannot unmarshal number 1e400 into Go value of type float64'],
])('%j is refused with Go’s words', (text, message) => {
  expect(thrownBy(() => parseJson(text)).message).toBe(message);
});

test.each([
  ['"a\\ud800b"', 'a\ufffdb'],
  ['"\\uD800\\uDBFF\\uDC00"', '\ufffd\u{10fc00}'],
  ['"\\udc00\\ud800"', '\ufffd\ufffd'],
  ['"\\ud83d\\ude00 \\\\ud800"', '😀 \\ud800'],
  ['"\\ud83d\ude00"', '\ufffd\ufffd'],
  ['"\ud83d\\ude00"', '\ufffd\ufffd'],
  ['"\ud800"', '\ufffd'],
  ['{"\\ud800":1,"\\ufffd":2,"\\uDFFF":[3]}', { '\ufffd': [3] }],
  ['{"\\udc00":1234567890123456789}', { '\ufffd': 1234567890123456789n }],
])('lone surrogates become U+FFFD, as in Go: case %#', (text, value) => {
  expect(parseJson(text)).toEqual(value);
});

test('a text with a surrogate escape that is no JSON is refused as ever', () => {
  expect(thrownBy(() => parseJson('"\\ud800\\u12x4"')).message).toBe("invalid character 'x' in \\u hexadecimal character escape");
  expect(thrownBy(() => parseJson('"\\ud8')).message).toBe('unexpected EOF');
});

test('nesting is bounded, on both paths, however deep the text goes', () => {
  const nested = (depth: number, core = ''): string => '['.repeat(depth) + core + ']'.repeat(depth);
  expect(() => parseJson(nested(MAX_JSON_DEPTH))).not.toThrow();
  expect(() => parseJson(nested(MAX_JSON_DEPTH, '1234567890123456'))).not.toThrow();
  expect(thrownBy(() => parseJson(nested(MAX_JSON_DEPTH + 1))).message).toBe('exceeded max depth');
  expect(thrownBy(() => parseJson(nested(MAX_JSON_DEPTH + 1, '1234567890123456'))).message).toBe('exceeded max depth');
  expect(thrownBy(() => parseJson(nested(500_000))).code).toBe('BAD_REQUEST');
  expect(thrownBy(() => parseJson('{"a":'.repeat(500_000))).code).toBe('BAD_REQUEST');
});

test.each(['{"__proto__":{"x":1}}', '{"__proto__":{"x":1},"n":1234567890123456}'])(
  'a __proto__ key in %s is an ordinary member',
  (text) => {
    const value = parseJson(text) as Record<string, unknown>;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.hasOwn(value, '__proto__')).toBe(true);
    expect(stringifyJson(value)).toBe(text);
  },
);

test.each([
  [{ a: undefined, b: 1 }, '{"b":1}'],
  [{ a: undefined, b: 1n }, '{"b":1}'],
  [[undefined, 2n ** 64n], '[null,18446744073709551616]'],
  [{ n: Number.NaN, b: 1n }, '{"n":null,"b":1}'],
  [undefined, 'null'],
  ['<a href="x">&</a>', '"\\u003ca href=\\"x\\"\\u003e\\u0026\\u003c/a\\u003e"'],
  [{ '<': 1n }, '{"\\u003c":1}'],
  ['\u2028\u2029', '"\\u2028\\u2029"'],
  ['a\ud800b', '"a\ufffdb"'],
  [{ a: '\udc00', b: 1n }, '{"a":"\ufffd","b":1}'],
  ['\\ud800', '"\\\\ud800"'],
  ['😀', '"😀"'],
])('case %# is written as Go writes it', (value, text) => {
  expect(stringifyJson(value)).toBe(text);
});

test('quote writes the same string as stringifyJson', () => {
  fc.assert(
    fc.property(anyUnits, (text) => {
      expect(quote(text)).toBe(stringifyJson(text));
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(JSON.parse(quote(text))).toBe(text);
    }),
  );
});

test('a value nested beyond reason is a broken invariant, not an overflow', () => {
  let value: unknown = 1n;
  for (let i = 0; i < 10_000; i++) value = [value];
  expect(thrownBy(() => stringifyJson(value)).code).toBe('KONSUL_INVARIANT');
});

test('indentation is what JSON.stringify makes with four spaces', () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      const value = JSON.parse(json);
      expect(indentJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 4));
    }),
  );
});

test('indentation keeps digits, and leaves marks within strings alone', () => {
  expect(indentJson('{"Flags":3304740253564472344,"a":"{,:\\"}","e":[],"o":{}}')).toBe(
    '{\n    "Flags": 3304740253564472344,\n    "a": "{,:\\"}",\n    "e": [],\n    "o": {}\n}',
  );
});

test('maps are written with sorted keys, __proto__ included', () => {
  const record = JSON.parse('{"b":"2","a":"1","__proto__":"3"}') as Record<string, string>;
  expect(stringifyJson(sortKeys(record))).toBe('{"__proto__":"3","a":"1","b":"2"}');
  expect(mapJson(record)).toBe('{"__proto__":"3","a":"1","b":"2"}');
});

test('mapJson sorts keys that look like indexes as text, too', () => {
  expect(mapJson({ '9': 'x', '10': 'y', a: '<' })).toBe('{"10":"y","9":"x","a":"\\u003c"}');
  expect(mapJson({ a: 1 }, (n) => `${n}0`)).toBe('{"a":10}');
});
