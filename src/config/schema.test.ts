import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { ConfigFormat } from './config-text.ts';
import { type ConfigSources, loadConfig } from './load.ts';
import { environmentName, type OptionDefinition, type OptionValue } from './option.ts';
import { exampleOf, flagExample, hclExample } from './option-example.ts';
import { valueFromFlag } from './option-value.ts';
import { optionOf, options } from './schema.ts';

/** A file, as an object, that sets an option to its example. */
const fileExample = ({ key, example }: Pick<OptionDefinition, 'key' | 'example'>): object =>
  key.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), example) as object;

/** The text of an environment variable that does. */
const environmentExample = ({ example }: OptionDefinition): string =>
  typeof example === 'object' ? JSON.stringify(example) : String(example);

const rows = options.map((option) => [option.key, option] as const);
const withFlag = rows.filter(([, { flag }]) => flag !== undefined);

function valueFrom(option: OptionDefinition, sources: Partial<ConfigSources>): OptionValue {
  const values = loadConfig({ files: [], environment: {}, flags: new Map(), ...sources });
  expect(values.isSet(option)).toBe(true);
  return values.get(option);
}

const inFile = (option: OptionDefinition, format: ConfigFormat, text: string): OptionValue =>
  valueFrom(option, { files: [{ path: `example.${format}`, format, text }] });

/** What the example means: durations are milliseconds, all else is itself. */
function meaning({ type, example }: OptionDefinition): OptionValue {
  if (type !== 'duration') return example;
  const [, count, unit] = /^(\d+)(ms|s|m|h)$/.exec(String(example)) ?? [];
  return Number(count) * ({ ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[unit ?? ''] ?? Number.NaN);
}

test('Keys, flags, environment names and names in DebugConfig are each given once', () => {
  for (const names of [
    options.map(({ key }) => key),
    options.flatMap(({ flag }) => flag ?? []),
    options.map(({ key }) => environmentName(key)),
    options.flatMap(({ shownAs }) => shownAs ?? []),
  ]) {
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  }
  expect(options.length).toBeGreaterThan(130);
});

test('An option is found by its key and by nothing else', () => {
  expect(optionOf('ports.http')?.flag).toBe('http-port');
  expect(['ports', 'http', 'constructor', '__proto__', ''].map(optionOf)).toEqual([undefined, undefined, undefined, undefined, undefined]);
});

test.each(rows)('%s says what it does', (key, { help, shownAs }) => {
  expect(key).toMatch(/^[a-z_]+(\.[a-z_]+)*$/);
  expect(help).toMatch(/^[A-Z].*[.`]$/);
  expect(shownAs ?? 'Name').toMatch(/^\w+(\.\w+)?$/);
});

test.each(rows)('The default of %s is of its type and would be taken', (_key, option) => {
  const types = { string: 'string', boolean: 'boolean', integer: 'number', number: 'number', duration: 'number' } as Record<string, string>;
  expect(typeof option.default).toBe(types[option.type] ?? 'object');
  expect(Array.isArray(option.default)).toBe(option.type === 'strings');
  expect(option.problem(option.default)).toBeUndefined();
});

test.each(rows)('The example of %s means the same in JSON, HCL, YAML and the environment', (_key, option) => {
  const file = fileExample(option);
  const values = [
    inFile(option, 'json', JSON.stringify(file)),
    inFile(option, 'hcl', hclExample(option)),
    inFile(option, 'hcl', JSON.stringify(file)),
    inFile(option, 'yaml', stringify(file)),
    valueFrom(option, { environment: { [environmentName(option.key)]: environmentExample(option) } }),
    valueFrom(option, { flags: new Map([['hcl', [hclExample(option)]]]) }),
  ];
  for (const value of values) expect(value).toEqual(meaning(option));
});

test.each(withFlag)('The example of %s means the same as a flag', (_key, option) => {
  const given = flagExample(option).map((word) => (word.includes('=') ? word.slice(word.indexOf('=') + 1) : 'true'));
  expect(flagExample(option).every((word) => word.startsWith(`-${option.flag}`))).toBe(true);
  expect(valueFromFlag(option, given)).toEqual({ value: meaning(option) });
});

test.each([
  ['ports.http', '-http-port=8500'],
  ['client_addr', '-client="127.0.0.1 10.0.0.1"'],
  ['dev_mode', '-dev'],
  ['node_meta', '-node-meta=rack:a7'],
  ['retry_join', '-retry-join=server-1.example -retry-join=10.0.0.1:8300'],
  ['store.engine', 'store { engine = "lmdb" }'],
  ['http_config.response_headers', 'http_config { response_headers { "Access-Control-Allow-Origin" = "*" } }'],
  ['telemetry.prefix_filter', 'telemetry { prefix_filter = ["+consul.kvs", "-consul.raft"] }'],
])('The example of %s is shown as %s', (key, text) => {
  const option = optionOf(key);
  expect(option && exampleOf(option)).toBe(text);
});

test.each(options.filter(({ isSecret }) => isSecret).map((option) => [option.key, option] as const))(
  'A problem with %s does not show what was given',
  (_key, option) => {
    const load = (): unknown =>
      valueFrom(option, { files: [{ path: 'f.json', text: JSON.stringify(fileExample({ ...option, example: ['s3cret', 'x'] })) }] });
    expect(load).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.not.stringContaining('s3cret') }));
  },
);
