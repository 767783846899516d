/** The reads of catalog and health over a real server's state (spec sections 3 and 4). */
import { beforeAll, expect, test } from 'vitest';
import { type Reply, type Send, startTestServer, type TestServer } from '../testing/test-server.ts';

let api: TestServer;
let send: Send;

/** Two nodes with an instance of `web` each, one of them failing; a native and a proxied instance; a service without checks. */
const REGISTRATIONS = [
  {
    Node: 'a1',
    ID: 'aaaaaaaa-1111-1111-1111-111111111111',
    Address: '10.0.0.1',
    NodeMeta: { rack: 'r1', empty: '' },
    TaggedAddresses: { lan: '10.0.0.1' },
    Service: { ID: 'web-1', Service: 'web', Port: 80, Tags: ['Blue', 'v1'], Meta: { owner: 'x' } },
    Checks: [
      { CheckID: 'node-a1', Name: 'disk', Status: 'passing' },
      { CheckID: 'web-1', Name: 'http', Status: 'passing', ServiceID: 'web-1' },
    ],
  },
  {
    Node: 'b2',
    Address: '10.0.0.2',
    NodeMeta: { rack: 'r2' },
    Service: { ID: 'web-2', Service: 'Web', Tags: ['blue', 'v2'] },
    Checks: [{ CheckID: 'web-2', Name: 'http', Status: 'critical', ServiceID: 'web-2', Output: 'refused' }],
  },
  { Node: 'b2', Address: '10.0.0.2', NodeMeta: { rack: 'r2' }, Service: { Service: 'mesh', Port: 1, Connect: { Native: true } } },
  {
    Node: 'b2',
    Address: '10.0.0.2',
    NodeMeta: { rack: 'r2' },
    Service: { ID: 'proxy', Service: 'web-proxy', Kind: 'connect-proxy', Port: 2, Proxy: { DestinationServiceName: 'web' } },
  },
];

beforeAll(async () => {
  api = await startTestServer();
  send = api.send;
  for (const body of REGISTRATIONS) expect((await send('PUT /v1/catalog/register', { body })).text).toBe('true');
});

const shown = ({ status, text }: Reply): unknown => [status, text];

/** What the elements of a list are called. */
function names(reply: Reply): string[] {
  const elements = reply.json<{ Service?: { ID: string }; ServiceID?: string; CheckID?: string; Node?: string }[]>();
  return elements.map((element) => element.Service?.ID ?? element.CheckID ?? element.ServiceID ?? element.Node ?? '?');
}

const nodes = (reply: Reply): (string | undefined)[] => reply.json<{ Node?: string }[]>().map(({ Node }) => Node);

test.each([
  ['nodes', ['a1', 'b2', 's1']],
  ['nodes?node-meta=rack:r1', ['a1']],
  ['nodes?node-meta=rack:r1&node-meta=empty', ['a1']],
  ['nodes?node-meta=rack', []],
  ['nodes?node-meta=rack:r1&node-meta=rack:r2', []],
  ['nodes?filter=Meta.rack==r2', ['b2']],
  ['nodes?near=_agent', ['a1', 'b2', 's1']],
  ['nodes?near=nobody', ['a1', 'b2', 's1']],
])('GET /v1/catalog/%s', async (target, expected) => {
  expect(nodes(await send(`GET /v1/catalog/${target}`))).toEqual(expected);
});

test.each([
  ['catalog/service/web', ['web-1', 'web-2']],
  ['catalog/service/WEB', ['web-1', 'web-2']],
  ['catalog/service/none', []],
  ['catalog/service/web?tag=BLUE', ['web-1', 'web-2']],
  ['catalog/service/web?tag=blue&tag=v2', ['web-2']],
  ['catalog/service/web?tag=', []],
  ['catalog/service/web?node-meta=rack:r1', ['web-1']],
  ['catalog/service/web?filter=ServicePort==80', ['web-1']],
  ['catalog/service/web?near=b2&merge-central-config', ['web-1', 'web-2']],
  ['catalog/service/web?peer=other', []],
  ['catalog/service/web?sg=group', []],
  ['catalog/service/web?peer=&sg=', ['web-1', 'web-2']],
  ['catalog/connect/web', ['proxy']],
  ['catalog/connect/mesh', ['mesh']],
  ['catalog/connect/none', []],
  ['health/service/web', ['web-1', 'web-2']],
  ['health/service/web?passing', ['web-1']],
  ['health/service/web?passing=', ['web-1']],
  ['health/service/web?passing=1', ['web-1']],
  ['health/service/web?passing=false', ['web-1', 'web-2']],
  ['health/service/web?passing&tag=v2', []],
  ['health/service/web?tag=v2', ['web-2']],
  ['health/service/web?node-meta=rack:r2', ['web-2']],
  ['health/service/web?filter=Checks.Status==critical', ['web-2']],
  ['health/service/web?filter=Service.Meta.owner==x&passing', ['web-1']],
  ['health/service/web?near=_agent', ['web-1', 'web-2']],
  ['health/service/web?peer=other', []],
  ['health/service/none', []],
  ['health/service/mesh?passing', ['mesh']],
  ['health/connect/web', ['proxy']],
  ['health/connect/mesh', ['mesh']],
  ['health/ingress/web', []],
  ['health/node/a1', ['node-a1', 'web-1']],
  ['health/node/A1', ['node-a1', 'web-1']],
  ['health/node/none', []],
  ['health/node/a1?filter=CheckID==%22web-1%22', ['web-1']],
  ['health/checks/web', ['web-1', 'web-2']],
  ['health/checks/none', []],
  ['health/checks/web?node-meta=rack:r2', ['web-2']],
  ['health/checks/web?filter=Status==passing', ['web-1']],
  ['health/state/critical', ['web-2']],
  ['health/state/warning', []],
  ['health/state/any?node-meta=rack:r1', ['node-a1', 'web-1']],
  ['health/state/any?node-meta=rack:r1&filter=ServiceName==web', ['web-1']],
  ['health/state/strange', []],
  ['catalog/gateway-services/gw', []],
])('GET /v1/%s', async (target, expected) => {
  // Twice: made, and remembered.
  for (let n = 0; n < 2; n += 1) {
    const reply = await send(`GET /v1/${target}`);
    expect(reply.status).toBe(200);
    expect(names(reply)).toEqual(expected);
  }
});

test('All checks of all nodes are in the state any', async () => {
  expect(names(await send('GET /v1/health/state/any')).sort()).toEqual(['node-a1', 'serfHealth', 'web-1', 'web-2']);
});

test('An element of health/service has the node, the service and the checks of both', async () => {
  const [first] = (await send('GET /v1/health/service/web?tag=v1')).json<Record<string, unknown>[]>();
  expect(first).toMatchObject({
    Node: {
      ID: 'aaaaaaaa-1111-1111-1111-111111111111',
      Node: 'a1',
      Address: '10.0.0.1',
      Datacenter: 'dc1',
      Meta: { rack: 'r1', empty: '' },
    },
    Service: { ID: 'web-1', Service: 'web', Tags: ['Blue', 'v1'], Port: 80, Meta: { owner: 'x' }, PeerName: '' },
    Checks: [
      { CheckID: 'node-a1', ServiceID: '', ServiceTags: [] },
      { CheckID: 'web-1', ServiceName: 'web', ServiceTags: ['Blue', 'v1'] },
    ],
  });
});

test('The names of services come with the tags of all instances', async () => {
  const services = (await send('GET /v1/catalog/services')).json<Record<string, string[]>>();
  const tags = Object.entries(services).map(([name, list]) => [name.toLowerCase(), [...list].sort()]);
  expect(Object.fromEntries(tags)).toEqual({ consul: [], mesh: [], web: ['Blue', 'blue', 'v1', 'v2'], 'web-proxy': [] });
});

test.each([
  ['?node-meta=rack:r1', ['web']],
  ['?filter=ServicePort==1', ['mesh']],
  ['?filter=ServicePort==1&node-meta=rack:r1', []],
  ['?filter=Node==b2&node-meta=rack:r2', ['Web', 'mesh', 'web-proxy']],
])('GET /v1/catalog/services%s picks instances', async (query, expected) => {
  const picked = Object.keys((await send(`GET /v1/catalog/services${query}`)).json<object>());
  expect(picked.map((name) => name.toLowerCase()).sort()).toEqual(expected.map((name) => name.toLowerCase()).sort());
});

test.each(['a1', 'A1', 'aaaaaaaa-1111-1111-1111-111111111111', 'aaaa'])(
  'The node %s is found by name, id or the start of its id',
  async (name) => {
    const node = (await send(`GET /v1/catalog/node/${name}`)).json<{ Node: object; Services: object }>();
    expect(node).toMatchObject({ Node: { Node: 'a1', TaggedAddresses: { lan: '10.0.0.1' } }, Services: { 'web-1': { Service: 'web' } } });
    const list = (await send(`GET /v1/catalog/node-services/${name}`)).json<{ Services: unknown[] }>();
    expect(list).toMatchObject({ Node: { Node: 'a1' }, Services: [{ ID: 'web-1' }] });
  },
);

test('An unknown node is null, and a filter picks among services', async () => {
  expect(shown(await send('GET /v1/catalog/node/none'))).toEqual([200, 'null']);
  expect(shown(await send('GET /v1/catalog/node-services/none'))).toEqual([200, '{"Node":null,"Services":null}']);
  expect((await send('GET /v1/catalog/node/b2?filter=Port==1')).json<{ Services: object }>().Services).toHaveProperty('mesh');
  expect((await send('GET /v1/catalog/node/b2?filter=Port==99')).text).toMatch(/"Services":\{\}\}$/);
  expect((await send('GET /v1/catalog/node-services/b2?filter=Port==99')).text).toMatch(/"Services":\[\]\}$/);
});

test('The datacenters are the own one, without meta headers, whatever is asked about indexes', async () => {
  const reply = await send('GET /v1/catalog/datacenters?index=nonsense&wait=nonsense&dc=mars');
  expect(shown(reply)).toEqual([200, '["dc1"]']);
  expect(reply.headers).not.toHaveProperty('X-Consul-Index');
  expect((await send('GET /v1/catalog/datacenters?cached')).headers).toMatchObject({ 'X-Cache': 'HIT', Age: '0' });
});

const MISSING: readonly (readonly [string, string])[] = [
  ['catalog/service/', 'Missing service name'],
  ['catalog/connect/', 'Missing service name'],
  ['catalog/node/', 'Missing node name'],
  ['catalog/node-services/', 'Missing node name'],
  ['catalog/gateway-services/', 'Missing gateway name'],
  ['health/service/', 'Missing service name'],
  ['health/connect/', 'Missing service name'],
  ['health/ingress/', 'Missing service name'],
  ['health/checks/', 'Missing service name'],
  ['health/node/', 'Missing node name'],
  ['health/state/', 'Missing check state'],
];

test.each(MISSING)('GET /v1/%s says what is missing', async (path, text) => {
  expect(shown(await send(`GET /v1/${path}`))).toEqual([400, text]);
});

const READS = ['catalog/nodes', 'catalog/services', ...MISSING.map(([path]) => `${path}x`)];

test.each(READS)('GET /v1/%s has the meta headers', async (path) => {
  const { headers } = await send(`GET /v1/${path}`);
  expect(headers).toMatchObject({
    'X-Consul-Index': expect.stringMatching(/^[1-9]\d*$/),
    'X-Consul-KnownLeader': 'true',
    'X-Consul-LastContact': '0',
    'X-Consul-Query-Backend': 'blocking-query',
    'X-Consul-Effective-Consistency': 'leader',
  });
  expect(headers).not.toHaveProperty('X-Cache');
  for (const mode of ['stale', 'consistent']) {
    expect((await send(`GET /v1/${path}?${mode}`)).headers['X-Consul-Effective-Consistency']).toBe(mode);
  }
});

const CACHEABLE = ['catalog/services', 'catalog/service/x', 'catalog/connect/x', 'health/service/x', 'health/connect/x'];

test.each(READS)('GET /v1/%s?cached says so only where Consul has a cache', async (path) => {
  const { headers } = await send(`GET /v1/${path}?cached`);
  expect(headers['X-Cache']).toBe(CACHEABLE.includes(path) ? 'HIT' : undefined);
});

test.each(READS)('GET /v1/%s refuses bad parameters of reading', async (path) => {
  expect(shown(await send(`GET /v1/${path}?index=-1`))).toEqual([400, 'Invalid index']);
  expect(shown(await send(`GET /v1/${path}?wait=10`))).toEqual([400, 'Invalid wait time']);
  expect((await send(`GET /v1/${path}?stale&consistent`)).status).toBe(400);
  expect(shown(await send(`GET /v1/${path}?dc=mars`))).toEqual([500, 'No path to datacenter']);
});

test.each(READS)('GET /v1/%s waits for a change, and no longer than asked', async (path) => {
  const { index, text } = await send(`GET /v1/${path}`);
  let later: Reply | undefined;
  void send(`GET /v1/${path}?index=${index}&wait=2s`).then((reply) => {
    later = reply;
  });
  await api.clock.advance(1_999);
  expect(later).toBeUndefined();
  await api.clock.advance(126);
  expect([later?.status, later?.index, later?.text]).toEqual([200, index, text]);
});

test.each([
  ['catalog/nodes?filter=Bogus==1', 500, 'Failed to create boolean expression evaluator: Selector "Bogus" is not valid'],
  ['catalog/services?filter=Bogus==1', 500, 'Failed to create boolean expression evaluator: Selector "Bogus" is not valid'],
  ['catalog/node/a1?filter=Bogus==1', 500, 'Failed to create boolean expression evaluator: Selector "Bogus" is not valid'],
  ['health/service/web?filter=Bogus==1', 500, 'Failed to create boolean expression evaluator: Selector "Bogus" is not valid'],
  ['health/state/any?filter=Bogus==1', 500, 'Failed to create boolean expression evaluator: Selector "Bogus" is not valid'],
  ['health/service/web?passing=maybe', 400, 'Invalid value for ?passing'],
  ['health/service/web?peer=p&sameness-group=g', 400, 'peer-name and sameness-group are mutually exclusive'],
  ['catalog/service/web?peer=p&sg=g', 400, 'peer-name and sameness-group are mutually exclusive'],
])('GET /v1/%s is refused', async (target, status, text) => {
  expect(shown(await send(`GET /v1/${target}`))).toEqual([status, text]);
});

test('Writing to a read is not allowed', async () => {
  const reply = await send('POST /v1/catalog/nodes');
  expect(shown(reply)).toEqual([405, 'method POST not allowed']);
  expect(reply.headers.Allow).toBe('OPTIONS,GET');
});
