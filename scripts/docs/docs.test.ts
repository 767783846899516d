/** Tests of the generators of docs/reference, on made-up definitions. */
import { readFileSync } from 'node:fs';
import { Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { filter, open, refuse } from '../../src/acl/rule.ts';
import { errorCodes } from '../../src/runtime/errors.ts';
import { readCompatibility } from './compatibility.ts';
import { renderConfig } from './config.ts';
import { renderErrors } from './errors.ts';
import { renderEndpoints } from './http-api.ts';
import { renderOpenApi } from './openapi.ts';
import { replaceGenerated, table } from './page.ts';

const kvGet = {
  method: 'GET',
  path: '/v1/kv/',
  rest: 'key',
  summary: 'Reads an entry.',
  acl: refuse('key', 'read'),
  query: { raw: 'The bytes alone.', keys: 'Names | only.' },
} as const;
const leader = { method: 'GET', path: '/v1/status/leader', summary: 'The leader.', acl: open('a health probe'), query: {} } as const;
const register = {
  method: 'PUT',
  path: '/v1/catalog/register',
  summary: 'Registers.',
  acl: filter('node', 'write'),
  query: {},
  body: Type.Object({ Node: Type.String() }),
} as const;

const judged = (entries: Record<string, object>): ReturnType<typeof readCompatibility> => readCompatibility(JSON.stringify(entries));

describe('the table of endpoints', () => {
  test('has a section per family and one for what is not offered', () => {
    const page = renderEndpoints(
      [kvGet, leader],
      judged({
        'GET /v1/kv/': { status: 'differs', note: 'keeps any key' },
        'GET /v1/status/leader': { status: 'same' },
        'GET /v1/query': { status: 'not offered', note: 'later' },
      }),
    );
    expect(page.match(/^## .*/gm)).toEqual(['## kv', '## status', '## Not offered']);
    expect(page).toContain('| `GET /v1/kv/:key` | Reads an entry. | `raw` `keys` | `key:read` | differs: keeps any key |');
    expect(page).toContain('| `GET /v1/status/leader` | The leader. |  | none: a health probe | same |');
    expect(page).toContain('| `GET /v1/query` | later |');
  });

  test('wants a judgement for every route, and a route for every judgement', () => {
    expect(() => renderEndpoints([leader], judged({}))).toThrow('GET /v1/status/leader');
    expect(() => renderEndpoints([leader], judged({ 'GET /v1/status/leader': { status: 'not offered' } }))).toThrow(
      'GET /v1/status/leader',
    );
    expect(() => renderEndpoints([], judged({ 'GET /v1/status/leader': { status: 'same' } }))).toThrow('GET /v1/status/leader');
  });
});

test.each([
  ['a key that is no endpoint', { 'FETCH /v1/kv/': { status: 'same' } }, 'FETCH /v1/kv/'],
  ['an unknown status', { 'GET /v1/kv/': { status: 'alike' } }, 'needs a status'],
  ['a difference without its reason', { 'GET /v1/kv/': { status: 'differs' } }, 'say how'],
])('compatibility.json may not hold %s', (_name, entries, message) => {
  expect(() => judged(entries)).toThrow(message);
});

test('the OpenAPI document holds paths, parameters, rights and bodies', () => {
  const document = JSON.parse(renderOpenApi([kvGet, register]));
  expect(Object.keys(document.paths)).toEqual(['/v1/kv/{key}', '/v1/catalog/register']);
  expect(document.paths['/v1/kv/{key}'].get.parameters.map((each: { name: string; in: string }) => [each.name, each.in])).toEqual([
    ['key', 'path'],
    ['raw', 'query'],
    ['keys', 'query'],
  ]);
  const put = document.paths['/v1/catalog/register'].put;
  expect(put['x-right']).toBe('node:write, the rest is left out');
  expect(put.requestBody.content['application/json'].schema).toEqual({
    type: 'object',
    required: ['Node'],
    properties: { Node: { type: 'string' } },
  });
});

test('the table of errors has a row for each code', () => {
  expect(renderErrors(errorCodes).split('\n').length - 2).toBe(Object.keys(errorCodes).length);
  expect(renderErrors(errorCodes)).toContain('| `NO_LEADER` | 500 | yes | No server leads');
});

test('the table of options shows default, flag, environment, reload and example', () => {
  const option = { flag: undefined, isReloadable: false, isSecret: false, help: 'Helps.', example: 'x' } as const;
  const page = renderConfig([
    { ...option, key: 'node_name', type: 'string', default: '', flag: 'node', example: '-node=a' },
    { ...option, key: 'node_meta', type: 'pairs', default: {} },
    { ...option, key: 'sync.register_wait', type: 'duration', default: 1_500, isReloadable: true, isSecret: true },
  ]);
  expect(page.match(/^## .*/gm)).toEqual(['## General', '## sync']);
  expect(page).toContain('| `node_name` | string | empty | `-node` `KONSUL_NODE_NAME` | on restart | Helps. Example: `-node=a` |');
  expect(page).toContain('| `node_meta` | pairs | empty | `KONSUL_NODE_META` | on restart |');
  expect(page).toContain(
    '| duration | `1.5s` | `KONSUL_SYNC_REGISTER_WAIT` | on reload | Helps. Secret: never logged or shown. Example: `x` |',
  );
});

test('a table keeps a bar and a line end inside their cell', () => {
  expect(table(['a'], [['x | y\nz']])).toBe('| a |\n| --- |\n| x \\| y z |');
});

test('only what stands between the marks of a page is replaced', () => {
  const marks = ['<!-- generated by npm run docs; do not edit below -->', '<!-- end of the generated part -->'];
  expect(replaceGenerated(`before\n${marks[0]}\nold\n${marks[1]}\nafter\n`, 'new')).toBe(
    `before\n${marks[0]}\n\nnew\n\n${marks[1]}\nafter\n`,
  );
  expect(() => replaceGenerated('no marks', 'new')).toThrow('marks');
});

test('the page of options promises no flag and no form of file that is not there', () => {
  expect(readFileSync(new URL('../../docs/reference/config.md', import.meta.url), 'utf8')).not.toMatch(/config-dir|HCL|`\w+ (?:= |\{)/);
});
