/** The configuration entries over a real server's state (spec section 15). */
import { beforeEach, expect, test } from 'vitest';
import { type Reply, type Send, startTestServer } from '../../testing/test-server.ts';

let send: Send;

beforeEach(async () => {
  ({ send } = await startTestServer());
});

const put = (body: unknown, query: string = ''): Promise<Reply> => send(`PUT /v1/config${query}`, { body });
const shown = ({ status, text }: Reply): unknown => [status, text];
const web = (more: object = {}): object => ({ Kind: 'service-defaults', Name: 'web', ...more });

test('An entry reads back as it was written, with its indexes', async () => {
  expect(shown(await put('{"Kind":"service-defaults","Name":"web","Config":{"limit":12345678901234567890},"Protocol":"http"}'))).toEqual([
    200,
    'true',
  ]);
  const reply = await send('GET /v1/config/service-defaults/web');
  expect(reply.text).toBe(
    `{"Kind":"service-defaults","Name":"web","Config":{"limit":12345678901234567890},"Protocol":"http","CreateIndex":${reply.index},"ModifyIndex":${reply.index}}`,
  );
  expect(reply.headers).toMatchObject({ 'X-Consul-KnownLeader': 'true' });
  expect(reply.headers).not.toHaveProperty('X-Consul-Effective-Consistency');
});

test('Entries are listed by kind, or all, sorted', async () => {
  for (const name of ['web', 'api/v1']) await put(web({ Name: name }));
  await put({ kind: 'proxy-defaults' });
  const names = async (rest: string): Promise<string[]> =>
    (await send(`GET /v1/config/${rest}`)).json<{ Kind: string; Name: string }[]>().map(({ Kind, Name }) => `${Kind} ${Name}`);
  const services = ['service-defaults api/v1', 'service-defaults web'];
  expect(await names('service-defaults')).toEqual(services);
  expect(await names('')).toEqual(['proxy-defaults global', ...services]);
  expect(await names('mesh')).toEqual([]);
  expect((await send('GET /v1/config/service-defaults/api/v1')).json()).toMatchObject({ Name: 'api/v1' });
});

test('What is not there is 404 with the headers of a read; a kind that does not exist is 500', async () => {
  const missing = await send('GET /v1/config/mesh/x');
  expect([...(shown(missing) as unknown[]), missing.index]).toEqual([404, 'Config entry not found for "mesh" / "x"', 1]);
  for (const rest of ['nope', 'nope/x']) {
    expect((await send(`GET /v1/config/${rest}`)).status).toBe(500);
  }
  expect((await send('GET /v1/config/nope')).text).toBe('invalid config entry kind: nope');
});

test.each<[string, unknown, number, string]>([
  ['a kind that does not exist', { Kind: 'nope', Name: 'x' }, 400, 'Request decoding failed: invalid config entry kind: nope'],
  ['no kind', { Name: 'x' }, 400, 'Request decoding failed: Payload does not contain a kind/Kind key at the top level'],
  ['no body', '', 400, 'Request decoding failed: EOF'],
  ['no name', { Kind: 'service-defaults' }, 500, 'Name is required'],
  ['a name that its kind cannot have', { Kind: 'proxy-defaults', Name: 'web' }, 500, 'invalid name ("web"), only "global" is supported'],
])('An entry with %s is refused', async (_what, body, status, text) => {
  expect(shown(await put(body))).toEqual([status, text]);
  expect((await send('GET /v1/config/')).text).toBe('[]');
});

test('An entry that is too large is refused', async () => {
  expect((await put(web({ Config: 'x'.repeat(512 * 1024) }))).status).toBe(413);
});

test('A comparison holds, or is false', async () => {
  expect((await put(web(), '?cas=9')).text).toBe('false');
  expect((await put(web(), '?cas=0')).text).toBe('true');
  const { index } = await send('GET /v1/config/service-defaults/web');
  expect([(await put(web({ a: 1 }), '?cas=0')).text, (await put(web({ a: 1 }), `?cas=${index}`)).text]).toEqual(['false', 'true']);
  expect(shown(await put(web(), '?cas=x'))).toEqual([500, 'strconv.ParseUint: parsing "x": invalid syntax']);
});

test('A deletion is an empty object, or with a comparison true or false', async () => {
  await put(web());
  const { index } = await send('GET /v1/config/service-defaults/web');
  const remove = async (rest: string): Promise<unknown> => shown(await send(`DELETE /v1/config/${rest}`));
  expect(await remove('service-defaults/web?cas=1')).toEqual([200, 'false']);
  expect(await remove(`service-defaults/web?cas=${index}`)).toEqual([200, 'true']);
  expect(await remove('service-defaults/web')).toEqual([200, '{}']);
  expect((await send('GET /v1/config/service-defaults/web')).status).toBe(404);
  for (const rest of ['', 'service-defaults', 'service-defaults/']) {
    expect(await remove(rest)).toEqual([404, 'Must provide both a kind and name to delete']);
  }
  expect(await remove('nope/web')).toEqual([400, 'invalid config entry kind: nope']);
});

test('A query waits for its own kind', async () => {
  await put(web());
  const { index } = await send('GET /v1/config/service-defaults');
  const waiting = send(`GET /v1/config/service-defaults?index=${index}`);
  let isDone = false;
  void waiting.then(() => {
    isDone = true;
  });
  await put({ Kind: 'mesh', x: 1 });
  expect(isDone).toBe(false);
  await put(web({ Protocol: 'tcp' }));
  expect((await waiting).json()).toMatchObject([{ Protocol: 'tcp' }]);
});
