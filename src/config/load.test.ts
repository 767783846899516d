import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KonsulError } from '../runtime/errors.ts';
import { type ConfigValues, loadConfig } from './load.ts';
import { options, schema } from './schema.ts';

interface Given {
  readonly files?: readonly unknown[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly flags?: Readonly<Record<string, readonly string[]>>;
}

/** Texts are files as they are, anything else is written as JSON. */
const load = ({ files = [], environment = {}, flags = {} }: Given): ConfigValues =>
  loadConfig({
    files: files.map((file, n) => ({ path: `${n}.json`, text: typeof file === 'string' ? file : JSON.stringify(file) })),
    environment,
    flags: new Map(Object.entries(flags)),
  });

function problems(given: Given): string[] {
  try {
    load(given);
  } catch (error) {
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    return (error as Error).message.split('\n');
  }
  return [];
}

test('Nothing given is every default', () => {
  const values = load({});
  for (const option of options) {
    expect(values.get(option)).toBe(option.default);
    expect(values.isSet(option)).toBe(false);
  }
});

test('Later wins: default, files in order, environment, flags', () => {
  const files = [
    { node_name: 'first', datacenter: 'first', ports: { http: 1 } },
    { node_name: 'second', ports: { dns: 2 } },
  ];
  const environment = {
    KONSUL_DATACENTER: 'env',
    KONSUL_LOG_LEVEL: 'debug',
    KONSUL_PORTS_SERVER: '3',
    KONSUL_STORE_ENGINE: 'memory',
    HOME: '/',
  };
  const values = load({ files, environment, flags: { 'log-level': ['warn', 'error'], dev: ['true'] } });
  expect([schema.nodeName, schema.datacenter, schema.logLevel, schema.storeEngine].map((option) => values.get(option))).toEqual([
    'second',
    'env',
    'error',
    'memory',
  ]);
  expect([schema.httpPort, schema.dnsPort, schema.serverPort].map((option) => values.get(option))).toEqual([1, 2, 3]);
  expect([values.get(schema.dev), values.isSet(schema.dev), values.isSet(schema.server)]).toEqual([true, true, false]);
});

test('Maps merge from source to source', () => {
  const values = load({
    files: [{ node_meta: { a: '1', b: '1' } }, { node_meta: { b: '2' } }],
    environment: { KONSUL_NODE_META: 'c:3' },
    flags: { 'node-meta': ['d:4', 'a:5', 'e'] },
  });
  expect(values.get(schema.nodeMeta)).toEqual({ a: '5', b: '2', c: '3', d: '4', e: '' });
});

test.each(['', ' \n', '{}', '{"server":null}'])('The file %j sets nothing', (file) => {
  expect(load({ files: [file] }).isSet(schema.server)).toBe(false);
});

test('A byte order mark before a file is skipped', () => {
  expect(load({ files: ['\uFEFF{"server":true}'] }).get(schema.server)).toBe(true);
  expect(problems({ files: ['\uFEFF{\n"server": tru }'] })).toEqual([expect.stringContaining('0.json: line 2: ')]);
});

test.each<[Given, string]>([
  [{ files: ['{\n"server": tru }'] }, "0.json: line 2: is not valid JSON: Unexpected token ' '"],
  [{ files: ['[]'] }, '0.json: must hold one JSON object'],
  [{ files: ['null'] }, '0.json: must hold one JSON object'],
  [{ files: [{ servre: true }] }, '0.json: unknown key "servre"; did you mean "server"?'],
  [{ files: [{}, { ports: { htpp: 1 } }] }, '1.json: unknown key "ports.htpp"; did you mean "ports.http"?'],
  [{ files: [{ completely_different: 1 }] }, '0.json: unknown key "completely_different"; see docs/reference/config.md for all keys'],
  [{ files: [{ ports: 8500 }] }, '0.json: unknown key "ports"'],
  [{ files: [{ ports: [8500] }] }, '0.json: unknown key "ports"'],
  [{ files: ['{"__proto__":1}'] }, '0.json: unknown key "__proto__"'],
  [{ files: [{ server: 'yes' }] }, '0.json: server: must be true or false, not "yes" (for example -server)'],
  [
    { files: [{ max_query_time: 600 }] },
    '0.json: max_query_time: must be a duration such as "10s", not 600 (for example -max-query-time=600s)',
  ],
  [
    { environment: { KONSUL_PORTS_HTTP: 'x' } },
    'environment KONSUL_PORTS_HTTP: must be a whole number, not "x" (for example -http-port=8500)',
  ],
  [{ flags: { dev: ['maybe'] } }, 'flag -dev: must be true or false, not "maybe" (for example -dev)'],
])('%j is a problem: %s', (given, problem) => {
  expect(problems(given)).toEqual([expect.stringContaining(problem)]);
});

test('All problems are told at once', () => {
  const given = { files: ['{', { a: 1, server: 1 }], environment: { KONSUL_DEV_MODE: 'x' }, flags: { 'http-port': ['x'] } };
  expect(problems(given)).toHaveLength(5);
});

test('No file crashes the loader', () => {
  const keys = fc.constantFrom(...options.map(({ key }) => key.split('.')[0] ?? ''), '__proto__', 'constructor', 'x');
  const file = fc.oneof(
    fc.string(),
    fc.json(),
    fc.dictionary(keys, fc.jsonValue()).map((content) => JSON.stringify(content)),
  );
  fc.assert(
    fc.property(fc.array(file, { maxLength: 3 }), (files) => {
      try {
        load({ files });
      } catch (error) {
        if (!(error instanceof KonsulError) || error.code !== 'CONFIG_INVALID') throw error;
      }
    }),
  );
});
