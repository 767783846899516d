/** The session endpoints over a real server's state (spec section 7). */
import { beforeEach, expect, test } from 'vitest';
import { type Reply, type Send, startTestServer, type TestServer } from '../../testing/test-server.ts';

let api: TestServer;
let send: Send;

beforeEach(async () => {
  api = await startTestServer();
  send = api.send;
});

interface Session {
  readonly ID: string;
  readonly LockDelay: number;
  readonly NodeChecks: readonly string[] | null;
}

const create = (body: unknown = ''): Promise<Reply> => send('PUT /v1/session/create', { body });
const idOf = (reply: Reply): string => reply.json<{ ID: string }>().ID;
const info = async (id: string): Promise<Session[]> => (await send(`GET /v1/session/info/${id}`)).json<Session[]>();
const shown = ({ status, text }: Reply): unknown => [status, text];

test('A session without a body stands on the health of this node', async () => {
  const created = await create();
  expect(shown(created)).toEqual([200, expect.stringMatching(/^\{"ID":"[0-9a-f-]{36}"\}$/)]);
  const reply = await send(`GET /v1/session/info/${idOf(created)}`);
  expect(reply.text).toBe(
    `[{"ID":"${idOf(created)}","Name":"","Node":"s1","LockDelay":15000000000,"Behavior":"release","TTL":"","NodeChecks":["serfHealth"],"ServiceChecks":null,"CreateIndex":${reply.index},"ModifyIndex":${reply.index}}]`,
  );
  expect(reply.headers).not.toHaveProperty('X-Consul-Effective-Consistency');
});

test('All that a session says is kept', async () => {
  const check = { Service: { Service: 'web' }, Checks: [{ CheckID: 'service:web', Name: 'x', Status: 'passing', ServiceID: 'web' }] };
  await send('PUT /v1/catalog/register', { body: { Node: 'n', Address: '1.2.3.4', ...check } });
  const fields = { Name: 'job', Node: 'N', LockDelay: '5s', Behavior: 'delete', TTL: '15s' };
  const id = idOf(await create({ ...fields, NodeChecks: [], ServiceChecks: [{ ID: 'service:web' }] }));
  expect(await info(id)).toMatchObject([
    { ...fields, Node: 'n', LockDelay: 5e9, NodeChecks: [], ServiceChecks: [{ ID: 'service:web', Namespace: '' }] },
  ]);
});

test.each<[unknown, number]>([
  [undefined, 15e9],
  ['5s', 5e9],
  ['0s', 0],
  ['10ns', 10e9],
  [20, 20e9],
  [999, 999e9],
  [1_000, 1_000],
  [2e9, 2e9],
  ['2m', 120e9],
  [-1, 0],
])('A lock delay of %j is %d ns', async (LockDelay, ns) => {
  const [session] = await info(idOf(await create({ LockDelay })));
  expect(session?.LockDelay).toBe(ns);
});

test.each<[string, string, readonly string[] | null]>([
  ['nothing', '{}', ['serfHealth']],
  ['no node checks', '{"NodeChecks":[]}', []],
  ['no checks', '{"Checks":[]}', []],
  ['null for checks', '{"checks": null}', []],
  ['null for node checks', '{"NodeChecks":null}', ['serfHealth']],
  ['both', '{"Checks":[],"NodeChecks":["serfHealth"]}', ['serfHealth']],
])('A session that names %s stands on the node checks it means', async (_what, body, checks) => {
  const [session] = await info(idOf(await create(body)));
  expect(session?.NodeChecks).toEqual(checks);
  expect(session).not.toHaveProperty('Checks');
});

test('The old spelling of checks is echoed, and counts besides the default', async () => {
  expect(await info(idOf(await create({ Checks: ['serfHealth'] })))).toMatchObject([
    { Checks: ['serfHealth'], NodeChecks: ['serfHealth'] },
  ]);
});

test.each<[string, unknown, number, string]>([
  ['a short TTL', { TTL: '3s' }, 500, "Invalid Session TTL '3000000000', must be between [10s=24h0m0s]"],
  ['a long TTL', { TTL: '25h' }, 500, "Invalid Session TTL '90000000000000', must be between [10s=24h0m0s]"],
  ['a negative TTL', { TTL: '-15s' }, 500, "Invalid Session TTL '-15000000000', must be between [10s=24h0m0s]"],
  ['a TTL that is none', { TTL: 'soon' }, 500, `Session TTL 'soon' invalid: time: invalid duration "soon"`],
  ['a strange behavior', { Behavior: 'keep' }, 500, "Invalid Behavior setting 'keep'"],
  ['an unknown node', { Node: 'none' }, 500, 'apply failed: Missing node registration'],
  ['an unknown check', { NodeChecks: ['none'] }, 500, "apply failed: Missing check 'none' registration"],
  ['a bad lock delay', { LockDelay: 'soon' }, 400, 'Request decode failed: time: invalid duration "soon"'],
  [
    'a name that is a number',
    { Name: 1 },
    400,
    'Request decode failed: json: cannot unmarshal number into Go struct field .Name of type string',
  ],
  ['half a body', '{"Name":', 400, 'Request decode failed: unexpected EOF'],
])('A session with %s is refused', async (_what, body, status, text) => {
  expect(shown(await create(body))).toEqual([status, text]);
  expect((await send('GET /v1/session/list')).text).toBe('[]');
});

test('A critical check cannot be stood on', async () => {
  await send('PUT /v1/catalog/register', { body: { Node: 'n', Address: '1.2.3.4', Check: { Name: 'bad' } } });
  expect(shown(await create({ Node: 'n', NodeChecks: ['bad'] }))).toEqual([500, "apply failed: Check 'bad' is in critical state"]);
});

test('A TTL of a hundred thousand digits is refused without thinking about it for long', async () => {
  const started = performance.now();
  expect((await create({ TTL: '1'.repeat(100_000), LockDelay: '5s' })).status).toBe(500);
  expect((await create({ LockDelay: '1'.repeat(100_000) })).status).toBe(400);
  expect(performance.now() - started).toBeLessThan(1_000);
});

test.each(['0', '0s', ''])('A TTL of "%s" is none', async (TTL) => {
  const id = idOf(await create({ TTL }));
  await api.clock.advance(48 * 3_600_000);
  expect(await info(id)).toMatchObject([{ TTL }]);
});

test('Unknown fields are ignored, as Consul does for sessions', async () => {
  expect((await create({ Nmae: 'typo' })).status).toBe(200);
});

test('Sessions are listed, all of them or those of a node', async () => {
  await send('PUT /v1/catalog/register', { body: { Node: 'n', Address: '1.2.3.4' } });
  const [mine, other] = [idOf(await create()), idOf(await create({ Node: 'n', NodeChecks: [] }))];
  const ids = async (target: string): Promise<string[]> => (await send(`GET /v1/session/${target}`)).json<Session[]>().map(({ ID }) => ID);
  expect((await ids('list')).sort()).toEqual([mine, other].sort());
  expect(await ids('node/S1')).toEqual([mine]);
  expect(await ids('node/none')).toEqual([]);
  expect(await ids('info/none')).toEqual([]);
});

test.each([
  ['GET', 'info/', 'Missing session'],
  ['PUT', 'destroy/', 'Missing session'],
  ['PUT', 'renew/', 'Missing session'],
  ['GET', 'node/', 'Missing node name'],
])('%s /v1/session/%s says what is missing', async (method, path, text) => {
  expect(shown(await send(`${method} /v1/session/${path}`))).toEqual([400, text]);
});

test('A destroyed session is gone; destroying it again is fine', async () => {
  const id = idOf(await create());
  for (let n = 0; n < 2; n += 1) expect(shown(await send(`PUT /v1/session/destroy/${id}`))).toEqual([200, 'true']);
  expect(await info(id)).toEqual([]);
});

test('A session lives twice its TTL after the last renewal', async () => {
  const id = idOf(await create({ TTL: '10s' }));
  await api.clock.advance(19_000);
  const before = (await send(`GET /v1/session/info/${id}`)).index;
  const renewed = await send(`PUT /v1/session/renew/${id}`);
  expect(renewed.json()).toMatchObject([{ ID: id, TTL: '10s' }]);
  expect(renewed.headers).not.toHaveProperty('X-Consul-Index');
  await api.clock.advance(19_000);
  expect((await send(`GET /v1/session/info/${id}`)).index).toBe(before);
  expect(await info(id)).toHaveLength(1);
  await api.clock.advance(2_000);
  expect(await info(id)).toEqual([]);
  expect(shown(await send(`PUT /v1/session/renew/${id}`))).toEqual([404, `Session id '${id}' not found`]);
});

test('The end of a session wakes who waits for it', async () => {
  const id = idOf(await create({ TTL: '10s' }));
  const { index } = await send(`GET /v1/session/info/${id}`);
  const waiting = send(`GET /v1/session/info/${id}?index=${index}&wait=60s`);
  await api.clock.advance(21_000);
  expect((await waiting).text).toBe('[]');
});
