/** What an agent has answered by a server, and how the two ends fit together: a real server behind `serveRelay`. */
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { allowAll } from '../acl/authorizer.ts';
import { serveRelay } from '../assembly/serve-relay.ts';
import { Dispatcher } from '../http/dispatch.ts';
import { Renderer } from '../http/render.ts';
import { KonsulError } from '../runtime/errors.ts';
import { silentLogger } from '../runtime/logger.ts';
import { Metrics } from '../runtime/metrics.ts';
import { SeededRandom } from '../runtime/random.ts';
import { type Reply, replyOf, requestOf, type SentRequest, startTestServer, type TestServer } from '../testing/test-server.ts';
import type { Backend, Relay, RelayAnswer, RelayRequest } from '../topics/backend.ts';
import { createView } from '../topics/view.ts';
import { indentJson } from '../wire/json.ts';
import type { ApiContext, ApiSettings } from './context.ts';
import { EventInbox } from './event/inbox.ts';
import { relayedRoutes } from './relayed-route.ts';
import { routes } from './routes.ts';

let server: TestServer;
/** What was relayed, in order. */
let asked: RelayRequest[] = [];

const SETTINGS = {
  ...{ datacenter: 'dc1', nodeName: 'a1', isServer: false, isDev: false, coordinatesDisabled: false },
  ...{ defaultQueryTimeMs: 300_000, maxQueryTimeMs: 600_000, discoveryConsistency: 'live', kvConsistency: 'live', usesCache: true },
} as ApiSettings;

const local = { nodeName: 'a1', services: () => new Map() };

interface AgentOptions {
  readonly backend?: Partial<Backend>;
  readonly settings?: Partial<ApiSettings>;
}

/** Sends to the routes of an agent that holds nothing (every view is empty, at index 7) and is linked to `server`. */
async function ask(call: string, request: SentRequest = {}, { backend = {}, settings = {} }: AgentOptions = {}): Promise<Reply> {
  const { clock } = server;
  const behind = serveRelay({
    dispatcher: server.server.dispatcher,
    renderer: new Renderer({ clock, indentsAlways: false, indent: indentJson }),
  });
  const relay: Relay = (relayed) => {
    asked.push(relayed);
    return behind(relayed);
  };
  const context = {
    backend: {
      read: () => createView(7, []),
      contact: () => ({ knownLeader: true, lastContactMs: 0, freshness: { isLive: true } }),
      relay,
      ...backend,
    },
    settings: { ...SETTINGS, ...settings },
    eventInbox: new EventInbox(local),
    ...{ local, clock, random: new SeededRandom(1), metrics: new Metrics(clock) },
  } as unknown as ApiContext;
  const agentRoutes = relayedRoutes(routes);
  const dispatcher = new Dispatcher({ routes: agentRoutes, context, authorizer: allowAll, datacenter: 'dc1', logger: silentLogger });
  const renderer = new Renderer({ clock, indentsAlways: false, indent: indentJson });
  const answer = await dispatcher.dispatch(requestOf(call, request));
  return replyOf(await renderer.render(answer, { isPretty: false, acceptsGzip: request.acceptsGzip === true }));
}

/** An agent whose server gives this answer. */
const answering = (answer: Partial<RelayAnswer>): AgentOptions => ({
  backend: { relay: async () => ({ status: 200, headers: {}, chunks: chunksOf([]), ...answer }) },
});

async function* chunksOf(parts: readonly (string | Error)[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const part of parts) {
    if (part instanceof Error) throw part;
    yield Buffer.from(part);
  }
}

beforeAll(async () => {
  server = await startTestServer();
  await server.send('PUT /v1/kv/a/b', { body: 'there' });
});

beforeEach(() => {
  asked = [];
});

afterAll(() => server.stop());

const NOBODY: Relay = () => Promise.reject(new KonsulError('NO_SERVERS', 'No known Consul servers'));
const TOO_LARGE = new KonsulError('VIEW_TOO_LARGE', 'too large');

test.each([
  'GET /v1/status/leader',
  'GET /v1/status/peers',
  'GET /v1/operator/raft/configuration',
  'DELETE /v1/operator/raft/peer?id=x',
  'POST /v1/operator/raft/transfer-leader',
  'GET /v1/operator/autopilot/configuration',
  'GET /v1/operator/autopilot/health',
  'GET /v1/operator/autopilot/state',
  'GET /v1/operator/usage',
  'GET /v1/coordinate/datacenters',
  'GET /v1/query',
  'GET /v1/query/none/execute',
  'GET /v1/config/service-defaults',
  'GET /v1/session/list',
  'GET /v1/session/node/s1',
  'GET /v1/session/info/11111111-1111-1111-1111-111111111111',
  'GET /v1/kv/a/b?consistent',
  'GET /v1/kv/a/b?leader',
  'GET /v1/kv/a?recurse&consistent',
  'GET /v1/catalog/nodes?consistent&pretty',
  'GET /v1/health/service/consul?consistent&near=s1',
])('%s is answered as the server answers it', async (call) => {
  const [through, direct] = [await ask(call), await server.send(call)];
  expect([through.status, through.text]).toEqual([direct.status, direct.text]);
  expect(through.headers).toEqual(direct.headers);
  expect(asked).toHaveLength(1);
});

test.each([
  'GET /v1/kv/a/b',
  'GET /v1/kv/a/b?stale',
  'GET /v1/kv/a/b?cached',
  'GET /v1/catalog/nodes',
  'GET /v1/catalog/nodes?near=_agent',
  'GET /v1/health/service/web?max_stale=1s',
  'GET /v1/coordinate/nodes',
  'GET /v1/event/list',
  'GET /v1/catalog/datacenters',
  'GET /v1/operator/keyring',
  'GET /v1/acl/tokens',
])('%s is answered here', async (call) => {
  await ask(call);
  expect(asked).toEqual([]);
});

test('A transaction, its body and its refusal go to the server', async () => {
  const body = [{ KV: { Verb: 'set', Key: 'txn', Value: Buffer.from('v').toString('base64') } }];
  expect((await ask('PUT /v1/txn', { body })).json()).toMatchObject({ Errors: null });
  expect((await server.send('GET /v1/kv/txn?raw')).text).toBe('v');
  expect(await ask('PUT /v1/txn', { body: '{' })).toMatchObject({ status: 400 });
  const tooLarge = await ask('PUT /v1/txn', { body: 'x'.repeat(600_000) });
  expect([tooLarge.status, tooLarge.text]).toEqual([413, expect.stringContaining('Request body too large, max size: 524288 bytes')]);
});

test('A snapshot goes both ways whole', async () => {
  const { bytes, headers } = await ask('GET /v1/snapshot', { acceptsGzip: true });
  expect(headers).toMatchObject({ 'Content-Type': 'application/x-gzip', 'X-Consul-KnownLeader': 'true' });
  expect(headers['Content-Encoding']).toBeUndefined();
  await server.send('DELETE /v1/kv/a/b');
  expect(await ask('PUT /v1/snapshot', { body: bytes })).toMatchObject({ status: 200, text: '' });
  expect((await server.send('GET /v1/kv/a/b?raw')).text).toBe('there');
  expect((await ask('PUT /v1/snapshot', { body: 'nonsense' })).status).toBe(500);
});

test('A blocking read of the leader waits there, and ends when the client goes', async () => {
  const { index } = await server.send('GET /v1/kv/a/b');
  const waiting = ask(`GET /v1/kv/a/b?consistent&index=${index}`);
  await server.clock.settle();
  await server.send('PUT /v1/kv/a/b', { body: 'news' });
  expect((await waiting).json()).toMatchObject([{ Value: Buffer.from('news').toString('base64') }]);
  const gone = new AbortController();
  const left = ask('GET /v1/session/list?index=1000000', { signal: gone.signal });
  await server.clock.settle();
  gone.abort();
  expect((await left).text).toBe('[]');
});

test.each([
  ['discoveryConsistency', 'GET /v1/health/service/web', true],
  ['discoveryConsistency', 'GET /v1/catalog/services', true],
  ['discoveryConsistency', 'GET /v1/kv/a', false],
  ['discoveryConsistency', 'GET /v1/catalog/services?stale', false],
  ['discoveryConsistency', 'GET /v1/catalog/services?cached', false],
  ['kvConsistency', 'GET /v1/kv/a', true],
  ['kvConsistency', 'GET /v1/kv/a?keys', true],
  ['kvConsistency', 'GET /v1/kv/a?max_stale=1s', false],
  ['kvConsistency', 'GET /v1/catalog/services', false],
] as const)('With %s leader, %s goes to the leader: %s', async (setting, call, isRelayed) => {
  await ask(call, {}, { settings: { [setting]: 'leader' } });
  expect(asked.length > 0).toBe(isRelayed);
});

test.each<[string, Partial<Backend>]>([
  ['read at once', { read: () => Promise.reject(TOO_LARGE) }],
  [
    'read',
    {
      read: () => {
        throw TOO_LARGE;
      },
    },
  ],
  ['waited for', { wait: () => Promise.reject(TOO_LARGE) }],
])('A view that is too large to be %s is read from the server', async (_what, backend) => {
  const reply = await ask('GET /v1/kv/a/b?raw&index=7&wait=1ms', {}, { backend });
  expect([reply.text, asked.length]).toEqual(['news', 1]);
});

test('A second view that is too large has the server answer as well', async () => {
  const read: Backend['read'] = (topic) => (topic.name === 'coordinates' ? Promise.reject(TOO_LARGE) : createView(7, []));
  const reply = await ask('GET /v1/catalog/nodes?near=s1', {}, { backend: { read } });
  expect([reply.json<unknown[]>().length, asked.length]).toEqual([1, 1]);
});

test('Events are never read from the server, which knows its own only', async () => {
  const reply = await ask('GET /v1/event/list', {}, { backend: { read: () => Promise.reject(TOO_LARGE) } });
  expect([reply.status, asked]).toEqual([500, []]);
});

test('Parameters that are wrong are refused here', async () => {
  expect(await ask('GET /v1/kv/a?consistent&stale')).toMatchObject({ status: 400 });
  expect(await ask('GET /v1/kv/a?consistent&index=x')).toMatchObject({ status: 400, text: 'Invalid index' });
  expect(await ask('GET /v1/status/leader?dc=other')).toMatchObject({ status: 500, text: 'No path to datacenter' });
  expect(asked).toEqual([]);
});

test.each(['GET /v1/status/leader', 'GET /v1/kv/a?consistent', 'PUT /v1/txn', 'GET /v1/session/list'])(
  '%s without a server is 500 with the text of Consul',
  async (call) => {
    const reply = await ask(call, { body: [] }, { backend: { relay: NOBODY } });
    expect([reply.status, reply.text]).toEqual([500, 'No known Consul servers']);
  },
);

test('What is of the connection stays here; what is of the request goes along, and the name of this node', async () => {
  const own = {
    'accept-encoding': 'gzip',
    connection: 'keep-alive, X-Hop',
    'x-hop': '1',
    host: 'h',
    te: 't',
    'transfer-encoding': 'chunked',
  };
  const passed = { 'x-consul-token': 's', authorization: 'Bearer s', 'cache-control': 'max-age=1', 'x-forwarded-for': '10.1.1.1' };
  await ask('GET /v1/status/leader?x=%20y', { headers: { ...own, ...passed, 'x-konsul-agent-node': 'other' } });
  expect(asked[0]).toMatchObject({ method: 'GET', path: '/v1/status/leader', rawQuery: 'x=%20y' });
  expect(asked[0]?.headers).toEqual({ ...passed, 'x-konsul-agent-node': 'a1' });
});

test('_agent is the node of the agent, not of the server that answers', async () => {
  for (const [node, at] of [
    ['a1', 0],
    ['b1', 1],
    ['c1', 5],
  ] as const) {
    await server.send('PUT /v1/catalog/register', { body: { Node: node, Address: '10.0.0.9' } });
    const Coord = { Vec: [at, 0, 0, 0, 0, 0, 0, 0], Error: 1.5, Adjustment: 0, Height: 0.00001 };
    await server.send('PUT /v1/coordinate/update', { body: { Node: node, Segment: '', Coord } });
  }
  const names = (reply: Reply): unknown[] => reply.json<{ Node: string }[]>().map(({ Node }) => Node);
  const near = 'GET /v1/catalog/nodes?consistent&near=_agent&filter=Node!=s1';
  expect(names(await ask(near, {}, { settings: { nodeName: 'c1' } }))).toEqual(['c1', 'b1', 'a1']);
  expect(names(await ask(near))).toEqual(['a1', 'b1', 'c1']);
});

test('An answer is compressed here, and what it says of its connection is dropped', async () => {
  const long = JSON.stringify('x'.repeat(200_000));
  const headers = { 'Content-Type': 'application/json', 'X-Cache': 'HIT', 'Content-Length': '9', Connection: 'close', Vary: '*' };
  for (const parts of [
    ['"', 'x'.repeat(2_000), '"'],
    [long.slice(0, 70_000), long.slice(70_000)],
  ]) {
    const reply = await ask('GET /v1/status/leader', { acceptsGzip: true }, answering({ headers, chunks: chunksOf(parts) }));
    expect(gunzipSync(reply.bytes).toString()).toBe(parts.join(''));
    expect(reply.headers).toMatchObject({ 'Content-Encoding': 'gzip', 'X-Cache': 'HIT' });
    expect(Object.keys(reply.headers)).not.toEqual(expect.arrayContaining(['Content-Length']));
    expect([reply.headers.Connection, reply.headers.Vary]).toEqual([undefined, undefined]);
    const plain = await ask('GET /v1/status/leader', {}, answering({ headers, chunks: chunksOf(parts) }));
    expect([plain.text, plain.headers['Content-Encoding']]).toEqual([parts.join(''), undefined]);
  }
});

test('A long answer that is no text is not compressed', async () => {
  const answer = { headers: { 'content-type': 'application/x-gzip' }, chunks: chunksOf(['x'.repeat(70_000), 'y']) };
  expect((await ask('GET /v1/snapshot', { acceptsGzip: true }, answering(answer))).bytes.length).toBe(70_001);
});

test('An answer that breaks off early is an error, later it is cut', async () => {
  const broken = new KonsulError('UNREACHABLE', 'the link broke');
  const early = await ask('GET /v1/status/leader', {}, answering({ chunks: chunksOf(['"10.', broken]) }));
  expect([early.status, early.text]).toEqual([500, 'the link broke']);
  await expect(ask('GET /v1/status/leader', {}, answering({ chunks: chunksOf(['x'.repeat(70_000), broken]) }))).rejects.toBe(broken);
});

test('Who stops reading a long answer cancels it', async () => {
  let isEnded = false;
  async function* endless(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) yield new Uint8Array(40_000);
    } finally {
      isEnded = true;
    }
  }
  const route = relayedRoutes(routes).find(({ path }) => path === '/v1/status/leader');
  const context = { backend: { relay: async () => ({ status: 200, headers: {}, chunks: endless() }) }, settings: SETTINGS };
  const request = { ...requestOf('GET /v1/status/leader'), rest: '', authorizer: allowAll };
  const answer = await route?.handle(request, context as unknown as ApiContext);
  if (answer?.body.kind !== 'stream') throw new Error('it is not streamed');
  for await (const chunk of answer.body.chunks) if (chunk.length > 0) break;
  expect(isEnded).toBe(true);
});

test('On a server nothing is relayed', async () => {
  const call = 'GET /v1/kv/a/b?consistent&raw';
  expect((await server.send(call)).text).toBe('news');
  expect(asked).toEqual([]);
});
