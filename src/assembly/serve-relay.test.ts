/** Relayed requests on the routes of a real server, beyond what `api/relayed-route.test.ts` asks of both ends. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isServedToAgents } from '../api/relayed-route.ts';
import { routes } from '../api/routes.ts';
import { Renderer } from '../http/render.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import type { Relay, RelayRequest } from '../topics/backend.ts';
import { indentJson } from '../wire/json.ts';
import { serveRelay } from './serve-relay.ts';

let server: TestServer;
let relay: Relay;

beforeAll(async () => {
  server = await startTestServer();
  relay = serveRelay({
    dispatcher: server.server.dispatcher,
    renderer: new Renderer({ clock: server.clock, indentsAlways: false, indent: indentJson }),
  });
});

afterAll(() => server.stop());

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

async function ask(request: Partial<RelayRequest>): Promise<Answered> {
  const { signal } = new AbortController();
  const given = { method: 'GET', path: '/', rawQuery: '', headers: {}, bodyStream: pieces(), remoteAddress: '10.0.0.9:1', signal };
  const { status, headers, chunks } = await relay({ ...given, ...request });
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return { status, headers, text: Buffer.concat(parts).toString() };
}

async function* pieces(...parts: readonly (Uint8Array | Error)[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const part of parts) {
    if (part instanceof Error) throw part;
    yield part;
  }
}

test('A body in pieces is one, in memory of its own', async () => {
  const bodyStream = pieces(Buffer.from('va'), Buffer.from('lue'));
  expect(await ask({ method: 'PUT', path: '/v1/kv/key', bodyStream })).toMatchObject({ status: 200, text: 'true' });
  expect((await server.send('GET /v1/kv/key?raw')).text).toBe('value');
});

test('A path is as it was decoded where it came in: doubled slashes and dots are of the key', async () => {
  for (const key of ['a//b', 'a/./b', 'a/../b', 'a b%2F']) {
    await ask({ method: 'PUT', path: `/v1/kv/${key}`, bodyStream: pieces(Buffer.from(key)) });
    expect(await ask({ path: `/v1/kv/${key}`, rawQuery: 'raw' })).toMatchObject({ status: 200, text: key });
  }
});

test.each([
  ['GET', '/v1/nothing', '', 404],
  ['PATCH', '/v1/kv/a', '', 405],
  ['GET', '/v1/kv/a', 'x=%zz', 500],
  ['GET', '/v1/kv/\ud800', '', 400],
  ['GET', '/v1/kv/a\n', '', 400],
  ['', '', '', 404],
  ['OPTIONS', '/v1/kv/a', '', 200],
])('%s %j?%s is answered %d, as at a door', async (method, path, rawQuery, status) => {
  expect((await ask({ method, path, rawQuery })).status).toBe(status);
});

test('?pretty indents, and nothing is compressed whatever the request takes', async () => {
  const { text, headers } = await ask({ path: '/v1/catalog/nodes', rawQuery: 'pretty', headers: { 'accept-encoding': 'gzip' } });
  expect(text).toMatch(/^\[\n {4}\{\n/);
  expect(headers['Content-Encoding']).toBeUndefined();
});

test('A body above the limit of its route is refused as soon as it is known, and the rest is not taken', async () => {
  let taken = 0;
  async function* endless(): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      taken += 65_536;
      yield new Uint8Array(65_536);
    }
  }
  expect(await ask({ method: 'PUT', path: '/v1/kv/a', bodyStream: endless() })).toMatchObject({
    status: 413,
    text: expect.stringContaining('Request body too large, max size: 524288 bytes'),
  });
  expect(taken).toBeLessThan(700_000);
});

test('A body that breaks off writes nothing', async () => {
  const reply = await ask({ method: 'PUT', path: '/v1/kv/broken', bodyStream: pieces(Buffer.from('ha'), new Error('gone')) });
  expect(reply).toMatchObject({ status: 500, text: 'gone' });
  expect((await server.send('GET /v1/kv/broken')).status).toBe(404);
});

test('Bodies of all requests at one moment are bounded, and given back', async () => {
  const started: (() => void)[] = [];
  const held = (): AsyncGenerator<Uint8Array, void, undefined> =>
    (async function* () {
      yield new Uint8Array(500_000);
      await new Promise<void>((resolve) => started.push(resolve));
    })();
  const all = Array.from({ length: 140 }, (_, n) => ask({ method: 'PUT', path: `/v1/kv/many/${n}`, bodyStream: held() }));
  await server.clock.settle();
  for (const go of started) go();
  const statuses = (await Promise.all(all)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 429)).toHaveLength(6);
  expect((await ask({ method: 'PUT', path: '/v1/kv/after', bodyStream: pieces(new Uint8Array(500_000)) })).status).toBe(200);
});

test('To agents a server serves what they relay, and nothing of its own node: no leave, no registration, no monitor', async () => {
  const renderer = new Renderer({ clock: server.clock, indentsAlways: false, indent: indentJson });
  const served = routes.filter(isServedToAgents).map(({ method, path }) => `${method} ${path}`);
  expect(served.filter((call) => call.includes('/v1/agent/')).sort()).toEqual(['GET /v1/agent/members', 'PUT /v1/agent/force-leave/']);
  for (const { method, path, isRelayed } of routes) if (isRelayed === true) expect(served).toContain(`${method} ${path}`);
  relay = serveRelay({ dispatcher: server.server.dispatcher, renderer, isServed: isServedToAgents });
  const refused = [
    ['PUT', '/v1/agent/leave'],
    ['PUT', '/v1/agent/service/register'],
    ['PUT', '/v1/agent/maintenance'],
    ['PUT', '/v1/agent/reload'],
    ['GET', '/v1/agent/self'],
    ['GET', '/v1/agent/monitor'],
    ['PUT', '/v1/kv/a'],
  ];
  for (const [method = '', path = ''] of refused) expect((await ask({ method, path })).status, path).toBe(403);
  for (const path of ['/v1/agent/members', '/v1/catalog/nodes', '/v1/status/leader']) expect((await ask({ path })).status, path).toBe(200);
});
