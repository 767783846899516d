/** The coordinate endpoints over a real server's state (spec section 11). */
import { beforeEach, expect, test } from 'vitest';
import { type Reply, type Send, startTestServer, type TestServer } from '../../testing/test-server.ts';

let api: TestServer;
let send: Send;

beforeEach(async () => {
  api = await startTestServer();
  send = api.send;
});

const coord = (x: number): object => ({ Vec: [x, 0, 0, 0, 0, 0, 0, 0], Error: 0.2, Adjustment: 0.0001, Height: 0.00001 });
const update = (body: unknown): Promise<Reply> => send('PUT /v1/coordinate/update', { body });
const shown = ({ status, text }: Reply): unknown => [status, text];

test('Where nodes stand is told by name, with the headers of a read', async () => {
  await send('PUT /v1/catalog/register', { body: { Node: 'Edge', Address: '10.0.0.9' } });
  expect((await send('GET /v1/coordinate/nodes')).text).toBe('[]');
  expect(shown(await update({ Node: 's1', Coord: coord(1) }))).toEqual([200, '']);
  await update({ Node: 'edge', Coord: coord(2) });
  const reply = await send('GET /v1/coordinate/nodes');
  expect(reply.text).toBe(
    '[{"Node":"Edge","Segment":"","Coord":{"Vec":[2,0,0,0,0,0,0,0],"Error":0.2,"Adjustment":0.0001,"Height":0.00001}},' +
      '{"Node":"s1","Segment":"","Coord":{"Vec":[1,0,0,0,0,0,0,0],"Error":0.2,"Adjustment":0.0001,"Height":0.00001}}]',
  );
  expect(reply.headers).toMatchObject({ 'X-Consul-KnownLeader': 'true', 'X-Consul-LastContact': '0' });
  expect(reply.headers).not.toHaveProperty('X-Consul-Effective-Consistency');
});

test('One node is a list of one, in any case; a node that said nothing is 404 with an index', async () => {
  await update({ Node: 's1', Coord: coord(1) });
  expect((await send('GET /v1/coordinate/node/S1')).json()).toEqual([{ Node: 's1', Segment: '', Coord: coord(1) }]);
  for (const name of ['none', '']) {
    const reply = await send(`GET /v1/coordinate/node/${name}`);
    expect([...(shown(reply) as unknown[]), reply.index > 0]).toEqual([404, '', true]);
  }
});

test('There are no segments: a report for one is where the node stands, and none but the one without a name has nodes', async () => {
  await update({ Node: 's1', Segment: 'alpha', Coord: coord(1) });
  const standing = [{ Node: 's1', Segment: '', Coord: coord(1) }];
  for (const path of ['nodes', 'nodes?segment=', 'node/s1', 'node/s1?segment=']) {
    expect((await send(`GET /v1/coordinate/${path}`)).json()).toEqual(standing);
  }
  expect((await send('GET /v1/coordinate/nodes?segment=alpha')).text).toBe('[]');
  expect((await send('GET /v1/coordinate/node/s1?segment=alpha')).status).toBe(404);
});

test('An update wakes who waits, and a node takes its coordinate with it', async () => {
  await send('PUT /v1/catalog/register', { body: { Node: 'edge', Address: '10.0.0.9' } });
  const { index } = await send('GET /v1/coordinate/nodes');
  const waiting = send(`GET /v1/coordinate/nodes?index=${index}`);
  await update({ Node: 'edge', Coord: coord(2) });
  expect((await waiting).json()).toHaveLength(1);
  const gone = send(`GET /v1/coordinate/node/edge?index=${(await waiting).index}`);
  await send('PUT /v1/catalog/deregister', { body: { Node: 'edge' } });
  expect((await gone).status).toBe(404);
});

test.each<[string, unknown, number, string]>([
  ['too few dimensions', { Node: 's1', Coord: { Vec: [0, 0, 0] } }, 500, 'incompatible coordinate'],
  ['no coordinate', { Node: 's1' }, 500, 'incompatible coordinate'],
  ['a body that is none', '', 400, 'Request decode failed: EOF'],
  ['a strange member', { x: 1 }, 400, 'Request decode failed: json: unknown field "x"'],
  ['a strange member inside', { Node: 's1', Coord: { x: 1 } }, 400, 'Request decode failed: json: unknown field "x"'],
  ['another datacenter', { Node: 's1', Datacenter: 'mars', Coord: coord(1) }, 500, 'No path to datacenter'],
])('An update with %s is refused', async (_what, body, status, text) => {
  expect(shown(await update(body))).toEqual([status, text]);
  expect((await send('GET /v1/coordinate/nodes')).text).toBe('[]');
});

test('Infinity cannot be said', async () => {
  expect((await update('{"Node":"s1","Coord":{"Vec":[1e999,0,0,0,0,0,0,0]}}')).status).toBe(400);
});

test('An update for a node that is not in the catalog is 200 without effect', async () => {
  expect(shown(await update({ Node: 'none', Coord: coord(1) }))).toEqual([200, '']);
  expect((await send('GET /v1/coordinate/nodes')).text).toBe('[]');
});

test('The datacenter has its server, where everything begins', async () => {
  expect((await send('GET /v1/coordinate/datacenters')).json()).toEqual([
    {
      Datacenter: 'dc1',
      AreaID: 'wan',
      Coordinates: [{ Node: 's1', Segment: '', Coord: { Vec: [0, 0, 0, 0, 0, 0, 0, 0], Error: 1.5, Adjustment: 0, Height: 0.00001 } }],
    },
  ]);
});
