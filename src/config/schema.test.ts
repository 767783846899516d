import { expect, test } from 'vitest';
import { loadConfig } from './load.ts';
import { environmentName, valueFromTexts } from './option.ts';
import { options } from './schema.ts';

test('Keys, flags and environment names are each given once', () => {
  for (const names of [
    options.map(({ key }) => key),
    options.flatMap(({ flag }) => flag ?? []),
    options.map(({ key }) => environmentName(key)),
  ]) {
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  }
  expect(options.length).toBeGreaterThan(25);
});

test.each(options.map((option) => [option.key, option] as const))('%s says what it does, by an example that names it', (key, option) => {
  expect(key).toMatch(/^[a-z_]+(\.[a-z_]+)?$/);
  expect(option.help).toMatch(/\S.*[.`]$/);
  expect(option.example).toContain(option.flag === undefined ? (key.split('.').at(-1) ?? '') : `-${option.flag}`);
});

test.each(options.flatMap((option) => (option.flag === undefined ? [] : [[option.example, option] as const])))(
  'The example %s is taken',
  (example, option) => {
    const value = example.includes('=') ? example.slice(example.indexOf('=') + 1).replaceAll('"', '') : 'true';
    expect(valueFromTexts(option.type, [value])).toHaveProperty('value');
  },
);

test.each(options.map((option) => [option.key, option] as const))('The default of %s is of its type', (_key, { type, default: value }) => {
  const types = { string: 'string', boolean: 'boolean', integer: 'number', duration: 'number', strings: 'object', pairs: 'object' };
  expect(typeof value).toBe(types[type]);
});

test.each(options.filter(({ flag }) => flag === undefined).map((option) => [option.example, option] as const))(
  'The example %s is a file that sets its key',
  (text, option) => {
    const values = loadConfig({ files: [{ path: 'example.json', text }], environment: {}, flags: new Map() });
    expect(values.isSet(option)).toBe(true);
  },
);
