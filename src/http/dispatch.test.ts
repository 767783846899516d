import { expect, test, vi } from 'vitest';
import { allowAll } from '../acl/authorizer.ts';
import { open, refuse } from '../acl/rule.ts';
import { KonsulError } from '../runtime/errors.ts';
import { silentLogger } from '../runtime/logger.ts';
import { requestOf, type SentRequest } from '../testing/test-server.ts';
import { type Answer, emptyAnswer, textAnswer } from './answer.ts';
import { Dispatcher } from './dispatch.ts';
import type { Method } from './request.ts';
import type { Route, RouteRequest } from './route.ts';

type Handle = Route<string>['handle'];

const route = (
  method: Method,
  path: string,
  handle: Handle = ({ rest }) => textAnswer(200, `${method} ${path} ${rest}`),
): Route<string> => ({
  method,
  path,
  summary: '',
  acl: open('a test'),
  query: {},
  handle,
});

const fails =
  (error: unknown): Handle =>
  () => {
    throw error;
  };

const ROUTES: readonly Route<string>[] = [
  route('DELETE', '/v1/kv/'),
  route('GET', '/v1/kv/'),
  { ...route('PUT', '/v1/kv/'), bodyLimit: () => ({ bytes: 3, setting: 'kv_max_value_size' }) },
  route('GET', '/v1/kv/deeper/'),
  route('PUT', '/v1/txn'),
  route('POST', '/v1/query'),
  route('GET', '/v1/query'),
  route('GET', '/v1/catalog/nodes'),
  route('GET', '/v1/fail/rejected', fails(new KonsulError('REJECTED', 'no such thing'))),
  route('GET', '/v1/fail/busy', fails(new KonsulError('TOO_MANY_CONNECTIONS', 'later'))),
  route('GET', '/v1/fail/bug', fails(new KonsulError('KONSUL_INVARIANT', 'impossible'))),
  route('GET', '/v1/fail/throw', fails('a text')),
  { ...route('PUT', '/v1/guarded/'), acl: refuse('key', 'write') },
];

const ACL = { 'X-Consul-Default-Acl-Policy': 'allow' };

const dispatcher = (options: Partial<ConstructorParameters<typeof Dispatcher<string>>[0]> = {}): Dispatcher<string> =>
  new Dispatcher({ routes: ROUTES, context: 'context', authorizer: allowAll, datacenter: 'dc1', logger: silentLogger, ...options });

const send = (call: string, request?: SentRequest): Promise<Answer> => dispatcher().dispatch(requestOf(call, request));

const text = ({ body }: Answer): string =>
  body.kind === 'text' ? body.text : body.kind === 'bytes' ? Buffer.from(body.bytes).toString() : '';

test.each([
  ['GET /v1/kv/a', 'GET /v1/kv/ a'],
  ['GET /v1/kv/a/b%2Fc%20d', 'GET /v1/kv/ a/b/c d'],
  ['GET /v1/kv/', 'GET /v1/kv/ '],
  ['DELETE /v1/kv/a', 'DELETE /v1/kv/ a'],
  ['GET /v1/kv/deeper/a', 'GET /v1/kv/deeper/ a'],
  ['GET /v1/kv/deeper', 'GET /v1/kv/ deeper'],
  ['GET /v1/kv/%F0%9F%98%80', 'GET /v1/kv/ 😀'],
  ['GET /v1/catalog/nodes?x=//', 'GET /v1/catalog/nodes '],
])('%s runs a route: %s', async (call, said) => {
  const answer = await send(call);
  expect([answer.status, text(answer)]).toEqual([200, said]);
  expect(answer.headers).toEqual(ACL);
});

test.each([
  ['/v1/nothing', 'Invalid URL path: not a recognized HTTP API endpoint\n'],
  ['/v1/catalog/nodes/', 'Invalid URL path: not a recognized HTTP API endpoint\n'],
  ['/proxy/v1/kv', 'Invalid URL path: not a recognized HTTP API endpoint\n'],
  ['/kv/a', "Invalid URL path: if attempting to use the HTTP API, ensure the path starts with '/v1/'\n"],
  ['/v1', "Invalid URL path: if attempting to use the HTTP API, ensure the path starts with '/v1/'\n"],
  ['*', "Invalid URL path: if attempting to use the HTTP API, ensure the path starts with '/v1/'\n"],
])('%s is no endpoint, and says which kind of none', async (path, said) => {
  const answer = await send(`GET ${path}`);
  expect([answer.status, text(answer), answer.headers]).toEqual([404, said, {}]);
});

test('The root says that there is no UI', async () => {
  const answer = await send('GET /');
  expect([answer.status, answer.headers]).toEqual([200, {}]);
  expect(text(answer)).toBe('Consul Agent: UI disabled. To enable, set ui_config.enabled=true in the agent configuration and restart.');
});

test.each([
  ['GET /v1/kv', '/v1/kv/'],
  ['GET /v1/kv?keys&pretty', '/v1/kv/?keys&pretty'],
  ['GET /v1/kv//a', '/v1/kv/a'],
  ['GET /v1/kv/./a', '/v1/kv/a'],
  ['GET /v1/kv/b/../a', '/v1/kv/a'],
  ['GET /v1/kv/a/..', '/v1/kv'],
  ['GET /v1/../../..//', '/'],
  ['GET //evil.example/v1', '/evil.example/v1'],
  ['GET /v1/kv/a//', '/v1/kv/a/'],
  ['GET /v1//kv/a%2F?x=1', '/v1/kv/a/?x=1'],
  ['PUT /v1/kv//a', '/v1/kv/a'],
])('%s is redirected to %s', async (call, location) => {
  const answer = await send(call);
  expect(answer.status).toBe(301);
  expect(answer.headers).toMatchObject({ Location: location });
  expect(answer.headers).not.toHaveProperty('X-Consul-Default-Acl-Policy');
  expect(text(answer)).toBe(call.startsWith('GET') ? `<a href="${location.replaceAll('&', '&amp;')}">Moved Permanently</a>.\n\n` : '');
});

test('A redirect does not let markup through', async () => {
  expect(text(await send('GET /v1//"><b>'))).toBe('<a href="/v1/&#34;>&lt;b>">Moved Permanently</a>.\n\n');
});

test('What was written as an escape keeps its dots and slashes: no other key is made of it', async () => {
  const target = { method: 'GET', path: '/v1/kv/a//b/../c', rawPath: '/v1/kv/a%2F%2Fb%2F..%2Fc', rawQuery: '' };
  expect(dispatcher().match(target)).toMatchObject({ rest: 'a//b/../c' });
});

test.each(['%00', '%0A', '%09', '%C2%A0', '%E2%80%8B', '%7F', '%EF%BF%BF'])(
  'A path with the unprintable %s is a 400 without a text',
  async (character) => {
    const answer = await send(`GET /v1/kv/a${character}`);
    expect([answer.status, answer.body.kind, answer.headers]).toEqual([400, 'empty', {}]);
  },
);

test.each([
  ['POST /v1/kv/a', 'OPTIONS,GET,PUT,DELETE'],
  ['HEAD /v1/kv/a', 'OPTIONS,GET,PUT,DELETE'],
  ['PATCH /v1/txn', 'OPTIONS,PUT'],
  ['PUT /v1/query', 'OPTIONS,GET,POST'],
  ['get /v1/kv/a', 'OPTIONS,GET,PUT,DELETE'],
])('%s is not allowed, and Allow says what is, in the order of Consul', async (call, allow) => {
  const answer = await send(call);
  expect([answer.status, text(answer)]).toEqual([405, `method ${call.split(' ')[0]} not allowed`]);
  expect(answer.headers).toEqual({ ...ACL, Allow: allow });
});

test('OPTIONS is answered for every endpoint', async () => {
  const answer = await send('OPTIONS /v1/kv/a');
  expect([answer.status, answer.body.kind, answer.headers]).toEqual([200, 'empty', { ...ACL, Allow: 'OPTIONS,GET,PUT,DELETE' }]);
});

test.each([
  ['/v1/fail/rejected', 500, 'no such thing', ACL],
  ['/v1/fail/busy', 429, 'later', { ...ACL, 'Retry-After': '1' }],
  ['/v1/fail/bug', 500, 'impossible', ACL],
  ['/v1/fail/throw', 500, 'a text', ACL],
])('%s: what a route throws becomes an answer', async (path, status, said, headers) => {
  const answer = await send(`GET ${path}`);
  expect([answer.status, text(answer), answer.headers]).toEqual([status, said, headers]);
});

test('Only bugs are logged, with the route and not the key', async () => {
  const error = vi.fn();
  const noisy = dispatcher({ logger: { ...silentLogger, error } });
  for (const what of ['rejected', 'busy', 'bug']) await noisy.dispatch(requestOf(`GET /v1/fail/${what}`));
  expect(error.mock.calls).toEqual([
    [expect.objectContaining({ method: 'GET', path: '/v1/fail/bug', error: 'impossible' }), 'request failed'],
  ]);
});

test('A body over the limit of its route is 413 in the words of Consul, also without a socket', async () => {
  expect((await send('PUT /v1/kv/a', { body: 'abc' })).status).toBe(200);
  const answer = await send('PUT /v1/kv/a', { body: 'abcd' });
  expect([answer.status, answer.headers]).toEqual([413, ACL]);
  expect(text(answer)).toBe(
    'Request body(4 bytes) too large, max size: 3 bytes. See https://www.consul.io/docs/agent/config/config-files#kv_max_value_size.',
  );
  expect((await send('PUT /v1/txn', { body: new Uint8Array(2 * 1024 * 1024 + 1) })).status).toBe(413);
});

test.each([
  ['another datacenter', 'PUT /v1/kv/a?dc=mars', allowAll, 500, 'No path to datacenter'],
  ['a broken query', 'PUT /v1/kv/a?x=%zz', allowAll, 500, ''],
  ['no right', 'PUT /v1/guarded/a', { ...allowAll, allows: () => false }, 403, 'Permission denied'],
])('A request with %s is refused before any of its body is read', async (_what, call, authorizer, status, said) => {
  const request = requestOf(call);
  const { method, path, rawQuery } = request;
  const found = dispatcher({ authorizer }).match({ method, path, rawPath: path, rawQuery });
  const receive = vi.fn();
  const answer = await dispatcher({ authorizer }).run(found as never, request, receive);
  expect([answer.status, text(answer)]).toEqual([status, said]);
  expect(receive).not.toHaveBeenCalled();
});

test('The body of a GET is nobody’s', async () => {
  expect((await send('GET /v1/kv/a', { body: 'longer than three bytes' })).status).toBe(200);
});

test('A route sees the whole request, and what stood behind its path', async () => {
  const seen: unknown[] = [];
  const spy = route('PUT', '/v1/spy/', (request: RouteRequest, context) => {
    const { method, path, rest, rawQuery, query, headers, body, remoteAddress, signal } = request;
    seen.push({
      method,
      path,
      rest,
      rawQuery,
      x: query.all('x'),
      headers,
      body: Buffer.from(body).toString(),
      remoteAddress,
      signal,
      context,
    });
    return emptyAnswer();
  });
  const { signal } = new AbortController();
  await dispatcher({ routes: [spy] }).dispatch(requestOf('PUT /v1/spy/%C3%A9/b?x=1&x=2', { body: 'hi', headers: { 'x-a': 'b' }, signal }));
  expect(seen).toEqual([
    {
      method: 'PUT',
      path: '/v1/spy/é/b',
      rest: 'é/b',
      rawQuery: 'x=1&x=2',
      x: ['1', '2'],
      headers: { 'x-a': 'b' },
      body: 'hi',
      remoteAddress: '',
      signal,
      context: 'context',
    },
  ]);
});

test('A header of the route wins over the common one', async () => {
  const own = route('GET', '/v1/own', () => emptyAnswer(200, { 'X-Consul-Default-Acl-Policy': 'deny' }));
  expect((await dispatcher({ routes: [own] }).dispatch(requestOf('GET /v1/own'))).headers).toEqual({
    'X-Consul-Default-Acl-Policy': 'deny',
  });
});
