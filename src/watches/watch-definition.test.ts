import { expect, test } from 'vitest';
import { parseConfigText } from '../config/config-text.ts';
import type { Definition } from '../config/definition.ts';
import { watchesOf } from './watch-definition.ts';

/** The text is the inside of one watch block, from line 2 on. */
function read(text: string, kind: Definition['kind'] = 'watch') {
  const file = parseConfigText('hcl', `watches {\n${text}\n}`);
  const block = file.members[0]?.value;
  if (block?.kind !== 'block') throw new Error('no block');
  return watchesOf([{ kind, path: 'w.hcl', block }]);
}

const SCRIPT = 'args = ["/bin/x", "1"]';

test.each([
  ['args', `type = "services"\n${SCRIPT}`, { kind: 'script', args: ['/bin/x', '1'] }],
  ['handler_type script', `type = "services"\nhandler_type = "script"\n${SCRIPT}`, { kind: 'script', args: ['/bin/x', '1'] }],
  ['the old handler', 'type = "services"\nhandler = "a | b"', { kind: 'script', args: ['/bin/sh', '-c', 'a | b'] }],
  [
    'http with nothing more',
    'type = "services"\nhandler_type = "http"\nhttp_handler_config { path = "http://h/p" }',
    { kind: 'http', url: 'http://h/p', method: 'POST', headers: {}, timeoutMs: 10_000, tlsSkipVerify: false },
  ],
  [
    'http in full',
    'type = "services"\nhttp_handler_config { path = "https://h" method = "PUT" header { "x-a" = ["b"] } timeout = "3s" tls_skip_verify = true }',
    { kind: 'http', url: 'https://h', method: 'PUT', headers: { 'x-a': ['b'] }, timeoutMs: 3_000, tlsSkipVerify: true },
  ],
])('the handler may be %s', (_name, text, handler) => {
  const { watches, problems } = read(text);
  expect(problems).toEqual([]);
  expect(watches).toEqual([{ type: 'services', path: '/v1/catalog/services', token: '', handler }]);
});

test('all parameters arrive, tags alone or in a list', () => {
  const one = read(
    `type = "service"\nservice = "web"\ntag = "a"\npassingonly = true\ndatacenter = "dc2"\nstale = true\ntoken = "t"\n${SCRIPT}`,
  );
  expect([one.problems, one.watches[0]]).toEqual([
    [],
    {
      type: 'service',
      path: '/v1/health/service/web?tag=a&passing&dc=dc2&stale',
      token: 't',
      handler: { kind: 'script', args: ['/bin/x', '1'] },
    },
  ]);
  expect(read(`type = "service"\nservice = "web"\ntag = ["a", "b"]\n${SCRIPT}`).watches[0]?.path).toBe(
    '/v1/health/service/web?tag=a&tag=b',
  );
});

test.each([
  ['no type', SCRIPT, 'w.hcl:1: watch: Watch type must be specified'],
  ['a misspelt type', `type = "servces"\n${SCRIPT}`, 'w.hcl:2: watch.type: Unsupported watch type: servces; did you mean "services"?'],
  [
    'an unknown type',
    `type = "everything"\n${SCRIPT}`,
    /^w\.hcl:2: watch\.type: Unsupported watch type: everything; it is one of key, keyprefix/,
  ],
  ['a key that is missing', `type = "key"\n${SCRIPT}`, 'w.hcl:2: watch.type: Must specify a single key to watch'],
  ['a parameter of another type', `type = "nodes"\n${SCRIPT}\nkey = "a"`, 'w.hcl:4: watch.key: Invalid parameters: [key]'],
  ['a misspelt key', `type = "nodes"\narg = ["x"]`, 'w.hcl:3: watch.arg: unknown key; did you mean "args"?'],
  ['a value of the wrong kind', `type = 3\n${SCRIPT}`, 'w.hcl:2: watch.type: must be a text, in quotes'],
  [
    'a tag that is no text',
    `type = "service"\nservice = "w"\ntag = [1]\n${SCRIPT}`,
    'w.hcl:4: watch.tag: must be a text or a list of texts',
  ],
  ['no handler', 'type = "nodes"', /^w\.hcl:1: watch: a watch needs a handler: args = /],
  [
    'two handlers',
    `type = "nodes"\n${SCRIPT}\nhttp_handler_config { path = "http://h" }`,
    /^w\.hcl:4: watch\.http_handler_config: a watch has one handler/,
  ],
  ['two scripts', `type = "nodes"\n${SCRIPT}\nhandler = "x"`, /^w\.hcl:4: watch\.handler: args and handler/],
  [
    'an unknown kind of handler',
    'type = "nodes"\nhandler_type = "mail"',
    'w.hcl:3: watch.handler_type: must be "script" or "http", not "mail"',
  ],
  ['http without a URL', 'type = "nodes"\nhandler_type = "http"', /^w\.hcl:1: watch: path must be the URL to call/],
  [
    'a URL that is none',
    'type = "nodes"\nhttp_handler_config { path = "/x" }',
    /^w\.hcl:3: watch\.http_handler_config: path must be .* not "\/x"$/,
  ],
  ['a method that is none', 'type = "nodes"\nhttp_handler_config { path = "http://h" method = "A B" }', /method is no method of HTTP$/],
  ['no time', 'type = "nodes"\nhttp_handler_config { path = "http://h" timeout = "0s" }', /timeout must be more than 0$/],
])('%s is a problem, told with its place', (_name, text, problem) => {
  const { watches, problems } = read(text);
  expect(watches).toEqual([]);
  expect(problems).toEqual([typeof problem === 'string' ? problem : expect.stringMatching(problem)]);
});

test('services and checks are left alone', () => {
  expect(read('name = "web"', 'service')).toMatchObject({ watches: [], problems: [] });
});
