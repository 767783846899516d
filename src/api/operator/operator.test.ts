/** The operator endpoints over a real server (spec section 14). */
import { beforeEach, expect, test } from 'vitest';
import { type Reply, type Send, startTestServer, type TestServer } from '../../testing/test-server.ts';

let api: TestServer;
let send: Send;

beforeEach(async () => {
  api = await startTestServer();
  send = api.send;
});

const shown = ({ status, text }: Reply): unknown => [status, text];
const nodeId = (): string => api.server.nodeId;

/** A server that does not lead, since another one holds the store. */
async function startFollower(): Promise<void> {
  api.store.depose();
  api.store.failNext('campaign');
  await send('PUT /v1/kv/x', { body: 'notices that it no longer leads' });
}

test('The servers are the one that there is, without meta headers', async () => {
  const reply = await send('GET /v1/operator/raft/configuration?index=x');
  expect(reply.json()).toEqual({
    Servers: [
      {
        ID: nodeId(),
        Node: 's1',
        Address: '127.0.0.1:8300',
        Leader: true,
        ProtocolVersion: '3',
        Voter: true,
        LastIndex: expect.any(Number),
      },
    ],
    Index: 0,
  });
  expect(reply.headers).not.toHaveProperty('X-Consul-Index');
});

test.each([
  ['', 400, "Must specify either ?id with the server's ID or ?address with IP:port of peer to remove"],
  ['?id=a&address=b', 400, 'Must specify only one of ?id or ?address'],
  ['?id=a"', 500, 'id "a\\"" was not found in the Raft configuration'],
  ['?address=1.2.3.4:5', 500, 'address "1.2.3.4:5" was not found in the Raft configuration'],
  ['?address=127.0.0.1:8300', 500, 'Need at least one voter in configuration: {[]}'],
])('No server is removed with "%s"', async (query, status, text) => {
  expect(shown(await send(`DELETE /v1/operator/raft/peer${query}`))).toEqual([status, text]);
});

test('The only server cannot be removed by its id, and has nobody to hand the lead to', async () => {
  expect(shown(await send(`DELETE /v1/operator/raft/peer?id=${nodeId()}`))).toEqual([
    500,
    'Need at least one voter in configuration: {[]}',
  ]);
  const transfer = async (query: string): Promise<unknown> => shown(await send(`POST /v1/operator/raft/transfer-leader${query}`));
  const alone = [500, 'failed to transfer leadership: cannot find peer: this is the only server'];
  expect([await transfer(''), await transfer(`?id=${nodeId()}`)]).toEqual([alone, alone]);
  expect(await transfer('?id=x')).toEqual([500, 'failed to transfer leadership: cannot find peer: "x" is no server']);
});

test("The autopilot's configuration is Consul's default, and then what was put", async () => {
  const get = (): Promise<Reply> => send('GET /v1/operator/autopilot/configuration');
  const put = async (body: unknown, query: string = ''): Promise<unknown> =>
    shown(await send(`PUT /v1/operator/autopilot/configuration${query}`, { body }));
  expect((await get()).json()).toMatchObject({ CleanupDeadServers: true, LastContactThreshold: '200ms', ModifyIndex: 0 });
  expect(await put({ MaxTrailingLogs: 5 }, '?cas=7')).toEqual([200, 'false']);
  expect(await put({ MaxTrailingLogs: 5 }, '?cas=0')).toEqual([200, 'true']);
  const stored = (await get()).json<{ ModifyIndex: number }>();
  expect(stored).toMatchObject({ CleanupDeadServers: false, LastContactThreshold: '0s', MaxTrailingLogs: 5 });
  expect(await put({ MaxTrailingLogs: 6 }, `?cas=${stored.ModifyIndex}`)).toEqual([200, 'true']);
  expect(await put({}, '?cas=x')).toEqual([400, 'Error parsing cas value: strconv.ParseUint: parsing "x": invalid syntax']);
  expect(await put({ x: 1 })).toEqual([400, 'Error parsing autopilot config: json: unknown field "x"']);
  expect(await put('')).toEqual([400, 'Error parsing autopilot config: EOF']);
  expect(await put({ LastContactThreshold: 'x' })).toEqual([400, 'Error parsing autopilot config: time: invalid duration "x"']);
  expect((await get()).json()).toMatchObject({ MaxTrailingLogs: 6 });
});

const facts = (): object => ({
  ID: nodeId(),
  Name: 's1',
  Address: '127.0.0.1:8300',
  Version: '1.21.0',
  LastContact: '0s',
  LastTerm: 1,
  LastIndex: expect.any(Number),
  StableSince: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
});

test('A server that leads is healthy', async () => {
  const health = await send('GET /v1/operator/autopilot/health');
  expect([health.status, health.json()]).toEqual([
    200,
    { Healthy: true, FailureTolerance: 0, Servers: [{ ...facts(), SerfStatus: 'alive', Leader: true, Healthy: true, Voter: true }] },
  ]);
  const state = { ...facts(), NodeStatus: 'alive', Healthy: true, ReadReplica: false, Status: 'leader', Meta: {}, NodeType: 'voter' };
  expect((await send('GET /v1/operator/autopilot/state')).json()).toEqual({
    Healthy: true,
    FailureTolerance: 0,
    OptimisticFailureTolerance: 0,
    Servers: { [nodeId()]: state },
    Leader: nodeId(),
    Voters: [nodeId()],
  });
});

test('A server without a leader is not healthy, which is 429', async () => {
  await startFollower();
  const health = await send('GET /v1/operator/autopilot/health');
  expect(health.status).toBe(429);
  expect(health.json()).toMatchObject({ Healthy: false, Servers: [{ Leader: false, Healthy: false }] });
  expect((await send('GET /v1/operator/autopilot/state')).json()).toMatchObject({ Healthy: false, Leader: '', Voters: [nodeId()] });
});

test('The usage counts nodes, services and instances, with the headers of a read', async () => {
  const register = (body: object): Promise<Reply> => send('PUT /v1/catalog/register', { body: { Address: '10.0.0.9', ...body } });
  await register({ Node: 'a', Service: { ID: '1', Service: 'web' } });
  await register({ Node: 'a', Service: { ID: '2', Service: 'Web', Connect: { Native: true } } });
  const proxy = { ID: '3', Service: 'web-proxy', Kind: 'connect-proxy', Port: 1, Proxy: { DestinationServiceName: 'web' } };
  await register({ Node: 'b', Service: proxy });
  const reply = await send('GET /v1/operator/usage');
  expect(reply.json()).toEqual({
    Usage: {
      dc1: {
        Services: 3,
        ServiceInstances: 4,
        ConnectServiceInstances: {
          'connect-native': 1,
          'connect-proxy': 1,
          'ingress-gateway': 0,
          'mesh-gateway': 0,
          'terminating-gateway': 0,
        },
        BillableServiceInstances: 2,
        Nodes: 3,
      },
    },
  });
  expect(reply.headers).toMatchObject({ 'X-Consul-KnownLeader': 'true', 'X-Consul-Effective-Consistency': 'leader' });
  expect(reply.index).toBe((await send('GET /v1/catalog/nodes')).index);
});

const KEY = { Key: 'MDEyMzQ1Njc4OWFiY2RlZg==' };
const noKeys = (reason: string): string =>
  `2 errors occurred:\n\t* WAN error: ${reason} (encryption not enabled)\n\t* dc1 (LAN) error: ${reason} (encryption not enabled)\n\n`;

test.each<[string, unknown, number, string]>([
  ['GET', undefined, 500, noKeys('Keyring is empty')],
  ['GET ?local-only=true', undefined, 500, '1 error occurred:\n\t* dc1 (LAN) error: Keyring is empty (encryption not enabled)\n\n'],
  ['POST', KEY, 500, noKeys('No keyring to modify')],
  ['PUT ?relay-factor=5', KEY, 500, noKeys('No keyring to modify')],
  ['DELETE ?local-only=false', KEY, 500, noKeys('No keyring to modify')],
  ['POST', '', 400, 'Request decode failed: EOF'],
  ['POST', { Kez: 'x' }, 400, 'Request decode failed: json: unknown field "Kez"'],
  ['GET ?relay-factor=x', undefined, 400, 'Error parsing relay factor: strconv.Atoi: parsing "x": invalid syntax'],
  ['GET ?relay-factor=9', undefined, 400, 'Invalid relay-factor: Relay factor must be in range: [0, 5]'],
  ['DELETE ?relay-factor=-1', KEY, 400, 'Invalid relay-factor: Relay factor must be in range: [0, 5]'],
  ['GET ?local-only=x', undefined, 400, 'Error parsing local-only: strconv.ParseBool: parsing "x": invalid syntax'],
  ['POST ?local-only=true', KEY, 400, 'Invalid use of local-only: local-only can only be set for list requests'],
])('The keyring answers %s with %j: %d', async (call, body, status, text) => {
  const [method, query = ''] = call.split(' ');
  expect(shown(await send(`${method} /v1/operator/keyring${query}`, { body }))).toEqual([status, text]);
});
