/** The endpoints of prepared queries over a real server's state (spec section 10). */
import { beforeEach, expect, test } from 'vitest';
import { type Reply, requestOf, type Send, startTestServer, type TestServer } from '../../testing/test-server.ts';

let api: TestServer;
let send: Send;

beforeEach(async () => {
  api = await startTestServer();
  send = api.send;
});

const UNKNOWN = '77aa0000-0000-4000-8000-000000000001';

interface Definition {
  readonly ID: string;
  readonly Name: string;
  readonly Service: { readonly Service: string; readonly Tags: readonly string[] | null };
  readonly ModifyIndex: number;
}

interface Execution {
  readonly Nodes: readonly { readonly Node: { readonly Node: string }; readonly Service: { readonly ID: string } }[];
}

const shown = ({ status, text }: Reply): unknown => [status, text];
const post = (body: unknown): Promise<Reply> => send('POST /v1/query', { body });

async function create(body: object): Promise<string> {
  const reply = await post({ Service: { Service: 'web' }, ...body });
  expect(shown(reply)).toEqual([200, expect.stringMatching(/^\{"ID":"[0-9a-f-]{36}"\}$/)]);
  return reply.json<{ ID: string }>().ID;
}

const list = async (): Promise<Definition[]> => (await send('GET /v1/query')).json<Definition[]>();

const register = (Node: string, change: object = {}): Promise<Reply> =>
  send('PUT /v1/catalog/register', { body: { Node, Address: '10.0.0.1', Service: { ID: `web-${Node}`, Service: 'web' }, ...change } });

const nodesOf = (reply: Reply): string[] =>
  reply
    .json<Execution>()
    .Nodes.map(({ Node }) => Node.Node)
    .sort();

test('A query is created, listed, read, replaced and removed', async () => {
  expect([shown(await send('GET /v1/query')), (await send('GET /v1/query')).headers['X-Consul-Index']]).toEqual([[200, '[]'], '1']);
  const id = await create({ Name: 'q', DNS: { TTL: '5s' } });
  const [listed] = await list();
  expect(listed).toMatchObject({ ID: id, Name: 'q', Service: { Service: 'web', Tags: null } });
  const read = await send(`GET /v1/query/${id.toUpperCase()}`);
  expect([read.json(), read.index]).toEqual([[listed], listed?.ModifyIndex]);
  expect(read.headers).toMatchObject({ 'X-Consul-Effective-Consistency': 'leader', 'X-Consul-KnownLeader': 'true' });

  const replaced = await send(`PUT /v1/query/${id}`, { body: { ID: UNKNOWN, Name: 'Q2', Service: { Service: 'db', Tags: [] } } });
  expect(shown(replaced)).toEqual([200, '']);
  expect(await list()).toMatchObject([{ ID: id, Name: 'Q2', DNS: { TTL: '' }, Service: { Service: 'db', Tags: [] } }]);
  expect(shown(await send(`DELETE /v1/query/${id}`))).toEqual([200, '']);
  expect([await list(), shown(await send(`GET /v1/query/${id}`))]).toEqual([[], [404, 'Query not found']]);
});

test.each<[body: unknown, status: number, text: string]>([
  ['', 400, 'Request decode failed: EOF'],
  ['{bad', 400, 'Request decode failed: invalid character'],
  [{ Foo: 1 }, 400, 'Request decode failed: json: unknown field "Foo"'],
  ['null', 500, 'Invalid prepared query: Must be bound to a session'],
  [{}, 500, 'Invalid prepared query: Must be bound to a session'],
  [{ Name: 'q' }, 500, 'Invalid prepared query: Must provide a Service name to query'],
  [{ ID: UNKNOWN, Name: 'q' }, 500, 'ID must be empty when creating a new prepared query'],
  [{ Name: 'q', Service: { Service: 'w' }, Session: UNKNOWN }, 500, `raft apply failed: invalid session "${UNKNOWN}"`],
])('Creating %j is %d %s', async (body, status, text) => {
  expect(shown(await post(body))).toEqual([status, expect.stringContaining(text)]);
  expect(await list()).toEqual([]);
});

test.each([
  ['GET', 'foo', 500, 'failed prepared query lookup: index error: UUID must be 36 characters'],
  ['GET', '', 500, 'failed prepared query lookup: index error: UUID must be 36 characters'],
  ['GET', UNKNOWN, 404, 'Query not found'],
  ['GET', `${UNKNOWN}?index=1`, 404, 'Query not found'],
  ['GET', 'foo/execute', 404, 'Query not found'],
  ['GET', 'foo/explain', 404, 'Query not found'],
  ['GET', 'execute', 404, 'Query not found'],
  ['PUT', 'foo', 500, 'Prepared Query lookup failed: failed prepared query lookup: index error: UUID must be 36 characters'],
  ['PUT', UNKNOWN, 500, `Cannot modify non-existent prepared query: '${UNKNOWN}'`],
  ['DELETE', UNKNOWN, 500, `Cannot modify non-existent prepared query: '${UNKNOWN}'`],
  ['PUT', 'foo/execute', 405, 'method PUT not allowed'],
  ['DELETE', 'foo/explain', 405, 'method DELETE not allowed'],
  ['POST', 'foo', 405, 'method POST not allowed'],
])('%s of /v1/query/%s is %d %s', async (method, rest, status, text) => {
  expect(shown(await send(`${method} /v1/query/${rest}`))).toEqual([status, text]);
});

test('Writing to an action says what is allowed', async () => {
  expect((await send('PUT /v1/query/foo/execute')).headers.Allow).toBe('GET');
  expect((await send('PUT /v1/query')).headers.Allow).toBe('OPTIONS,GET,POST');
});

test('A list wakes when a query changes, and sleeps through everything else', async () => {
  const id = await create({ Name: 'q' });
  const { index } = await send('GET /v1/query');
  let answered = 0;
  const waiting = send(`GET /v1/query?index=${index}&wait=1m`).then((reply) => {
    answered += 1;
    return reply;
  });
  await register('n');
  await send('PUT /v1/kv/a', { body: 'x' });
  await send(`PUT /v1/query/${id}`, { body: { Name: 'q', Service: { Service: 'web' } } });
  expect(answered).toBe(0);
  await send(`PUT /v1/query/${id}`, { body: { Name: 'q', Service: { Service: 'db' } } });
  expect((await waiting).json<Definition[]>()[0]?.Service.Service).toBe('db');
});

test('Who waits for one query is told 404 when it goes', async () => {
  const id = await create({ Name: 'q' });
  const { index } = await send(`GET /v1/query/${id}`);
  const waiting = send(`GET /v1/query/${id}?index=${index}&wait=1m`);
  await send('GET /v1/status/leader');
  await send(`DELETE /v1/query/${id}`);
  expect(shown(await waiting)).toEqual([404, 'Query not found']);
});

test('A query goes with its session', async () => {
  const session = (await send('PUT /v1/session/create')).json<{ ID: string }>().ID;
  await create({ Session: session.toUpperCase() });
  await send(`PUT /v1/session/destroy/${session}`);
  expect(await list()).toEqual([]);
});

test('An execution shows what was found, word for word', async () => {
  await register('n', { NodeMeta: { rack: '1' }, Check: { CheckID: 'c', Name: 'c', Status: 'passing', ServiceID: 'web-n' } });
  await create({ Name: 'q', DNS: { TTL: '5s' } });
  const reply = await send('GET /v1/query/Q/execute');
  const health = (await send('GET /v1/health/service/web')).text;
  expect(reply.text).toBe(
    `{"Service":"web","Nodes":${health},"DNS":{"TTL":"5s"},"Datacenter":"dc1","PeerName":"","Failovers":0,"Index":1,"LastContact":0,"KnownLeader":true,"ConsistencyLevel":"leader","NotModified":false,"Backend":0,"ResultsFilteredByACLs":false}`,
  );
  expect(reply.headers).toMatchObject({
    'X-Consul-Index': '1',
    'X-Consul-KnownLeader': 'true',
    'X-Consul-LastContact': '0',
    'X-Consul-Effective-Consistency': 'leader',
    'X-Consul-Query-Backend': 'blocking-query',
  });
  expect(reply.headers).not.toHaveProperty('X-Cache');
});

test('A query without a name, or a name with a slash, is executed too', async () => {
  await register('n');
  const session = (await send('PUT /v1/session/create')).json<{ ID: string }>().ID;
  const id = await create({ Session: session });
  await create({ Name: 'a/b' });
  await create({ Name: 'execute' });
  for (const path of [id, 'a/b', 'a%2Fb', 'execute', 'execute/execute']) {
    const target = path === 'execute' ? path : path.replace(/(\/execute)?$/, '/execute');
    expect([path, nodesOf(await send(`GET /v1/query/${target}`))]).toEqual([path, ['n']]);
  }
});

test.each<[parameters: string, nodes: readonly string[]]>([
  ['', ['a', 'b', 'c']],
  ['limit=2&near=b', ['b', 'x']],
  ['limit=1&near=c', ['c']],
  ['limit=1&near=_ip', ['b']],
  ['limit=0', ['a', 'b', 'c']],
  ['limit=-1', ['a', 'b', 'c']],
  ['connect=true', []],
  ['connect=0', ['a', 'b', 'c']],
  ['index=99&wait=1s', ['a', 'b', 'c']],
  ['dc=dc1', ['a', 'b', 'c']],
])('Executing with ?%s finds %j', async (parameters, nodes) => {
  for (const [number, name] of ['a', 'b', 'c'].entries()) await register(name, { Address: `10.0.0.${number}` });
  await create({ Name: 'q' });
  const found = nodesOf(await send(`GET /v1/query/q/execute?${parameters}`, { headers: { 'x-forwarded-for': '10.0.0.1, 10.0.0.2' } }));
  expect(found).toHaveLength(nodes.length);
  expect(found).toEqual(expect.arrayContaining(nodes.filter((name) => name !== 'x')));
});

test.each<[parameters: string, status: number, text: string]>([
  ['limit=x', 500, 'Bad limit: strconv.Atoi: parsing "x": invalid syntax'],
  ['connect=x', 500, `Error parsing 'connect' value: strconv.ParseBool: parsing "x": invalid syntax`],
  ['index=x&limit=x', 400, 'Invalid index'],
  ['wait=x', 400, 'Invalid wait time'],
  ['stale&consistent', 400, 'Cannot specify ?stale with ?consistent, conflicting semantics.'],
  ['dc=dc2', 500, 'No path to datacenter'],
])('Executing with ?%s is %d %s', async (parameters, status, text) => {
  await create({ Name: 'q' });
  expect(shown(await send(`GET /v1/query/q/execute?${parameters}`))).toEqual([status, text]);
});

test.each<[parameters: string, mode: string, cache: string | undefined]>([
  ['stale', 'stale', undefined],
  ['consistent', 'consistent', undefined],
  ['cached', 'leader', 'HIT'],
])('?%s is answered as %s, from the cache: %s', async (parameters, mode, cache) => {
  await create({ Name: 'q' });
  const reply = await send(`GET /v1/query/q/execute?${parameters}`);
  expect([reply.json(), reply.headers['X-Consul-Effective-Consistency'], reply.headers['X-Cache']]).toMatchObject([
    { ConsistencyLevel: mode },
    mode,
    cache,
  ]);
  const explained = await send(`GET /v1/query/q/explain?${parameters}`);
  expect([explained.json(), explained.headers['X-Cache']]).toMatchObject([{ ConsistencyLevel: mode }, undefined]);
});

test('A template is explained and executed for a name, and not by its id', async () => {
  await register('n');
  const id = await create({
    Name: 'geo-',
    Template: { Type: 'name_prefix_match', Regexp: '^geo-(.*?)-([^-]+)$', RemoveEmptyTags: true },
    Service: { Service: '${match(1)}', Tags: ['${match(2)}', '${match(3)}'] },
  });
  const explained = await send('GET /v1/query/geo-web-v1/explain');
  expect(explained.json()).toMatchObject({
    Query: { ID: id, Name: 'geo-', Service: { Service: 'web', Tags: ['v1'] } },
    Index: 1,
    KnownLeader: true,
  });
  expect(Object.keys(explained.json<object>())).toEqual([
    'Query',
    'Index',
    'LastContact',
    'KnownLeader',
    'ConsistencyLevel',
    'NotModified',
    'Backend',
    'ResultsFilteredByACLs',
  ]);
  expect(nodesOf(await send('GET /v1/query/geo-web-v1/execute'))).toEqual([]);
  const text = 'prepared query templates can only be resolved up by name, not by ID';
  expect([shown(await send(`GET /v1/query/${id}/execute`)), shown(await send(`GET /v1/query/${id}/explain`))]).toEqual([
    [500, text],
    [500, text],
  ]);
});

test('The instances that a query finds are a list of the answer, so that many are sent in slices', async () => {
  await create({ Name: 'q' });
  await register('a');
  const { body } = await api.server.dispatcher.dispatch(requestOf('GET /v1/query/q/execute'));
  expect(body).toMatchObject({ kind: 'list', list: { items: [{ node: { name: 'a' } }] } });
});
