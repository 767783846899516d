/** The families of endpoints whose features are off: access rules, the mesh, peering. */
import { beforeEach, expect, test } from 'vitest';
import { type Send, startTestServer, type TestServer } from '../testing/test-server.ts';
import { aclRoutes } from './acl/disabled.ts';
import { connectRoutes } from './connect/disabled.ts';
import { routes } from './routes.ts';

let api: TestServer;
let send: Send;

beforeEach(async () => {
  api = await startTestServer();
  send = api.send;
});

const shown = async (call: string, body: unknown = '{'): Promise<unknown> => {
  const { status, text } = await send(call, method(call) === 'GET' ? {} : { body });
  return [status, text];
};
const method = (call: string): string => call.split(' ')[0] ?? '';

test('Every endpoint of access rules says that they are off, whatever the body', async () => {
  expect(aclRoutes.length).toBeGreaterThan(30);
  for (const route of aclRoutes) expect(await shown(`${route.method} ${route.path}`)).toEqual([401, 'ACL support disabled']);
  expect(await shown('PUT /v1/agent/token/nope')).toEqual([401, 'ACL support disabled']);
  expect(await shown('GET /v1/acl/token/x/clone')).toEqual([401, 'ACL support disabled']);
});

test.each([
  ['GET /v1/acl/bootstrap', 'OPTIONS,PUT'],
  ['POST /v1/acl/token/x', 'OPTIONS,GET,PUT,DELETE'],
  ['PUT /v1/acl/token/self', 'OPTIONS,GET'],
  ['PUT /v1/acl/policy/name/x', 'OPTIONS,GET'],
  ['GET /v1/acl/login', 'OPTIONS,POST'],
  ['GET /v1/agent/token/default', 'OPTIONS,PUT'],
])('%s is another method than there is', async (call, allow) => {
  const reply = await send(call);
  expect([reply.status, reply.headers.Allow]).toEqual([405, allow]);
});

test('What Consul took away, and what belongs to its own pages, is no endpoint', async () => {
  for (const path of ['acl/create', 'acl/list', 'acl/rules/translate', 'internal/ui/nodes']) {
    expect((await send(`GET /v1/${path}`)).status).toBe(404);
  }
});

test('Every endpoint that needs a mesh says that there is none', async () => {
  expect(connectRoutes.length).toBeGreaterThan(10);
  for (const route of connectRoutes) {
    expect(await shown(`${route.method} ${route.path}`)).toEqual([500, 'Connect must be enabled in order to use this endpoint']);
  }
});

test.each(['connect/intentions', 'peerings', 'exported-services', 'imported-services'])(
  '%s is empty, and a query of it waits',
  async (path) => {
    const reply = await send(`GET /v1/${path}`);
    expect([reply.status, reply.text, reply.index]).toEqual([200, '[]', 1]);
    let isDone = false;
    const waiting = send(`GET /v1/${path}?index=1&wait=10s`).finally(() => {
      isDone = true;
    });
    await api.clock.advance(9_000);
    expect(isDone).toBe(false);
    await api.clock.advance(2_000);
    expect((await waiting).text).toBe('[]');
    await send('PUT /v1/config', { body: { Kind: 'service-intentions', Name: 'web' } });
    await send('PUT /v1/config', { body: { Kind: 'exported-services' } });
    expect((await send(`GET /v1/${path}`)).text).toBe('[]');
  },
);

test.each([
  ['GET /v1/connect/intentions/match?by=source&name=b&name=a', 200, '{"a":[],"b":[]}'],
  ['GET /v1/connect/intentions/match', 500, "required query parameter 'by' not set"],
  ['GET /v1/connect/intentions/match?by=x&name=a', 500, "'by' parameter must be one of 'source' or 'destination'"],
  ['GET /v1/connect/intentions/match?by=source', 500, "required query parameter 'name' not set"],
  ['GET /v1/connect/intentions/check?source=a&destination=b', 200, '{"Allowed":true}'],
  ['GET /v1/connect/intentions/check', 500, "required query parameter 'source' not set"],
  ['GET /v1/connect/intentions/check?source=a', 500, "required query parameter 'destination' not set"],
  ['GET /v1/connect/intentions/exact?source=a&destination=b', 404, 'Intention not found'],
  ['GET /v1/connect/intentions/7477ddc0-58ff-404c-7c71-112e2fd162ca', 404, 'Intention not found'],
  ['GET /v1/peering/x"', 404, 'Peering not found for "x\\""'],
  ['GET /v1/peering/', 400, 'Must specify a name to fetch.'],
  ['POST /v1/peering/token', 500, 'peering must be enabled to use this endpoint'],
  ['POST /v1/peering/establish', 500, 'peering must be enabled to use this endpoint'],
  ['DELETE /v1/peering/x', 500, 'peering must be enabled to use this endpoint'],
])('%s is %d', async (call, status, text) => {
  expect(await shown(call)).toEqual([status, text]);
});

test('A name of a prototype is a name like others', async () => {
  expect(await shown('GET /v1/connect/intentions/match?by=source&name=__proto__')).toEqual([200, '{"__proto__":[]}']);
});

test('The endpoints that refuse are routes like all others', () => {
  for (const route of [...aclRoutes, ...connectRoutes]) expect(routes).toContain(route);
});
