import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainOf } from '../../test/fixtures/config/plain-tree.ts';
import { configs, damaged, styles, syntaxSoup, writeHcl, writeJson, writeYaml } from '../../test/fixtures/config/random-config.ts';
import { type ConfigFormat, parseConfigText } from './config-text.ts';
import { ConfigSyntaxError } from './tree.ts';

const FORMATS: readonly ConfigFormat[] = ['hcl', 'json', 'yaml'];

describe.each(FORMATS)('%s', (format) => {
  test.each(['', ' \r\n\t\n', '\uFEFF', '\uFEFF\n'])('%j is an empty block', (text) => {
    expect(parseConfigText(format, text)).toEqual({ kind: 'block', members: [], line: 1 });
  });

  test('a byte order mark is skipped', () => {
    expect(plainOf(parseConfigText(format, '\uFEFF{"node_name": "a"}'))).toEqual({ node_name: 'a' });
  });

  test('a text that nobody wrote is refused before it is read', () => {
    expect(() => parseConfigText(format, '#'.repeat(33 * 1024 * 1024))).toThrow('is longer than');
  });

  test('nothing but a list, a text or a number is refused', () => {
    for (const text of ['["s3cret"]', '"s3cret"', '12345678']) expect(faultOf(format, text)).toMatchObject({ line: 1 });
  });

  test('whatever the text, it is a block or an error with a line of the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), syntaxSoup), (text) => {
        expect(isSane(format, text)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

test('comments alone are an empty block in HCL and YAML', () => {
  expect(parseConfigText('hcl', '# a\n// b\n/* c */').members).toEqual([]);
  expect(parseConfigText('yaml', '# a\n\n# b').members).toEqual([]);
});

test('a random configuration comes back from HCL in any style', () => {
  fc.assert(
    fc.property(configs({ hasNull: false }), styles, (config, style) => {
      expect(plainOf(parseConfigText('hcl', writeHcl(config, style)))).toEqual(config);
    }),
    { numRuns: 300 },
  );
});

test('a random configuration comes back from JSON in any style', () => {
  fc.assert(
    fc.property(configs({ hasNull: true }), styles, (config, style) => {
      expect(plainOf(parseConfigText('json', writeJson(config, style)))).toEqual(config);
    }),
    { numRuns: 300 },
  );
});

/** A number beyond what a number can hold is refused here, as by Go. */
const finite = (_name: string, value: unknown): unknown => {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error('too large');
  return value;
};

test('JSON is read alike by this reader and by JSON.parse', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), damaged(fc.json())), (json) => {
      const text = `{"a":${json}}`;
      expect(resultOf(() => plainOf(parseConfigText('json', text)))).toEqual(resultOf(() => JSON.parse(text, finite)));
    }),
    { numRuns: 300 },
  );
});

test('a random configuration comes back from YAML in any style', () => {
  fc.assert(
    fc.property(configs({ hasNull: true }), styles, (config, style) => {
      expect(plainOf(parseConfigText('yaml', writeYaml(config, style)))).toEqual(config);
    }),
    { numRuns: 300 },
  );
});

test('a damaged file is a block or an error with a line of the file', () => {
  const writers = [
    ['hcl', writeHcl],
    ['json', writeJson],
    ['yaml', writeYaml],
  ] as const;
  for (const [format, write] of writers) {
    const files = fc.tuple(configs({ hasNull: false }), styles).map(([config, style]) => write(config, style));
    fc.assert(
      fc.property(damaged(files), (text) => isSane(format, text)),
      { numRuns: 300 },
    );
  }
});

test('no error shows a value of the file', () => {
  const file = '{"service": {"name": "web", "token": "s3cret-s3cret"}, "encrypt": "s3cret-s3cret"}';
  fc.assert(
    fc.property(fc.constantFrom(...FORMATS), damaged(fc.constant(file)), (format, text) => {
      expect(faultOf(format, text)?.message ?? '').not.toContain('s3cret-s3cret');
    }),
    { numRuns: 300 },
  );
});

/** Each would take minutes if something were looked at again for every one of its parts. */
test.each<readonly [ConfigFormat, string, string]>([
  ['hcl', 'open lists', `a = ${'['.repeat(200_000)}`],
  ['hcl', 'open blocks', 'a {'.repeat(200_000)],
  ['hcl', 'labels', 'a '.repeat(200_000)],
  ['hcl', 'one block again and again', 'a {}\n'.repeat(100_000)],
  ['hcl', 'one list again and again', 'a = [1]\n'.repeat(100_000)],
  ['hcl', 'open interpolations', `a = "${'${'.repeat(200_000)}`],
  ['hcl', 'escapes', `a = "${'\\n'.repeat(200_000)}"`],
  ['hcl', 'a heredoc without end', `a = <<A\n${' A x\n'.repeat(100_000)}`],
  ['hcl', 'a comment without end', `/*${'*'.repeat(500_000)}`],
  ['hcl', 'a long number', `a = ${'1'.repeat(500_000)}`],
  ['json', 'open lists', `{"a":${'['.repeat(200_000)}`],
  ['json', 'escapes', `{"a":"${'\\n'.repeat(200_000)}`],
  ['json', 'a long number', `{"a":${'1'.repeat(500_000)}`],
  ['yaml', 'open lists', `a: ${'['.repeat(20_000)}`],
  ['yaml', 'names', Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n')],
])('%s: %s take linear time', { timeout: 10_000 }, (format, _what, text) => {
  expect(isSane(format, text)).toBe(true);
});

/** `undefined` if the text is good. */
function faultOf(format: ConfigFormat, text: string): ConfigSyntaxError | undefined {
  try {
    parseConfigText(format, text);
    return undefined;
  } catch (error) {
    if (error instanceof ConfigSyntaxError) return error;
    throw error;
  }
}

function isSane(format: ConfigFormat, text: string): boolean {
  const fault = faultOf(format, text);
  return fault === undefined || (fault.line >= 1 && fault.line <= text.split('\n').length && fault.message.length < 200);
}

function resultOf(parse: () => unknown): unknown {
  try {
    return parse();
  } catch {
    return 'refused';
  }
}
