/** Transactions over a real server's state (spec section 8). */
import { beforeEach, expect, test } from 'vitest';
import { type Reply, type Send, startTestServer } from '../../testing/test-server.ts';

let send: Send;

beforeEach(async () => {
  ({ send } = await startTestServer());
});

const txn = (body: unknown, query = ''): Promise<Reply> => send(`PUT /v1/txn${query}`, { body });
const kv = (Verb: string, Key: string, rest: object = {}): object => ({ KV: { Verb, Key, ...rest } });
const value = (text: string): { Value: string } => ({ Value: Buffer.from(text).toString('base64') });
const shown = ({ status, text }: Reply): unknown => [status, text];
const errors = (reply: Reply): unknown => [reply.status, reply.json<{ Errors: unknown }>().Errors];

test('All operations are applied as one write, and show without values', async () => {
  const reply = await txn([kv('set', 'a', value('1')), kv('set', 'b', { ...value('2'), Flags: 7 })]);
  const { index } = await send('GET /v1/kv/a');
  expect(shown(reply)).toEqual([
    200,
    `{"Results":[{"KV":{"LockIndex":0,"Key":"a","Flags":0,"Value":null,"CreateIndex":${index},"ModifyIndex":${index}}},{"KV":{"LockIndex":0,"Key":"b","Flags":7,"Value":null,"CreateIndex":${index},"ModifyIndex":${index}}}],"Errors":null}`,
  ]);
  expect(reply.headers).not.toHaveProperty('X-Consul-Index');
});

test('One failure undoes everything, and each failure is told', async () => {
  await txn([kv('set', 'a', value('1'))]);
  const reply = await txn([kv('set', 'new', value('x')), kv('check-not-exists', 'a'), kv('get', 'none')]);
  expect(shown(reply)).toEqual([
    409,
    '{"Results":null,"Errors":[{"OpIndex":1,"What":"key \\"a\\" exists"},{"OpIndex":2,"What":"key \\"none\\" doesn\'t exist"}]}',
  ]);
  expect((await send('GET /v1/kv/new')).status).toBe(404);
});

test('Reading transactions show values, and what the headers of a query would say', async () => {
  await txn([kv('set', 'd/a', value('1')), kv('set', 'd/b', value(''))]);
  const { index } = await send('GET /v1/kv/d/a');
  const reply = await txn([kv('get', 'd/a'), kv('get-tree', 'd/'), kv('get-or-empty', 'none')], '?stale');
  const body = reply.json<{ Results: { KV: { Key: string; Value: string | null; ModifyIndex: number } }[] }>();
  expect(body.Results.map(({ KV }) => [KV.Key, KV.Value, KV.ModifyIndex])).toEqual([
    ['d/a', 'MQ==', index],
    ['d/a', 'MQ==', index],
    ['d/b', null, index],
    ['none', null, 0],
  ]);
  expect(body).toMatchObject({ Errors: null, KnownLeader: true, LastContact: 0, ConsistencyLevel: 'stale' });
  expect(reply.headers).toMatchObject({ 'X-Consul-KnownLeader': 'true', 'X-Consul-LastContact': '0' });
  expect(reply.headers).not.toHaveProperty('X-Consul-Index');
});

test('No operations are a reading transaction without results', async () => {
  expect((await txn([])).json()).toMatchObject({ Results: [], Errors: null, KnownLeader: true });
});

test('Consistency parameters are read for reads only', async () => {
  expect((await txn([kv('get-or-empty', 'a')], '?stale&consistent')).status).toBe(400);
  expect((await txn([kv('set', 'a')], '?stale&consistent')).status).toBe(200);
  expect((await txn([kv('get', 'a')], '?consistent')).status).toBe(200);
});

test('Nodes, services and checks go with keys in one transaction', async () => {
  const reply = await txn([
    { Node: { Verb: 'set', Node: { Node: 'n', Address: '10.0.0.9', Meta: { a: '1' } } } },
    { Service: { Verb: 'set', Node: 'n', Service: { Service: 'web', Port: 80 } } },
    { Check: { Verb: 'set', Check: { Node: 'n', CheckID: 'c', Name: 'alive', Status: 'passing', ServiceID: 'web' } } },
    kv('set', 'k', value('v')),
    { Service: { Verb: 'get', Node: 'n', Service: { ID: 'web' } } },
  ]);
  expect(reply.json<{ Results: unknown[] }>().Results).toMatchObject([
    { Node: { Node: 'n', Address: '10.0.0.9', Datacenter: 'dc1' } },
    { Service: { ID: 'web', Service: 'web', Port: 80 } },
    { Check: { CheckID: 'c', Status: 'passing', ServiceName: 'web' } },
    { KV: { Key: 'k', Value: null } },
    { Service: { ID: 'web' } },
  ]);
  const removed = await txn([{ Service: { Verb: 'delete', Node: 'n', Service: { ID: 'web' } } }]);
  expect(shown(removed)).toEqual([200, '{"Results":[],"Errors":null}']);
  expect((await send('GET /v1/health/service/web')).text).toBe('[]');
});

test('cas on a node compares its index', async () => {
  const node = (ModifyIndex: number): object => ({ Node: { Verb: 'cas', Node: { Node: 'n', Address: '10.0.0.9', ModifyIndex } } });
  expect((await txn([node(0)])).status).toBe(200);
  expect(errors(await txn([node(0)]))).toEqual([409, [{ OpIndex: 0, What: 'failed to set node "n", index is stale' }]]);
});

test.each<[string, object, string]>([
  ['an unknown verb', kv('sett', 'a'), 'unknown KV operation: sett'],
  ['a verb of JavaScript', kv('constructor', 'a'), 'unknown KV operation: constructor'],
  ['no key', kv('set', ''), 'Must provide key'],
  ['nothing', {}, 'unknown operation type'],
  ['an unknown verb for a node', { Node: { Verb: 'x' } }, 'unknown Node operation: x'],
  ['an unknown verb for a service', { Service: { Verb: 'lock' } }, 'unknown Service operation: lock'],
  ['an unknown verb for a check', { Check: { Verb: '' } }, 'unknown Check operation: '],
  ['a node without a name', { Node: { Verb: 'get', Node: {} } }, 'Must provide node'],
  ['a node with a bad id', { Node: { Verb: 'set', Node: { Node: 'n', ID: 'x' } } }, 'Bad node ID: uuid string is wrong length'],
  ['a service without a node', { Service: { Verb: 'get', Service: { ID: 's' } } }, 'Must provide node'],
  [
    'a service without a name',
    { Service: { Verb: 'set', Node: 's1', Service: { ID: 's' } } },
    'Must provide service name (Service.Service) when service ID is provided',
  ],
  [
    'a service on every address',
    { Service: { Verb: 'cas', Node: 's1', Service: { Service: 's', Address: '::' } } },
    'Invalid service address',
  ],
  ['a check without a node', { Check: { Verb: 'set', Check: { Name: 'c' } } }, 'Must provide node'],
  ['a check without a name', { Check: { Verb: 'set', Check: { Node: 's1' } } }, 'Must provide check ID or check name'],
  [
    'a check with a strange status',
    { Check: { Verb: 'set', Check: { Node: 's1', Name: 'c', Status: 'ok' } } },
    "Status for checks must 'passing', 'warning', 'critical'",
  ],
])('%s is an error of its operation', async (_what, operation, text) => {
  expect(errors(await txn([kv('set', 'a'), operation]))).toEqual([409, [{ OpIndex: 1, What: text }]]);
  expect((await send('GET /v1/kv/a')).status).toBe(404);
});

test.each<[string, unknown, string]>([
  ['nothing', '', 'Failed to parse body: EOF'],
  ['an object', '{}', 'Failed to parse body: json: cannot unmarshal object into Go value of type slice'],
  ['an unknown field', [{ KV: { Verb: 'set', Kye: 'a' } }], 'Failed to parse body: json: unknown field "Kye"'],
  ['a value that is no base64', [kv('set', 'a', { Value: '%' })], 'Failed to parse body: illegal base64 data at input byte 0'],
  [
    'flags below zero',
    [kv('set', 'a', { Flags: -1 })],
    'Failed to parse body: json: cannot unmarshal number -1 into Go struct field .KV.Flags of type uint64',
  ],
])('A body of %s is refused', async (_what, body, text) => {
  expect(shown(await txn(body))).toEqual([400, text]);
});

test.each<[string, unknown, string]>([
  ['129 operations', Array.from({ length: 129 }, (_, n) => kv('set', `k${n}`)), 'Transaction contains too many operations (129 > 128)'],
  [
    'a long body',
    ' '.repeat(524_289),
    'Request body(524289 bytes) too large, max size: 524288 bytes. See https://www.consul.io/docs/agent/config/config-files#txn_max_req_len.',
  ],
])('%s are too much', async (_what, body, text) => {
  expect(shown(await txn(body))).toEqual([413, text]);
});

test('A value above the limit of values is too much, and 128 operations are not', async () => {
  const { send: small } = await startTestServer({ file: { limits: { kv_max_value_size: 3 } } });
  const reply = await small('PUT /v1/txn', { body: [kv('set', 'a', value('123')), kv('set', 'b', value('1234'))] });
  expect(shown(reply)).toEqual([413, 'Value for key "b" is too large (4 > 3 bytes)']);
  expect((await txn(Array.from({ length: 128 }, (_, n) => kv('set', `k${n}`)))).status).toBe(200);
});

test('Flags and indexes are exact up to 2^64 - 1', async () => {
  const reply = await txn('[{"KV":{"Verb":"set","Key":"a","Flags":18446744073709551615}}]');
  expect(reply.text).toContain('"Flags":18446744073709551615');
});
