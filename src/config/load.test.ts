import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KonsulError } from '../runtime/errors.ts';
import type { ConfigValues } from './config-values.ts';
import { knownKeys } from './known-keys.ts';
import { formatOf, loadConfig, readConfig } from './load.ts';
import { dnsPort, httpPort, serverPort } from './options/address.ts';
import { recursors } from './options/dns.ts';
import { blockEndpoints } from './options/http.ts';
import { retryJoin } from './options/join.ts';
import { logLevel } from './options/log.ts';
import { datacenter, dev, nodeMeta, nodeName, server, storeEngine } from './options/node.ts';
import { options } from './schema.ts';

interface Given {
  readonly files?: readonly unknown[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly flags?: Readonly<Record<string, readonly string[]>>;
}

/** Texts are HCL files, anything else is written as JSON. */
const sources = ({ files = [], environment = {}, flags = {} }: Given): Parameters<typeof loadConfig>[0] => ({
  files: files.map((file, n) =>
    typeof file === 'string' ? { path: `${n}.hcl`, text: file } : { path: `${n}.json`, text: JSON.stringify(file) },
  ),
  environment,
  flags: new Map(Object.entries(flags)),
});

const load = (given: Given): ConfigValues => loadConfig(sources(given));

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
    expect(values.where(option)).toBe(option.key);
  }
  expect([values.definitions, values.warnings]).toEqual([[], []]);
});

test('Later wins: default, files in order, environment, -hcl, flags', () => {
  const files = [{ node_name: 'first', datacenter: 'first', ports: { http: 1 } }, 'node_name = "second"\nports { dns = 2 }'];
  const environment = {
    KONSUL_DATACENTER: 'env',
    KONSUL_LOG_LEVEL: 'debug',
    KONSUL_PORTS_SERVER: '3',
    KONSUL_STORE_ENGINE: 'memory',
    HOME: '/',
  };
  const flags = {
    'log-level': ['warn', 'error'],
    dev: ['true'],
    hcl: ['log_level = "trace" ports { server = 4 }', 'ports { server = 5 }'],
  };
  const values = load({ files, environment, flags });
  expect([nodeName, datacenter, logLevel, storeEngine].map((option) => values.get(option))).toEqual(['second', 'env', 'error', 'memory']);
  expect([httpPort, dnsPort, serverPort].map((option) => values.get(option))).toEqual([1, 2, 5]);
  expect([values.get(dev), values.isSet(dev), values.isSet(server)]).toEqual([true, true, false]);
});

test('It is known where each value was given last', () => {
  const values = load({
    files: ['\nnode_name = "a"\nports {\n  http = 1\n}'],
    environment: { KONSUL_DATACENTER: 'x' },
    flags: { hcl: ['ports { dns = 1 }'], server: ['true'] },
  });
  expect([nodeName, httpPort, datacenter, dnsPort, server].map((option) => values.where(option))).toEqual([
    '0.hcl:2: node_name',
    '0.hcl:4: ports.http',
    'environment KONSUL_DATACENTER',
    'flag -hcl:1: ports.dns',
    'flag -server',
  ]);
});

test('Maps merge from source to source', () => {
  const values = load({
    files: [{ node_meta: { a: '1', b: '1' } }, { node_meta: { b: '2' } }],
    environment: { KONSUL_NODE_META: 'c:3' },
    flags: { 'node-meta': ['d:4', 'a:5', 'e'] },
  });
  expect(values.get(nodeMeta)).toEqual({ a: '5', b: '2', c: '3', d: '4', e: '' });
});

test('Lists grow in the order of Consul: flags, environment, files, -hcl', () => {
  const values = load({
    files: ['recursors = ["1.1.1.1"]', { recursors: ['2.2.2.2'] }],
    environment: { KONSUL_RECURSORS: '6.6.6.6' },
    flags: { recursor: ['3.3.3.3', '4.4.4.4'], hcl: ['recursors = ["5.5.5.5"]'] },
  });
  expect(values.get(recursors)).toEqual(['3.3.3.3', '4.4.4.4', '6.6.6.6', '1.1.1.1', '2.2.2.2', '5.5.5.5']);
});

test.each(['', ' \n', '{}', '{"server":null}', '# nothing'])('The file %j sets nothing', (file) => {
  expect(load({ files: [file] }).isSet(server)).toBe(false);
});

test('A file is of the format that is said, else of its ending, else JSON', () => {
  const load1 = (file: Parameters<typeof loadConfig>[0]['files'][number]): boolean =>
    loadConfig({ files: [file], environment: {}, flags: new Map() }).get(server);
  expect(load1({ path: 'a.yaml', text: 'server: true' })).toBe(true);
  expect(load1({ path: 'a.json', text: 'server = true', format: 'hcl' })).toBe(true);
  expect(load1({ path: 'a', text: '{"server": true}' })).toBe(true);
  expect(() => load1({ path: 'a', text: 'server = true' })).toThrow(/^a:1: /);
});

test.each([
  ['a.json', 'json'],
  ['a.HCL', 'hcl'],
  ['a.yaml', 'yaml'],
  ['a.yml', 'yaml'],
  ['a.yml.bak', undefined],
  ['json', undefined],
])('%s is read as %s', (path, format) => {
  expect(formatOf(path)).toBe(format);
});

test.each([
  ['{"SERVER": true}', true],
  ['Server = true', true],
  ['ports = [{ http = 1 }]\nserver = true', true],
])('Names have no case, and a list of one block is the block: %s', (text, value) => {
  expect(load({ files: [text] }).get(server)).toBe(value);
});

test('Names inside a map keep their case', () => {
  expect(load({ files: [{ NODE_META: { Rack: 'A' } }] }).get(nodeMeta)).toEqual({ Rack: 'A' });
});

test.each<[Given, string]>([
  [{ files: ['{\n"server": tru }'] }, '0.hcl:2: '],
  [{ files: [{ servre: true }] }, '0.json:1: unknown key "servre"; did you mean "server"?'],
  [{ files: [{}, 'ports {\n  htpp = 1\n}'] }, '1.hcl:2: unknown key "ports.htpp"; did you mean "ports.http"?'],
  [{ files: ['data-dir = "/d"'] }, '0.hcl:1: unknown key "data-dir"; did you mean "data_dir"?'],
  [{ files: [{ prometheus_retention_time: '1h' }] }, 'did you mean "telemetry.prometheus_retention_time"?'],
  [{ files: [{ completely_different: 1 }] }, '0.json:1: unknown key "completely_different"; see docs/reference/config.md for all keys'],
  [
    { files: [{ resources: { limits: { memory: '64Mi' } } }] },
    '0.json:1: unknown key "resources"; memory and CPU are set where the process is started',
  ],
  [{ files: [{ ports: 8500 }] }, '0.json:1: ports: must be one block'],
  [{ files: ['ports { http = 1 }\nports { dns = 2 }'] }, 'ports: must be one block, not a list of 2'],
  [{ files: ['{"__proto__":1}'] }, 'unknown key "__proto__"'],
  [{ files: ['{"constructor":{"prototype":1}}'] }, 'unknown key "constructor"'],
  [{ files: [{ server: 'yes' }] }, '0.json:1: server: must be true or false, not "yes" (for example -server)'],
  [
    { files: [{ max_query_time: 600 }] },
    '0.json:1: max_query_time: must be a duration such as "10s", not 600 (for example -max-query-time=600s)',
  ],
  [{ files: ['service { name = "a" }\nservice { name = "b" }'] }, 'service: stands 2 times; write services = [{ … }, { … }]'],
  [{ files: [{ services: ['web'] }] }, '0.json:1: services: must be a block'],
  [
    { environment: { KONSUL_PORTS_HTTP: 'x' } },
    'environment KONSUL_PORTS_HTTP: must be a whole number, not "x" (for example -http-port=8500)',
  ],
  [{ flags: { dev: ['maybe'] } }, 'flag -dev: must be true or false, not "maybe" (for example -dev)'],
  [{ flags: { hcl: ['a = 1'] } }, 'flag -hcl:1: unknown key "a"; '],
  [{ flags: { hcl: ['server = '] } }, 'flag -hcl:1: '],
  [{ flags: { 'node-id': ['x'] } }, 'flag -node-id: must be a UUID, not "x" (for example -node-id=7e1c4a52-0b3f-4bb8-9d2c-1f7a3c5e9d10)'],
])('%j is a problem: %s', (given, problem) => {
  expect(problems(given)).toEqual([expect.stringContaining(problem)]);
});

test('All problems are told at once', () => {
  const given = { files: ['{', { a: 1, server: 1 }], environment: { KONSUL_DEV_MODE: 'x' }, flags: { 'http-port': ['x'] } };
  expect(problems(given)).toHaveLength(5);
});

test('Thousands of problems are not told', () => {
  const file = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`unknown_${n}`, 1]));
  expect(problems({ files: [file] })).toHaveLength(101);
});

test('A long unknown key is cut, and compared with nothing', () => {
  const [problem = ''] = problems({ files: [{ ['x'.repeat(1_000_000)]: 1 }] });
  expect(problem.length).toBeLessThan(200);
});

test('Services, checks and watches come out raw, in the order of the files', () => {
  const { definitions } = load({
    files: [
      'service { name = "a" }\nservices = [{ name = "b" }]\n',
      { check: { id: 'c' }, checks: [null, { id: 'd' }], watches: [{ type: 'key' }] },
    ],
  });
  expect(definitions.map(({ kind, path, block }) => [kind, path, block.line, block.members[0]?.value])).toMatchObject([
    ['service', '0.hcl', 1, { value: 'a' }],
    ['service', '0.hcl', 2, { value: 'b' }],
    ['check', '1.json', 1, { value: 'c' }],
    ['check', '1.json', 1, { value: 'd' }],
    ['watch', '1.json', 1, { value: 'key' }],
  ]);
});

test('`checks` is a block of options if it holds nothing else, and else a definition', () => {
  expect(load({ files: ['checks { follow_redirects = false }'] }).definitions).toEqual([]);
  expect(load({ files: ['checks { id = "a" }'] }).definitions).toHaveLength(1);
  expect(load({ files: ['checks {}'] }).definitions).toHaveLength(1);
});

test('Definitions are there even if options have problems', () => {
  const { values, problems } = readConfig(sources({ files: ['service { name = "a" }\nservr = 1'] }));
  expect([values.definitions.length, problems.length]).toEqual([1, 1]);
});

test.each([
  ['KONSUL_HTTP_PORT', 'environment KONSUL_HTTP_PORT: is no option, and ignored'],
  ['KONSUL_DATA_DIRR', 'environment KONSUL_DATA_DIRR: is no option, and ignored; did you mean KONSUL_DATA_DIR?'],
])('The variable %s is a warning that does not show its value', (name, warning) => {
  expect(load({ environment: { [name]: 's3cret' } }).warnings).toEqual([expect.stringContaining(warning)]);
});

test.each([
  'KONSUL_SERVICE_HOST',
  'KONSUL_SERVICE_PORT',
  'KONSUL_SERVICE_PORT_HTTP',
  'KONSUL_PORT',
  'KONSUL_PORT_8500_TCP_ADDR',
  'KONSUL_SERVER_SERVICE_HOST',
  'KONSUL_SERVER_PORT_8300_TCP',
  'KONSUL_HTTP_ADDR',
  'KONSUL_HTTP_TOKEN',
  'KONSUL_CACERT',
  'CONSUL_HTTP_ADDR',
])('The variable %s is of others', (name) => {
  expect(load({ environment: { [name]: 'x' } }).warnings).toEqual([]);
});

test('A value that replaces another of a list is not mixed with it', () => {
  const values = load({ files: [{ http_config: { block_endpoints: ['/a'] } }, { http_config: { block_endpoints: ['/b'] } }] });
  expect(values.get(blockEndpoints)).toEqual(['/a', '/b']);
  expect(values.get(retryJoin)).toEqual([]);
});

test('No file crashes the loader', () => {
  const keys = fc.constantFrom(...knownKeys.map((key) => key.split('.')[0] ?? ''), '__proto__', 'constructor', 'x');
  const file = fc.oneof(
    fc.string(),
    fc.json(),
    fc.dictionary(keys, fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom('http', 'name', 'tokens', 'x'), fc.jsonValue()))),
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
