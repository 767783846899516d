/** The KV endpoints over a real server's state (spec section 6). */
import { beforeEach, expect, test } from 'vitest';
import { type Reply, type Send, startTestServer, type TestServer } from '../../testing/test-server.ts';

let api: TestServer;
let send: Send;

beforeEach(async () => {
  api = await startTestServer();
  send = api.send;
});

interface Entry {
  readonly Key: string;
  readonly Value: string | null;
  readonly Flags: number;
  readonly LockIndex: number;
  readonly Session?: string;
  readonly CreateIndex: number;
  readonly ModifyIndex: number;
}

const put = async (target: string, body: unknown = 'v'): Promise<string> => (await send(`PUT /v1/kv/${target}`, { body })).text;
const remove = async (target: string): Promise<string> => (await send(`DELETE /v1/kv/${target}`)).text;
const entry = async (key: string): Promise<Entry | undefined> => (await send(`GET /v1/kv/${key}?recurse`)).json<Entry[]>()[0];
const createSession = async (): Promise<string> => (await send('PUT /v1/session/create', { body: {} })).json<{ ID: string }>().ID;
const shown = ({ status, text }: Reply): unknown => [status, text];

test('An entry reads back in the shape of Consul, with the meta headers', async () => {
  expect(await put('app/limit?flags=7', '42')).toBe('true');
  const reply = await send('GET /v1/kv/app/limit');
  const { index } = reply;
  expect(reply.text).toBe(`[{"LockIndex":0,"Key":"app/limit","Flags":7,"Value":"NDI=","CreateIndex":${index},"ModifyIndex":${index}}]`);
  expect(reply.headers).toMatchObject({
    'Content-Type': 'application/json',
    'X-Consul-KnownLeader': 'true',
    'X-Consul-LastContact': '0',
    'X-Consul-Query-Backend': 'blocking-query',
  });
  expect(reply.headers).not.toHaveProperty('X-Consul-Effective-Consistency');
});

test('An empty value reads back as null', async () => {
  await put('empty', '');
  expect((await entry('empty'))?.Value).toBeNull();
});

test.each(['a b', 'ключ', 'a/b//c', '/lead', '%25', 'a?b', 'Case', '../up'])('The key %s is kept as it is', async (key) => {
  const { server } = api;
  const target = { method: 'GET', path: `/v1/kv/${key}`, rawPath: `/v1/kv/${encodeURIComponent(key)}`, rawQuery: '' };
  expect(server.dispatcher.match(target)).toMatchObject({ rest: key });
});

test('A missing key is a 404 without a body, but with an index to wait for', async () => {
  await put('other');
  const reply = await send('GET /v1/kv/nope');
  expect(shown(reply)).toEqual([404, '']);
  expect(reply.index).toBeGreaterThan(1);
});

test.each(['GET', 'PUT', 'DELETE'])('%s without a key is refused', async (method) => {
  expect(shown(await send(`${method} /v1/kv/`))).toEqual([400, 'Missing key name']);
});

test('?raw gives the bytes, with headers that keep browsers from running them', async () => {
  const bytes = Buffer.from([0, 255, 10, 13]);
  await put('bin', bytes);
  const reply = await send('GET /v1/kv/bin?raw');
  expect(reply.bytes.equals(bytes)).toBe(true);
  expect(reply.headers).toMatchObject({
    'Content-Type': 'text/plain',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': 'sandbox',
    'X-Consul-KnownLeader': 'true',
  });
  expect((await send('GET /v1/kv/nope?raw')).status).toBe(404);
});

const KEYS = ['a', 'foo', 'foo/1', 'foo/2/x', 'foo/2/y', 'fop', 'z/'];

async function putKeys(): Promise<void> {
  for (const key of KEYS) await put(key);
}

test.each([
  ['fo?recurse', ['foo', 'foo/1', 'foo/2/x', 'foo/2/y', 'fop']],
  ['foo/?recurse=false', ['foo/1', 'foo/2/x', 'foo/2/y']],
  ['?recurse', KEYS],
  ['foo/1?recurse&raw', ['foo/1']],
])('%s lists every entry that starts with it, in order', async (target, keys) => {
  await putKeys();
  expect((await send(`GET /v1/kv/${target}`)).json<Entry[]>().map(({ Key }) => Key)).toEqual(keys);
});

test.each([
  ['?keys', KEYS],
  ['?keys&separator=/', ['a', 'foo', 'foo/', 'fop', 'z/']],
  ['foo?keys&separator=/', ['foo', 'foo/']],
  ['foo/?keys&separator=/', ['foo/1', 'foo/2/']],
  ['foo/?keys&seperator=/', ['foo/1', 'foo/2/']],
  ['foo/?keys&separator=2/', ['foo/1', 'foo/2/']],
  ['fo?keys&recurse', ['foo', 'foo/1', 'foo/2/x', 'foo/2/y', 'fop']],
])('%s gives the keys', async (target, keys) => {
  await putKeys();
  for (let n = 0; n < 2; n += 1) expect((await send(`GET /v1/kv/${target}`)).json()).toEqual(keys);
});

test.each([
  ['nope?recurse', 404, ''],
  ['nope?keys', 404, ''],
  ['?recurse', 404, ''],
  ['?keys', 200, '[]'],
])('%s below nothing', async (target, status, text) => {
  expect(shown(await send(`GET /v1/kv/${target}`))).toEqual([status, text]);
});

test('A list of more than a thousand keys comes whole', async () => {
  const operations = (from: number) =>
    Array.from({ length: 128 }, (_, n) => ({ KV: { Verb: 'set', Key: `k/${from + n}`, Value: 'eA==' } }));
  for (let n = 0; n < 9; n += 1) await send('PUT /v1/txn', { body: operations(n * 128) });
  expect((await send('GET /v1/kv/k/?keys')).json()).toHaveLength(1_152);
  expect((await send('GET /v1/kv/k/?recurse', { acceptsGzip: true })).headers['Content-Encoding']).toBe('gzip');
});

test('A plain write always holds, and the same again moves nothing', async () => {
  expect(await put('a', 'x')).toBe('true');
  const before = await entry('a');
  expect(await put('a', 'x')).toBe('true');
  expect(await entry('a')).toEqual(before);
  expect(await put('a', 'y')).toBe('true');
  const after = await entry('a');
  expect(after?.CreateIndex).toBe(before?.CreateIndex);
  expect(after?.ModifyIndex).toBeGreaterThan(before?.ModifyIndex ?? 0);
});

test('A plain write without flags takes them away', async () => {
  await put('a?flags=9');
  await put('a');
  expect((await entry('a'))?.Flags).toBe(0);
});

test('Flags are exact up to 2^64 - 1', async () => {
  await put('a?flags=18446744073709551615');
  expect((await send('GET /v1/kv/a')).text).toContain('"Flags":18446744073709551615,');
});

test.each([
  ['flags=x', 'strconv.ParseUint: parsing "x": invalid syntax'],
  ['flags=', 'strconv.ParseUint: parsing "": invalid syntax'],
  ['flags=-1', 'strconv.ParseUint: parsing "-1": invalid syntax'],
  ['cas=1.5', 'strconv.ParseUint: parsing "1.5": invalid syntax'],
  ['cas=18446744073709551616', 'strconv.ParseUint: parsing "18446744073709551616": value out of range'],
])('?%s is refused in the words of Go', async (query, text) => {
  expect(shown(await send(`PUT /v1/kv/a?${query}`, { body: 'x' }))).toEqual([500, text]);
  expect((await send('GET /v1/kv/a')).status).toBe(404);
});

test.each([
  ['PUT', 'cas=1&acquire=s', 'Conflicting flags: cas=1&acquire=s\n'],
  ['PUT', 'acquire=s&release=s', 'Conflicting flags: acquire=s&release=s\n'],
  ['PUT', 'release&cas', 'Conflicting flags: release&cas\n'],
  ['DELETE', 'recurse&cas=1', 'Conflicting flags: recurse&cas=1\n'],
])('%s ?%s asks for two things at once', async (method, query, text) => {
  expect(shown(await send(`${method} /v1/kv/a?${query}`))).toEqual([400, text]);
});

test('cas=0 creates only, cas=N replaces only what has that index', async () => {
  expect(await put('a?cas=0', '1')).toBe('true');
  expect(await put('a?cas=0', '2')).toBe('false');
  const index = (await entry('a'))?.ModifyIndex ?? 0;
  expect(await put(`a?cas=${index + 1}`, '3')).toBe('false');
  expect(await put(`a?cas=${index}`, '4')).toBe('true');
  expect(await put(`a?cas=${index}`, '5')).toBe('false');
  expect(await put('b?cas=18446744073709551615', '6')).toBe('false');
  expect((await entry('a'))?.Value).toBe(Buffer.from('4').toString('base64'));
});

test('A lock is taken, kept, refused to others and given up', async () => {
  const [mine, other] = [await createSession(), await createSession()];
  expect(await put(`lock?acquire=${mine}&flags=3`, 'a')).toBe('true');
  expect(await entry('lock')).toMatchObject({ LockIndex: 1, Session: mine, Flags: 3 });
  expect(await put(`lock?acquire=${mine}`, 'b')).toBe('true');
  expect(await entry('lock')).toMatchObject({ LockIndex: 1, Session: mine });
  expect(await put(`lock?acquire=${other}`, 'c')).toBe('false');
  expect(await put(`lock?release=${other}`, 'd')).toBe('false');
  expect(await put('lock', 'plain')).toBe('true');
  expect(await entry('lock')).toMatchObject({ LockIndex: 0, Session: mine });
  expect(await put(`lock?release=${mine}`, 'e')).toBe('true');
  const released = await entry('lock');
  expect(released).not.toHaveProperty('Session');
  expect(released).toMatchObject({ LockIndex: 0, Value: Buffer.from('e').toString('base64') });
  expect(await put(`lock?acquire=${other}`, 'f')).toBe('true');
  expect(await entry('lock')).toMatchObject({ LockIndex: 1, Session: other });
});

test.each([
  ['acquire=dead', 'raft apply failed: invalid session "dead"'],
  ['acquire=', 'raft apply failed: missing session'],
])('?%s is refused', async (query, text) => {
  expect(shown(await send(`PUT /v1/kv/lock?${query}`, { body: 'x' }))).toEqual([500, text]);
});

test('A key stays closed for the lock delay of a session that was destroyed', async () => {
  const [first, second] = [await createSession(), await createSession()];
  await put(`lock?acquire=${first}`);
  await send(`PUT /v1/session/destroy/${first}`);
  expect(await put(`lock?acquire=${second}`)).toBe('false');
  await api.clock.advance(15_000);
  expect(await put(`lock?acquire=${second}`)).toBe('true');
});

test.each([
  [524_288, 200, 'true'],
  [
    524_289,
    413,
    'Request body(524289 bytes) too large, max size: 524288 bytes. See https://www.consul.io/docs/agent/config/config-files#kv_max_value_size.',
  ],
])('A value of %d bytes is answered %d', async (sizeBytes, status, text) => {
  expect(shown(await send('PUT /v1/kv/big', { body: new Uint8Array(sizeBytes) }))).toEqual([status, text]);
});

test('A delete holds whether there was something or not', async () => {
  await put('a');
  expect([await remove('a'), await remove('a'), (await send('GET /v1/kv/a')).status]).toEqual(['true', 'true', 404]);
});

test('A conditional delete compares the index', async () => {
  await put('a');
  const index = (await entry('a'))?.ModifyIndex ?? 0;
  expect([await remove(`a?cas=${index + 1}`), await remove('a?cas=0'), await remove(`a?cas=${index}`)]).toEqual(['false', 'false', 'true']);
  expect(await remove(`a?cas=${index}`)).toBe('true');
  expect(shown(await send('DELETE /v1/kv/a?cas=x'))).toEqual([500, 'strconv.ParseUint: parsing "x": invalid syntax']);
});

test('A recursive delete takes everything that starts with the key', async () => {
  await putKeys();
  expect(await remove('foo?recurse')).toBe('true');
  expect((await send('GET /v1/kv/?keys')).json()).toEqual(['a', 'fop', 'z/']);
  expect(await remove('?recurse')).toBe('true');
  expect((await send('GET /v1/kv/?keys')).text).toBe('[]');
});

test('A watch on one key wakes for that key alone, and for a new one too', async () => {
  await put('a', '1');
  const { index } = await send('GET /v1/kv/a');
  let woken: Reply | undefined;
  void send(`GET /v1/kv/a?index=${index}&wait=60s`).then((reply) => {
    woken = reply;
  });
  await put('b');
  await api.clock.advance(30_000);
  expect(woken).toBeUndefined();
  await put('a', '2');
  await api.clock.settle();
  expect(woken?.json<Entry[]>()[0]?.ModifyIndex).toBe(woken?.index);
});

test('A watch on a prefix sees a deletion as a higher index', async () => {
  await put('dir/a');
  await put('dir/b');
  const { index } = await send('GET /v1/kv/dir/?recurse');
  const waiting = send(`GET /v1/kv/dir/?recurse&index=${index}&wait=60s`);
  await remove('dir/a');
  const reply = await waiting;
  expect(reply.json<Entry[]>().map(({ Key }) => Key)).toEqual(['dir/b']);
  expect(reply.index).toBeGreaterThan(index);
});

test.each([
  ['index=x', 400, 'Invalid index'],
  ['wait=x', 400, 'Invalid wait time'],
  ['stale&consistent', 400, 'Cannot specify ?stale with ?consistent, conflicting semantics.'],
])('Reading with ?%s is refused', async (query, status, text) => {
  expect(shown(await send(`GET /v1/kv/a?${query}`))).toEqual([status, text]);
});
